from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "beside.forum"

    def ready(self) -> None:
        from beside.forum import live, parts, receivers  # noqa: F401
        from beside.look import slots
        from beside.wire import channels

        channels.register("topic", live.may_watch_topic)
        channels.register("talk", live.may_watch_talk)
        slots.fill("group.talk", parts.group_talk, queries=4, order=10)
        slots.fill("today.main", parts.answers_to_you, queries=1, order=40)
