from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "beside.rooms"

    def ready(self) -> None:
        from beside.look import slots
        from beside.rooms import live, pages, receivers  # noqa: F401
        from beside.wire import channels

        channels.register("room", live.may_watch_room)
        channels.register("seat", live.may_watch_seat)
        slots.fill("meeting.acts", pages.come_in, queries=3, order=10)
        slots.fill("today.main", pages.tonight, queries=2, order=5)
