from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "beside.notices"

    def ready(self) -> None:
        from beside.look import slots
        from beside.notices import live, notes, notices, parts, receivers  # noqa: F401

        live.register()
        notes.register()
        notices.register()
        slots.fill("today.side", parts.waiting, queries=parts.QUERIES, order=10)
