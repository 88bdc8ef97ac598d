from django.apps import AppConfig


class SignpostsConfig(AppConfig):
    name = "beside.signposts"

    def ready(self) -> None:
        from beside.look import slots
        from beside.signposts import views

        slots.fill("help.bar", views.bar, queries=1, order=10)
        slots.fill("join.younger", views.for_young, queries=2, order=10)
        slots.fill("footer.links", views.keeper, queries=0, order=90)
