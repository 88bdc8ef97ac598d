"""Who is told what about a meeting, in the transaction in which it became true.

A reminder is a notice that waits for its hour: left when somebody books, and left anew when the
meeting moves. A worker that was down for a day misses none: what is still of use goes once, and
what is not does not go, because each says until when it is of use and for which start it was left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, F, Func, OuterRef, Value
from django.db.models.functions import Concat

from beside import notices, wall
from beside.groups.models import Wearer
from beside.kernel import clock
from beside.meetings import reminding
from beside.meetings.models import Booking, Meeting
from beside.notices.models import Notice
from beside.people.models import Organisation, Person, Profile

BOOKED, OFFERED, LAPSED = "meetings.booked", "meetings.offered", "meetings.lapsed"
EVENING, STARTING = "meetings.evening_before", "meetings.starting"
CHANGED = "meetings.changed"
SOON = timedelta(hours=24)  # what changes this close waits for no other letter
AHEAD = timedelta(hours=48)
COMING = (Booking.Standing.BOOKED, Booking.Standing.CAME)
CONCERNED = (*COMING, Booking.Standing.WAITING, Booking.Standing.OFFERED)


def booked(booking: Booking) -> None:
    """A visitor has something to come back to, and everybody is reminded.

    Whoever takes a seat in their own group reads it on the page on which they pressed.
    """
    persons = _wearers(booking.meeting, booking)
    if booking.kind == Booking.Kind.VISIT:
        meeting = booking.meeting
        notices.tell_many(
            persons, BOOKED, dedupe=booking.key, args=args_of(meeting), until=meeting.ends_at
        )
    remind(booking.meeting, persons)


def offered(booking: Booking) -> None:
    """A place is theirs until the clock of the offer runs out."""
    if booking.offer_until is not None:
        notices.tell_many(
            _wearers(booking.meeting, booking),
            OFFERED,
            dedupe=f"{booking.key}@{_word(booking.offer_until)}",
            args=args_of(booking.meeting),
            until=booking.offer_until,
        )


def lapsed(booking: Booking) -> None:
    """The place went on; the truth about it, without a letter."""
    notices.tell_many(
        _wearers(booking.meeting, booking),
        LAPSED,
        dedupe=f"{booking.key}@{_word(booking.offer_until or clock.now())}",
        args=args_of(booking.meeting),
        until=booking.meeting.starts_at,
    )


def changed(meeting: Meeting, by: Person | None) -> None:
    """Whoever comes, or waits for a place, is told; but not whoever changed it."""
    persons = _wearers(meeting)
    if says_something(meeting):
        was = meeting.was_starts_at or meeting.starts_at
        notices.tell_many(
            [person for person in persons if by is None or person != by.pk],
            CHANGED,
            dedupe=change_of(meeting),
            args=args_of(meeting),
            until=max(meeting.ends_at, was),
            urgent=min(meeting.starts_at, was) <= clock.now() + SOON,
        )
    remind(meeting, persons)


def says_something(meeting: Meeting) -> bool:
    """Whether hour, place or way differ from what had been said, or have differed."""
    return meeting.state == Meeting.State.CANCELLED or meeting.sequence > 1 or meeting.differs


def change_of(meeting: Meeting) -> str:
    """One change of one meeting; told once to each. (The same as in the function `told_of`.)"""
    return f"{meeting.key}:{meeting.sequence}"


def remind(meeting: Meeting, persons: Collection[int]) -> None:
    """Leave what is said the evening before and at the start, as far as that is still to come.

    Twice is once. What had been left for another start says nothing any more.
    """
    now = clock.now()
    if meeting.state == Meeting.State.CANCELLED or not persons:
        return
    left: dict[str, Any] = {"dedupe": for_start(meeting), "args": args_of(meeting)}
    zones = _zones(persons, meeting)
    evenings = {
        person: reminding.evening_before(meeting.starts_at, zones[person]) for person in persons
    }
    to_come = {person: eve for person, eve in evenings.items() if eve > now}
    notices.tell_many(list(to_come), EVENING, due=to_come, until=meeting.starts_at, **left)
    opens = reminding.at_the_start(meeting.starts_at)
    if opens > now:
        until = reminding.of_use_until(meeting.starts_at)
        notices.tell_many(persons, STARTING, due=opens, until=until, **left)


def remind_ahead() -> int:
    """Remind everybody who comes within two days and has nothing waiting for them; how many.

    For places that were booked before reminders were left, or brought in from elsewhere.
    """
    now = clock.now()
    left = Notice.objects.filter(
        kind=STARTING, person=OuterRef("persona__wearer__person"), dedupe=OuterRef("for_start")
    )
    word = Func(
        "meeting__starts_at",
        Value('YYYYMMDD"T"HH24MI'),
        function="to_char",
        output_field=CharField(),
    )
    with wall.house("meetings.remind_ahead"):
        within = Booking.objects.filter(
            standing=Booking.Standing.BOOKED,
            meeting__starts_at__gt=now + reminding.OPENS_BEFORE,
            meeting__starts_at__lt=now + AHEAD,
            persona__wearer__current=True,
        ).exclude(meeting__state=Meeting.State.CANCELLED)
        bare = within.annotate(for_start=Concat(F("meeting__key"), Value("@"), word)).filter(
            ~Exists(left)
        )
        found: dict[int, list[int]] = defaultdict(list)
        for meeting, person in bare.values_list("meeting", "persona__wearer__person"):
            found[meeting].append(person)
        meetings = list(Meeting.objects.filter(pk__in=found))
    for each in meetings:
        remind(each, found[each.pk])
    return sum(len(persons) for persons in found.values())


def args_of(meeting: Meeting) -> dict[str, Any]:
    """What a notice about a meeting keeps: keys, and for which start and change it was left."""
    return {
        "meeting": meeting.key,
        "start": _word(meeting.starts_at),
        "sequence": meeting.sequence,
    }


def is_for(meeting: Meeting, start: str) -> bool:
    """Whether a notice that was left for this start is about the meeting as it is now."""
    return _word(meeting.starts_at) == start


def for_start(meeting: Meeting) -> str:
    """One meeting at the start it has now; reminded of once."""
    return f"{meeting.key}@{_word(meeting.starts_at)}"


def _word(moment: datetime) -> str:
    """20261124T1830, universal time."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M}"


def _wearers(meeting: Meeting, booking: Booking | None = None) -> list[int]:
    """The people behind one booking, or behind all that this meeting concerns.

    Whoever has no account is texted (`texting`), or on the call sheet of those who facilitate.
    """
    with wall.house("meetings.who_is_told"):
        worn = Wearer.objects.filter(current=True)
        if booking is not None:
            worn = worn.filter(persona=booking.persona_id)
        else:
            concerned = Booking.objects.filter(meeting=meeting, standing__in=CONCERNED)
            worn = worn.filter(persona__in=concerned.values("persona"))
        return list(worn.values_list("person", flat=True))


def _zones(persons: Collection[int], meeting: Meeting) -> dict[int, ZoneInfo]:
    """In which zone each has their evening: their own, or the organisation's."""
    ours = Organisation.ours()
    usual = ZoneInfo(ours.zone if ours else meeting.zone)
    with wall.house("meetings.their_evening"):
        chosen = Profile.objects.filter(person__in=persons).exclude(zone="")
        zones = dict(chosen.values_list("person", "zone"))
    return {person: ZoneInfo(zones[person]) if person in zones else usual for person in persons}
