"""Who may watch what: a meeting by those who come to it, a greeting by those who write in it."""

from __future__ import annotations

from beside.groups import policy as groups
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person
from beside.wire import channels


def register() -> None:
    """Tell the wire, once, when Django starts."""
    channels.register("meeting", may_watch_meeting)
    channels.register("greeting", may_watch_greeting)


def may_watch_meeting(person: Person | None, key: str) -> bool:
    """Its group's members, and whoever is booked."""
    meeting = Meeting.objects.visible_to(person).filter(key=key).select_related("group").first()
    if person is None or meeting is None:
        return False
    if groups.is_member(person, meeting.group):
        return True
    return Booking.objects.open_doors(person).filter(meeting=meeting).exists()


def may_watch_greeting(person: Person | None, key: str) -> bool:
    """The visitor, and those who greet and facilitate there."""
    return Booking.objects.visible_to(person).filter(key=key).exists()
