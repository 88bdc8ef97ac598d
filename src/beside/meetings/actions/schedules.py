"""How a group meets: the rule, from its first meeting, or from one meeting on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from beside import wall, wire
from beside.groups import actions as groups
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.policy import require
from beside.meetings import events, policy
from beside.meetings.models import Holding, Meeting, Schedule, Taken, Venue
from beside.meetings.occurrences import make_ahead, occurrences, reach
from beside.meetings.recurrence import instant, pairs
from beside.meetings.rows import (
    VenueTaken,
    all_cancelled,
    cancelled,
    hand_over,
    hold_as_planned,
    keep,
    keep_change,
    remember,
)
from beside.meetings.spans import earliest, joins_until
from beside.meetings.telling import announce
from beside.meetings.wishes import Wish, fitted, start_of, taking_over, to_come
from beside.people.models import Person

A_WEEK = timedelta(days=7)


@transaction.atomic
def plan(group: Group, wish: Wish, *, by: Person) -> Schedule:
    """A rule by which the group meets, and its meetings as far as `reach`. Twice is once.

    Raises VenueTaken, NeverMeets, NoSuchHour and Past.
    """
    require(policy.may_plan(by, group) and policy.may_meet_at(by, wish.venue))
    wish = to_come(wish, now=clock.now())
    with wall.house("meetings.plan"):
        wall.lock("plan", group.pk)
        same_day = Schedule.objects.filter(group=group, ended_at=None, first_on=wish.first_on)
        there = next((each for each in same_day if _says(each, wish)), None)
        if there is not None:
            return there
        schedule = _made(group, wish)
        held = _look_ahead(schedule)
    _name(held, by)
    _say_until_when(group, by)
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

    Raises VenueTaken, NoSuchHour and Past.
    """
    require(policy.may_plan(by, group) and policy.may_meet_at(by, venue))
    starts = start_of(datetime.combine(on, at), zone, now=clock.now())
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

    What was changed or cancelled for one day stays as it was said. Days that have no place in the
    new rule are cancelled and stay visible. Twice is once. Raises VenueTaken, HeldElsewhere,
    NeverMeets, NoSuchHour, Past and TooEarly.
    """
    require(policy.may_change_from(by, meeting) and policy.may_meet_at(by, wish.venue))
    wish = fitted(wish)
    with wall.house("meetings.change_from"):
        old = _locked(meeting)
        wish = _led(wish, old, by)
        if _says(old, wish):
            return old
        since = min(clock.now(), meeting.starts_at)
        wish = taking_over(wish, earliest=earliest(meeting), now=since)
        rows = _from(meeting, old)
        new = _made(old.group, wish, follows=old, ended_at=_ends_too(old, meeting))
        _end(old, meeting)
        if old.lead_id != new.lead_id:
            hand_over(rows, old.lead_id)
        told = _carry_over(rows, new, said, chosen=meeting)
        held = _look_ahead(new)
    announce(told, by)
    _name(held, by)
    _say_until_when(old.group, by)
    wire.tell(f"group:{meeting.group.key}")
    return new


@transaction.atomic
def end_from(meeting: Meeting, reason: str = "", *, by: Person) -> Schedule:
    """From this meeting on, no more; those that had been said are cancelled and stay visible."""
    require(policy.may_change_from(by, meeting))
    with wall.house("meetings.end_from"):
        old = _locked(meeting)
        told = [each for each in _from(meeting, old) if _goes_ahead(each)]
        _end(old, meeting)
        all_cancelled(told, reason)
    announce(told, by)
    _say_until_when(old.group, by)
    wire.tell(f"group:{meeting.group.key}")
    return old


def _say_until_when(group: Group, by: Person) -> None:
    """A course with the same people takes nobody in once it has begun; anything else does."""
    until = joins_until(group)
    if group.joins_until != until:
        groups.join_until(group, until, by=by)


def _made(group: Group, wish: Wish, **more: Any) -> Schedule:
    return Schedule.objects.create(group=group, **vars(wish), **more)


def _says(schedule: Schedule, wish: Wish) -> bool:
    """Whether a rule is what somebody wishes already: a form was sent twice, or from two tabs."""
    if schedule.ended_at is not None:
        return False
    return all(_same(getattr(schedule, name), said) for name, said in vars(wish).items())


def _same(there: object, said: object) -> bool:
    return (list(said) if isinstance(said, tuple) else said) == there


def _look_ahead(schedule: Schedule) -> list[Holding]:
    """The rows of the coming weeks; a rule that clashes from the start is not planned at all."""
    if make_ahead(schedule, clock.now() + reach(schedule)):
        raise VenueTaken(str(schedule.venue))
    return hold_as_planned(schedule)


def _name(held: list[Holding], by: Person) -> None:
    """Whoever facilitates by the rule hears it of the first of their meetings."""
    for holding in held[:1]:
        events.held.send(Holding, holding=holding, by=by)


def _locked(meeting: Meeting) -> Schedule:
    """The meeting's rule, for whoever changes it first."""
    locked = Schedule.objects.select_for_update(of=("self",)).select_related("group")
    return locked.get(meetings=meeting)


def _from(meeting: Meeting, old: Schedule) -> list[Meeting]:
    """This meeting and all that follow by the same rule, whatever became of them, locked."""
    rows = Meeting.objects.filter(schedule=old, original_on__gte=meeting.original_on)
    locked = rows.select_related("group").select_for_update(of=("self",))
    return list(locked.order_by("starts_at", "pk"))


def _led(wish: Wish, old: Schedule, by: Person) -> Wish:
    """Whoever sees nobody of the group cannot say who facilitates: that stays as it was."""
    return wish if policy.may_name(by, old.group) else replace(wish, lead=old.lead)


def _goes_ahead(row: Meeting) -> bool:
    return row.is_to_come and row.state != Meeting.State.CANCELLED


def _end(old: Schedule, meeting: Meeting) -> None:
    """The rule ends before the day on which this meeting had been planned."""
    local = datetime.combine(meeting.original_on or meeting.on, old.at)
    old.ended_at = instant(local, old.zone)
    old.save(update_fields=["ended_at"])


def _ends_too(old: Schedule, meeting: Meeting) -> datetime | None:
    """Where the old rule had an end after this meeting, the new one ends before that day too."""
    if old.ended_at is None:
        return None
    day = old.ended_at.astimezone(ZoneInfo(old.zone)).date()
    return instant(datetime.combine(day, time()), old.zone) if _planned_on(meeting) < day else None


def _carry_over(rows: list[Meeting], new: Schedule, said: str, *, chosen: Meeting) -> list[Meeting]:
    """The old rows become meetings of the new rule; what finds no day there is cancelled.

    Returns those that people must be told about.
    """
    coming = _coming(rows, new)
    days = _days(rows, list(coming))
    told = [row for row in rows if _follows(row, days, chosen)]
    # Free every place and hour first: no row stands in the way of another on its way to a new day.
    Meeting.objects.filter(pk__in=[row.pk for row in told]).update(state=Meeting.State.CANCELLED)
    Taken.objects.filter(holding__meeting__in=told).delete()
    for row in rows:
        planned = coming.get(days.get(_planned_on(row), date.min))
        if row not in told:
            _stays(row, planned)
        elif planned is not None:
            _becomes(row, planned, said)
        else:
            cancelled(row, said)
    return told


def _coming(rows: list[Meeting], new: Schedule) -> dict[date, Meeting]:
    """The days of the new rule, as far as there are rows of the old one to take them."""
    now = clock.now()
    ends = [now + reach(new), *(row.starts_at + A_WEEK for row in rows)]
    ahead = occurrences(new, after=min([now, *(row.starts_at for row in rows)]), until=max(ends))
    return {each.on: each for each in ahead}


def _days(rows: list[Meeting], coming: list[date]) -> dict[date, date]:
    """Which old day becomes which new one; a cancelled day never takes one from a meeting."""
    going = [_planned_on(row) for row in rows if _goes_ahead(row)]
    over = [_planned_on(row) for row in rows if not _goes_ahead(row)]
    found = {day: day for day in over if day in set(coming)}
    found |= pairs(going, [day for day in coming if day not in found])
    taken = set(found.values())
    rest = pairs([day for day in over if day not in found], [d for d in coming if d not in taken])
    return found | rest


def _planned_on(row: Meeting) -> date:
    return row.original_on or row.on


def _follows(row: Meeting, days: dict[date, date], chosen: Meeting) -> bool:
    """Whether a meeting goes by the new rule, and not by what was said about its own day."""
    return _goes_ahead(row) and (
        row.pk == chosen.pk or not row.by_hand or _planned_on(row) not in days
    )


def _stays(row: Meeting, planned: Meeting | None) -> None:
    """A day of which something was said: the new rule makes no other meeting for it.

    One that was only cancelled is so at the new hour, in case it takes place after all.
    """
    if planned is None:
        return
    row.schedule, row.original_on = planned.schedule, planned.original_on
    if row.state == Meeting.State.CANCELLED and not row.by_hand:
        _as_planned(row, planned)
    elif row.state == Meeting.State.PLANNED and row.starts_at != planned.starts_at:
        row.state = Meeting.State.MOVED
    keep(row)


def _becomes(row: Meeting, planned: Meeting, said: str) -> None:
    """One row takes the day, hour and place of the new rule, and keeps its address and bookings."""
    before = remember(row)
    same = row.starts_at == planned.starts_at
    row.schedule, row.original_on = planned.schedule, planned.original_on
    _as_planned(row, planned)
    row.state = Meeting.State.PLANNED if same else Meeting.State.MOVED
    row.by_hand = False
    keep_change(row, before, said)


def _as_planned(row: Meeting, planned: Meeting) -> None:
    row.on, row.at, row.zone = planned.on, planned.at, planned.zone
    row.starts_at, row.ends_at = planned.starts_at, planned.ends_at
    row.way, row.venue_id, row.places = planned.way, planned.venue_id, planned.places
    row.takes_visitors = planned.takes_visitors
