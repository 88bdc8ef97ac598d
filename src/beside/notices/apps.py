from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "beside.notices"

    def ready(self) -> None:
        from beside.look import slots
        from beside.notices import notices, parts, receivers  # noqa: F401

        notices.register()
        slots.fill("today.side", parts.waiting, queries=parts.QUERIES, order=10)
