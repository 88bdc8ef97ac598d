from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "beside.meetings"

    def ready(self) -> None:
        from beside.meetings import live, notices, receivers, slots, texting  # noqa: F401

        live.register()
        notices.register()
        texting.register()
        slots.fill_all()
