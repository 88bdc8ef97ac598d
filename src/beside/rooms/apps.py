from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "beside.rooms"

    def ready(self) -> None:
        from beside.look import slots
        from beside.rooms import live, notices, receivers  # noqa: F401
        from beside.rooms.slots import come_in
        from beside.wire import channels

        notices.register()
        channels.register("room", live.may_watch_room)
        channels.register("seat", live.may_watch_seat)
        slots.fill("meeting.acts", come_in, queries=1, order=10)
