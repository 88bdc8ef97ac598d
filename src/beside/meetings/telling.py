"""Which open pages look again when something about meetings changed, and who else hears of it."""

from __future__ import annotations

from collections.abc import Sequence

from beside import wire
from beside.meetings import events
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person


def announce(meetings: Sequence[Meeting], by: Person | None) -> None:
    """Meetings were changed: open pages, and whoever must be told. `by` None: time did it.

    One event and one word on the wire, however many they are.
    """
    if meetings:
        events.changed.send(Meeting, meetings=meetings, by=by)
        meeting_changed(*meetings)


def announce_set_right(meetings: Sequence[Meeting]) -> None:
    """A country changed its clocks, and the hour on the wall stays: open pages look again."""
    if meetings:
        events.set_right.send(Meeting, meetings=meetings)
        meeting_changed(*meetings)


def announce_uncovered(meetings: Sequence[Meeting], by: Person) -> None:
    """Nobody holds these any more: one event, however many they are."""
    if meetings:
        events.uncovered.send(Meeting, meetings=meetings, by=by)
        meeting_changed(*meetings)


def booking_changed(booking: Booking) -> None:
    """Whoever looks at the visit, or at the meeting."""
    wire.tell(f"greeting:{booking.key}", f"meeting:{booking.meeting.key}")


def meeting_changed(*meetings: Meeting) -> None:
    """Whoever looks at one of the meetings, or at the meetings of their groups."""
    groups = {f"group:{each.group.key}" for each in meetings}
    wire.tell(*(f"meeting:{each.key}" for each in meetings), *sorted(groups))
