from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "beside.meetings"

    def ready(self) -> None:
        from beside.meetings import live, receivers, slots  # noqa: F401

        live.register()
        slots.fill_all()
