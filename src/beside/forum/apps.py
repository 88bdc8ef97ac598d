from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "beside.forum"

    def ready(self) -> None:
        from beside.forum import live, receivers  # noqa: F401
        from beside.wire import channels

        channels.register("topic", live.may_watch_topic)
        channels.register("talk", live.may_watch_talk)
