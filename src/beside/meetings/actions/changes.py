"""What becomes of one meeting: moved, made online, cancelled; and many at once for a holiday."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import QuerySet

from beside import wall
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.policy import require
from beside.meetings import policy
from beside.meetings.models import Meeting, Venue
from beside.meetings.occurrences import make_within
from beside.meetings.rows import all_cancelled, cancelled, keep_change, remember, says
from beside.meetings.telling import announce
from beside.meetings.wishes import start_of
from beside.people.models import Person


@transaction.atomic
def cancel(meeting: Meeting, reason: str = "", *, by: Person) -> Meeting:
    """Say that this one meeting does not take place, and why; those who booked read the reason.

    Twice is once.
    """
    require(policy.may_change(by, meeting))
    with wall.house("meetings.cancel"):
        _lock(meeting)
        if meeting.state == Meeting.State.CANCELLED and says(meeting, reason):
            return meeting
        cancelled(meeting, reason)
    announce([meeting], by)
    return meeting


@transaction.atomic
def go_ahead_after_all(meeting: Meeting, said: str = "", *, by: Person) -> Meeting:
    """Take a cancellation back; places that were booked still are. Raises VenueTaken."""
    require(policy.may_take_back(by, meeting))
    with wall.house("meetings.go_ahead_after_all"):
        before = remember(meeting)
        meeting.state = Meeting.State.PLANNED
        if meeting.was_starts_at not in (None, meeting.starts_at):
            meeting.state = Meeting.State.MOVED
        keep_change(meeting, before, said)
    announce([meeting], by)
    return meeting


@transaction.atomic
def move(meeting: Meeting, *, on: date, at: time, said: str = "", by: Person) -> Meeting:
    """Move this one meeting, on the clock of its own zone. Twice is once.

    Raises VenueTaken, HeldElsewhere, NoSuchHour and Past.
    """
    require(policy.may_change(by, meeting))
    since = min(clock.now(), meeting.starts_at)
    starts = start_of(datetime.combine(on, at), meeting.zone, now=since)
    with wall.house("meetings.move"):
        _lock(meeting)
        moved = (on, at, Meeting.State.MOVED)
        if (meeting.on, meeting.at, meeting.state) == moved and says(meeting, said):
            return meeting
        lasts = meeting.ends_at - meeting.starts_at
        before = remember(meeting)
        meeting.on, meeting.at = on, at
        meeting.starts_at = starts
        meeting.ends_at = meeting.starts_at + lasts
        meeting.state, meeting.by_hand = Meeting.State.MOVED, True
        keep_change(meeting, before, said)
    announce([meeting], by)
    return meeting


@transaction.atomic
def meet_differently(
    meeting: Meeting, way: str, *, venue: Venue | None = None, said: str = "", by: Person
) -> Meeting:
    """Online, in a room, or both, this once; or at another place. Twice is once.

    Raises VenueTaken.
    """
    require(policy.may_change(by, meeting) and policy.may_meet_at(by, venue))
    with wall.house("meetings.meet_differently"):
        _lock(meeting)
        if (meeting.way, meeting.venue) == (way, venue) and says(meeting, said):
            return meeting
        before = remember(meeting)
        meeting.way, meeting.venue = way, venue
        meeting.by_hand = True
        keep_change(meeting, before, said)
    announce([meeting], by)
    return meeting


@transaction.atomic
def rest(
    groups: Collection[Group] | QuerySet[Group], *, first: date, last: date, reason: str, by: Person
) -> list[Meeting]:
    """Cancel every meeting of these groups that begins on one of these local days, ends included.

    For holidays, however far ahead: one reason, told to each who booked. As many questions for
    thousands of meetings as for one. Returns the meetings that were cancelled; sent twice, the
    second time none.
    """
    require(policy.may_rest(by))
    with wall.house("meetings.rest"):
        make_within(groups, first, last)
        within = Meeting.objects.on_days(first, last).filter(group__in=groups)
        rows = list(within.select_related("group").select_for_update(of=("self",)))
        all_cancelled(rows, reason)
    announce(rows, by)
    return rows


def _lock(meeting: Meeting) -> None:
    """How it stands now, whatever a page had read before, for whoever changes it first."""
    wall.lock("meeting", meeting.pk)
    meeting.refresh_from_db()
