from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class SignpostsConfig(AppConfig):
    name = "beside.signposts"

    def ready(self) -> None:
        from beside.look import slots
        from beside.signposts import receivers, views

        slots.fill("help.bar", views.bar, queries=1, order=10)
        slots.fill("footer.links", views.keeper, queries=0, order=90)
        user_logged_in.connect(receivers.remember_whose_device, dispatch_uid="signposts.device")
