"""How a group meets: planned, moved, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction

from beside import wall, wire
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.meetings import events, policy
from beside.meetings.models import Meeting, Schedule, Venue
from beside.meetings.occurrences import AHEAD, make_ahead
from beside.meetings.recurrence import instant
from beside.meetings.telling import meeting_changed
from beside.people.models import Person


class VenueTaken(Exception):
    """Another meeting is at this place at this time."""


@transaction.atomic
def plan(
    group: Group,
    *,
    zone: str,
    first_on: date,
    at: time,
    minutes: int,
    frequency: str,
    way: str,
    interval: int = 1,
    byday: Sequence[str] = (),
    until: date | None = None,
    count: int | None = None,
    venue: Venue | None = None,
    places: int | None = None,
    by: Person,
) -> Schedule:
    """A rule by which the group meets, on the wall clock of `zone`, and its next 60 days.

    `byday` are "TU" or "2TU" (the second Tuesday) or "-1SU" (the last Sunday). Raises VenueTaken.
    """
    require(policy.may_plan(by, group))
    with wall.house("meetings.plan"):
        schedule = Schedule.objects.create(
            group=group,
            zone=zone,
            first_on=first_on,
            at=at,
            minutes=minutes,
            frequency=frequency,
            interval=interval,
            byday=list(byday),
            until=until,
            count=count,
            way=way,
            venue=venue,
            places=places,
        )
        if make_ahead(schedule, clock.now() + AHEAD):
            raise VenueTaken(str(venue))
    wire.tell(f"group:{group.key}")
    return schedule


@transaction.atomic
def add_meeting(
    group: Group,
    *,
    on: date,
    at: time,
    zone: str,
    minutes: int,
    way: str,
    venue: Venue | None = None,
    places: int | None = None,
    takes_visitors: bool = True,
    by: Person,
) -> Meeting:
    """One meeting outside any schedule, at `at` on the wall clock of `zone`. Raises VenueTaken."""
    require(policy.may_plan(by, group))
    starts = instant(datetime.combine(on, at), zone)
    meeting = Meeting(
        group=group,
        on=on,
        at=at,
        zone=zone,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=minutes),
        way=way,
        venue=venue,
        places=places,
        takes_visitors=takes_visitors,
        by_hand=True,
    )
    with wall.house("meetings.add"):
        _save(meeting)
    wire.tell(f"group:{group.key}")
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, reason: str, *, by: Person) -> Meeting:
    """Say that this one meeting does not take place, and why; those who booked read the reason."""
    require(policy.may_change(by, meeting))
    with wall.house("meetings.cancel"):
        meeting.state = Meeting.State.CANCELLED
        meeting.said = tidy(reason)[:200]
        meeting.sequence += 1
        _save(meeting)
    _announce(meeting, by)
    return meeting


@transaction.atomic
def move(meeting: Meeting, *, on: date, at: time, said: str = "", by: Person) -> Meeting:
    """Move this one meeting, on the clock of its own zone. Raises VenueTaken."""
    require(policy.may_change(by, meeting))
    lasts = meeting.ends_at - meeting.starts_at
    with wall.house("meetings.move"):
        meeting.on, meeting.at = on, at
        meeting.starts_at = instant(datetime.combine(on, at), meeting.zone)
        meeting.ends_at = meeting.starts_at + lasts
        meeting.state, meeting.by_hand = Meeting.State.MOVED, True
        meeting.said = tidy(said)[:200]
        meeting.sequence += 1
        _save(meeting)
    _announce(meeting, by)
    return meeting


def _save(meeting: Meeting) -> None:
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError as clash:
        raise VenueTaken(str(meeting.venue)) from clash


def _announce(meeting: Meeting, by: Person) -> None:
    events.changed.send(Meeting, meeting=meeting, by=by)
    meeting_changed(meeting)
