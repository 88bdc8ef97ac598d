"""Which open pages look again when something about meetings changed, and who else hears of it."""

from __future__ import annotations

from beside import wire
from beside.meetings import events
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person


def announce(meeting: Meeting, by: Person | None) -> None:
    """A meeting was changed: open pages, and whoever must be told. `by` None: time did it."""
    events.changed.send(Meeting, meeting=meeting, by=by)
    meeting_changed(meeting)


def booking_changed(booking: Booking) -> None:
    """Whoever looks at the visit, or at the meeting."""
    wire.tell(f"greeting:{booking.key}", f"meeting:{booking.meeting.key}")


def meeting_changed(meeting: Meeting) -> None:
    """Whoever looks at the meeting, or at the group's meetings."""
    wire.tell(f"meeting:{meeting.key}", f"group:{meeting.group.key}")
