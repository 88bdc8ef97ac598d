from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoomsConfig(AppConfig):
    name = "beside.rooms"

    def ready(self) -> None:
        from beside.look import slots
        from beside.people import power
        from beside.rooms import live, notices, receivers  # noqa: F401
        from beside.rooms.slots import come_in
        from beside.wire import channels

        notices.register()
        power.says("rooms.remove", _("A facilitator asked you to leave a meeting."))
        channels.register("room", live.may_watch_room)
        channels.register("seat", live.may_watch_seat)
        slots.fill("meeting.acts", come_in, queries=2, order=10)
