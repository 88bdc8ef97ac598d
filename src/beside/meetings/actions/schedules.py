"""How a group meets: the rule, from its first meeting, or from one meeting on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from beside import wall, wire
from beside.groups import actions as groups
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.meetings import policy
from beside.meetings.models import Meeting, Schedule, Taken, Venue
from beside.meetings.occurrences import make_ahead, occurrences, reach
from beside.meetings.recurrence import NEAR, exists, instant, pairs
from beside.meetings.rows import (
    SAID,
    VenueTaken,
    all_cancelled,
    cancelled,
    count_change,
    hold_as_planned,
    keep,
    remember,
)
from beside.meetings.telling import announce
from beside.meetings.wishes import NoSuchHour, Wish, fitted
from beside.people.models import Person


@transaction.atomic
def plan(group: Group, wish: Wish, *, by: Person) -> Schedule:
    """A rule by which the group meets, and its meetings as far as `reach`. Twice is once.

    Raises VenueTaken, NeverMeets and NoSuchHour.
    """
    require(policy.may_plan(by, group))
    wish = fitted(wish)
    with wall.house("meetings.plan"):
        wall.lock("plan", group.pk)
        living = Schedule.objects.filter(group=group, ended_at=None, first_on=wish.first_on)
        there = next((each for each in living if _says(each, wish)), None)
        if there is not None:
            return there
        schedule = _made(group, wish)
        _look_ahead(schedule)
    _say_until_when(group, schedule, by)
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
    """One meeting outside any schedule, at `at` on the wall clock of `zone`.

    Raises VenueTaken and NoSuchHour.
    """
    require(policy.may_plan(by, group))
    local = datetime.combine(on, at)
    if not exists(local, zone):
        raise NoSuchHour(local)
    starts = instant(local, zone)
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
        keep(meeting)
    wire.tell(f"group:{group.key}")
    return meeting


@transaction.atomic
def change_from(meeting: Meeting, wish: Wish, said: str = "", *, by: Person) -> Schedule:
    """From this meeting on, another rule. What was booked moves along to the nearest new day.

    Days that have no place in the new rule are cancelled and stay visible. Twice is once. Raises
    VenueTaken, HeldElsewhere, NeverMeets and NoSuchHour.
    """
    require(policy.may_change_from(by, meeting))
    wish = fitted(wish)
    with wall.house("meetings.change_from"):
        old = _locked(meeting)
        if _says(old, wish):
            return old
        told = _following(meeting, old)
        _end(old, meeting)
        new = _made(old.group, wish, follows=old)
        _carry_over(told, new, said)
        _look_ahead(new)
    announce(told, by)
    wire.tell(f"group:{meeting.group.key}")
    return new


@transaction.atomic
def end_from(meeting: Meeting, reason: str = "", *, by: Person) -> Schedule:
    """From this meeting on, no more; those that had been said are cancelled and stay visible."""
    require(policy.may_change_from(by, meeting))
    with wall.house("meetings.end_from"):
        old = _locked(meeting)
        told = _following(meeting, old)
        _end(old, meeting)
        all_cancelled(told, reason)
    announce(told, by)
    wire.tell(f"group:{meeting.group.key}")
    return old


def _say_until_when(group: Group, schedule: Schedule, by: Person) -> None:
    """A course with the same people takes nobody in once it has begun; anything else does."""
    begins = instant(datetime.combine(schedule.first_on, schedule.at), schedule.zone)
    until = begins if schedule.fixed else None
    if group.joins_until != until:
        groups.join_until(group, until, by=by)


def _made(group: Group, wish: Wish, *, follows: Schedule | None = None) -> Schedule:
    return Schedule.objects.create(group=group, follows=follows, **vars(wish))


def _says(schedule: Schedule, wish: Wish) -> bool:
    """Whether a rule is what somebody wishes already: a form was sent twice, or from two tabs."""
    if schedule.ended_at is not None:
        return False
    return all(_same(getattr(schedule, name), said) for name, said in vars(wish).items())


def _same(there: object, said: object) -> bool:
    return (list(said) if isinstance(said, tuple) else said) == there


def _look_ahead(schedule: Schedule) -> None:
    """The rows of the coming weeks; a rule that clashes from the start is not planned at all."""
    if make_ahead(schedule, clock.now() + reach(schedule)):
        raise VenueTaken(str(schedule.venue))
    hold_as_planned(schedule)


def _locked(meeting: Meeting) -> Schedule:
    """The meeting's rule, for whoever changes it first."""
    locked = Schedule.objects.select_for_update(of=("self",)).select_related("group")
    return locked.get(meetings=meeting)


def _following(meeting: Meeting, old: Schedule) -> list[Meeting]:
    """This meeting and those after it that go ahead by the same rule, locked, in order."""
    rows = Meeting.objects.going_ahead().filter(
        schedule=old, original_on__gte=meeting.original_on, ends_at__gt=clock.now()
    )
    return list(rows.select_related("group").select_for_update(of=("self",)).order_by("starts_at"))


def _end(old: Schedule, meeting: Meeting) -> None:
    """The rule ends before the day on which this meeting had been planned."""
    local = datetime.combine(meeting.original_on or meeting.on, old.at)
    old.ended_at = instant(local, old.zone)
    old.save(update_fields=["ended_at"])


def _carry_over(rows: list[Meeting], new: Schedule, said: str) -> None:
    """The old rows become meetings of the new rule; what finds no day there is cancelled."""
    until = max([clock.now() + reach(new), *(row.starts_at + NEAR for row in rows)])
    ahead = occurrences(new, after=clock.now(), until=until)
    coming = {each.on: each for each in ahead}
    days = pairs([row.on for row in rows], list(coming))
    # Free every place and hour first: no row stands in the way of another on its way to a new day.
    Meeting.objects.filter(pk__in=[row.pk for row in rows]).update(state=Meeting.State.CANCELLED)
    Taken.objects.filter(holding__meeting__in=rows).delete()
    for row in rows:
        if row.on in days:
            _becomes(row, coming[days[row.on]], said)
        else:
            cancelled(row, said)


def _becomes(row: Meeting, planned: Meeting, said: str) -> None:
    """One row takes the day, hour and place of the new rule, and keeps its address and bookings."""
    remember(row)
    same = row.starts_at == planned.starts_at
    row.schedule, row.original_on = planned.schedule, planned.original_on
    row.on, row.at, row.zone = planned.on, planned.at, planned.zone
    row.starts_at, row.ends_at = planned.starts_at, planned.ends_at
    row.way, row.venue_id, row.places = planned.way, planned.venue_id, planned.places
    row.takes_visitors = planned.takes_visitors
    row.state = Meeting.State.PLANNED if same else Meeting.State.MOVED
    row.said = tidy(said)[:SAID]
    count_change(row)
    keep(row)
