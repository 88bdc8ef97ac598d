from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "beside.care"

    def ready(self) -> None:
        from beside.care import live, notices, receivers  # noqa: F401
        from beside.wire import channels

        notices.register()
        channels.register("desk", live.may_watch_desk)
        channels.register("concern", live.may_watch_concern)
        channels.register("report", live.may_watch_report)
        channels.register("letter", live.may_watch_letter)
