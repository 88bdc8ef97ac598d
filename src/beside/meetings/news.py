"""Who is told what about a meeting, in the transaction in which it became true.

A reminder is a notice that waits for its hour: left when somebody books, and left anew when the
meeting moves. A worker that was down for a day misses none: what is still of use goes once, and
what is not does not go, because each says until when it is of use and for which start it was left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, F, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from beside import notices, wall
from beside.groups.models import Membership, Wearer
from beside.groups.words import Part
from beside.kernel import clock
from beside.meetings import reminding
from beside.meetings.clocks import own_zones, zones_of
from beside.meetings.models import Booking, Door, Guest, Holding, Meeting, Venue
from beside.meetings.models.doors import that_tell_where
from beside.meetings.rows import HOLDS
from beside.notices import Telling
from beside.notices.models import Notice
from beside.people.models import Person, Role

BOOKED, OFFERED, LAPSED = "meetings.booked", "meetings.offered", "meetings.lapsed"
GUEST_OFFERED, GUEST_LAPSED = "meetings.guest_offered", "meetings.guest_lapsed"
TO_CALL = "meetings.guests_to_call"
EVENING, STARTING = "meetings.evening_before", "meetings.starting"
CHANGED, PLACE_CHANGED = "meetings.changed", "meetings.place_changed"
OWN_HOUR = "meetings.own_hour"
HELD, UNCOVERED = "meetings.held", "meetings.uncovered"
SOON = timedelta(hours=24)  # what changes this close waits for no other letter
AHEAD = timedelta(hours=48)
COMING = (Booking.Standing.BOOKED, Booking.Standing.CAME)
CONCERNED = (*COMING, Booking.Standing.WAITING, Booking.Standing.OFFERED)


def booked(booking: Booking) -> None:
    """They have it in writing, once, however often they change their mind; and are reminded."""
    meeting, persons = booking.meeting, _wearer(booking)
    until = reminding.confirmed_until(
        meeting.starts_at, meeting.ends_at, ZoneInfo(meeting.zone), clock.now()
    )
    notices.tell_many(persons, BOOKED, dedupe=booking.key, args=args_of(meeting), until=until)
    remind(meeting, persons)


def offered(booking: Booking) -> None:
    """A place is theirs until the clock of the offer runs out."""
    if booking.offer_until is not None:
        notices.tell_many(
            _wearer(booking),
            OFFERED,
            dedupe=f"{booking.key}@{word(booking.offer_until)}",
            args=args_of(booking.meeting),
            until=booking.offer_until,
        )
        _tell_for_guest(booking, GUEST_OFFERED, until=booking.offer_until)


def lapsed(booking: Booking) -> None:
    """The place went on; the truth about it, without a letter."""
    notices.tell_many(
        _wearer(booking),
        LAPSED,
        dedupe=f"{booking.key}@{word(booking.offer_until or clock.now())}",
        args=args_of(booking.meeting),
        until=booking.meeting.starts_at,
    )
    _tell_for_guest(booking, GUEST_LAPSED, until=booking.meeting.starts_at)


def _tell_for_guest(booking: Booking, kind: str, *, until: datetime) -> None:
    """Somebody without an account reads nothing here; who facilitates can ask them."""
    with wall.house("meetings.who_is_told"):
        guests = Guest.objects.filter(persona=booking.persona_id)
        held = Membership.objects.current().filter(
            group__in=guests.values("group"), role=Part.FACILITATOR
        )
        worn = Wearer.objects.filter(current=True, persona__in=held.values("persona"))
        persons = list(worn.values_list("person", flat=True))
    notices.tell_many(
        persons,
        kind,
        dedupe=f"{booking.key}@{word(booking.offer_until or clock.now())}",
        args=args_of(booking.meeting) | {"booking": booking.key},
        until=until,
    )


def changed(meetings: Sequence[Meeting], by: Person | None) -> None:
    """Whoever comes, waits for a place or holds it is told; but not whoever changed it.

    As many questions for a thousand meetings as for one.
    """
    persons = _wearers(meetings)
    tellings = [_change(each, persons[each.pk], by) for each in meetings if says_something(each)]
    notices.tell_all(CHANGED, tellings)
    remind_all({each: persons[each.pk] for each in meetings})


def to_call(meetings: Sequence[Meeting], by: Person | None) -> None:
    """Somebody without an account hears of these only from people: whoever facilitates knows it.

    Not where one of them made the change: they read at once whom to call.
    """
    if not meetings:
        return
    with wall.house("meetings.who_is_told"):
        looks_after = _facilitating({each.group_id for each in meetings})
    own = {group for group, persons in looks_after.items() if by and by.pk in persons}
    others = [each for each in meetings if says_something(each) and each.group_id not in own]
    notices.tell_all(
        TO_CALL, [_change(each, looks_after.get(each.group_id, ()), by) for each in others]
    )


def _facilitating(groups: Collection[int]) -> dict[int, set[int]]:
    """By group, the people who facilitate it now. For the house."""
    found: dict[int, set[int]] = defaultdict(set)
    current = Membership.objects.current().filter(group__in=groups, role=Part.FACILITATOR)
    worn = current.filter(persona__wearer__current=True)
    for group, person in worn.values_list("group", "persona__wearer__person"):
        found[group].add(person)
    return found


def _change(meeting: Meeting, persons: Collection[int], by: Person | None) -> Telling:
    was = meeting.was_starts_at or meeting.starts_at
    return Telling(
        [person for person in persons if by is None or person != by.pk],
        change_of(meeting),
        args_of(meeting),
        until=max(meeting.ends_at, was),
        urgent=min(meeting.starts_at, was) <= clock.now() + SOON,
    )


def set_right(meetings: Sequence[Meeting]) -> None:
    """Whoever lives by another clock than the meeting's reads their new hour; nobody else does."""
    persons = _wearers(meetings)
    _carry_on([each for each in meetings if says_something(each)])
    going_ahead = [each for each in meetings if each.state != Meeting.State.CANCELLED]
    others = _at_another_hour({each: persons[each.pk] for each in going_ahead})
    soon = clock.now() + SOON
    notices.tell_all(
        OWN_HOUR,
        [
            Telling(
                others[each],
                change_of(each),
                args_of(each),
                until=each.ends_at,
                urgent=min(each.starts_at, each.stood_at or each.starts_at) <= soon,
            )
            for each in going_ahead
        ],
    )
    remind_all({each: persons[each.pk] for each in meetings})


def _carry_on(meetings: Sequence[Meeting]) -> None:
    """What is to be read of their latest change stays so, as read or unread as it is."""
    with wall.house("meetings.carry_on"):
        for each in meetings:
            left = Notice.objects.filter(kind=CHANGED, dedupe=f"{each.key}:{each.sequence - 1}")
            left.update(dedupe=change_of(each), args=args_of(each))


def _at_another_hour(
    expected: Mapping[Meeting, Collection[int]],
) -> dict[Meeting, list[int]]:
    """Those whose own clock shows another hour than they were told.

    The rules by which it was told are gone; what was left for their evening before still goes by
    them.
    """
    everybody = set().union(*expected.values())
    zones = own_zones(everybody)
    stood = {each: each.stood_at or each.starts_at for each in expected}
    words = {each: _for(each, moment) for each, moment in stood.items()}
    with wall.house("meetings.their_evening"):
        left = Notice.objects.filter(kind=EVENING, person__in=everybody)
        rows = left.filter(dedupe__in=words.values()).values_list("person", "dedupe", "due")
        eves = {(person, what): due for person, what, due in rows}
    return {
        each: [
            person
            for person in persons
            if (zone := zones.get(person)) and zone.key != each.zone
            if reminding.is_at_another_hour(
                stood[each], eves.get((person, words[each])), each.starts_at, zone
            )
        ]
        for each, persons in expected.items()
    }


def place_changed(venue: Venue, by: Person) -> None:
    """Whoever is booked there and may know the door is told, once however often they come."""
    with wall.house("meetings.who_is_told"):
        door = Door.objects.get(venue=venue)
        coming = Meeting.objects.to_come().going_ahead().filter(venue=venue)
        booked: QuerySet[Booking] = Booking.objects.filter(
            meeting__in=coming.order_by(),
            standing=Booking.Standing.BOOKED,
            persona__wearer__current=True,
        )
        if not door.public:
            booked = that_tell_where(booked)
        told = booked.exclude(persona__wearer__person=by).order_by("meeting__starts_at")
        rows = list(told.values_list("persona__wearer__person", "meeting__starts_at"))
        last = coming.order_by("ends_at").values_list("ends_at", flat=True).last()
    soon = {person for person, starts_at in rows if starts_at <= clock.now() + SOON}
    args = {"venue": venue.key, "told": told_word(door)}
    notices.tell_all(
        PLACE_CHANGED,
        [
            Telling(persons, f"{venue.key}@{args['told']}", args, until=last, urgent=urgent)
            for persons, urgent in ((soon, True), ({person for person, _at in rows} - soon, False))
        ],
    )


def is_told_of(door: Door, word: str) -> bool:
    """Whether a notice with this word is about the latest change of a door that was told."""
    return door.told_at is not None and told_word(door) == word


def told_word(door: Door) -> str:
    """20261124T183000123456, universal time; "" where nobody was told.

    (The same as in the functions `told_of_places` and `texted_of`.)
    """
    return f"{door.told_at.astimezone(UTC):%Y%m%dT%H%M%S%f}" if door.told_at else ""


def held(holding: Holding, by: Person) -> None:
    """Whoever was named by somebody else knows it; and everybody who holds it is reminded."""
    meeting, persons = holding.meeting, _behind(holding)
    notices.tell_many(
        [person for person in persons if person != by.pk],
        HELD,
        dedupe=f"{meeting.key}:{holding.pk}",
        args=args_of(meeting),
        until=meeting.ends_at,
        urgent=meeting.starts_at <= clock.now() + SOON,
    )
    remind(meeting, persons)


def stepped_back(holding: Holding, by: Person) -> None:
    """Coordinators know of a meeting that goes ahead and that nobody holds any more."""
    meeting = holding.meeting
    with wall.house("meetings.who_is_told"):
        covered = Holding.objects.filter(meeting=meeting, part__in=HOLDS).exists()
        coordinate = Role.objects.current().filter(role=Role.Kind.COORDINATOR)
        persons = list(coordinate.exclude(person=by).values_list("person", flat=True))
    if covered or holding.part not in HOLDS or meeting.state == Meeting.State.CANCELLED:
        return
    notices.tell_many(
        persons,
        UNCOVERED,
        dedupe=f"{meeting.key}:{holding.pk}",
        args=args_of(meeting),
        until=meeting.starts_at,
        urgent=meeting.starts_at <= clock.now() + SOON,
    )


def uncovered(meetings: Sequence[Meeting], by: Person) -> None:
    """Whoever still facilitates the group knows what nobody holds; else coordinators do.

    One notice for all meetings of one group, the next first; it says neither who left nor why.
    """
    following = meetings[0]
    notices.tell_many(
        _looks_after(following.group_id, by),
        UNCOVERED,
        dedupe=f"{following.key}:{word(clock.now())}",
        args=args_of(following) | {"meetings": [each.key for each in meetings]},
        until=meetings[-1].starts_at,
        urgent=following.starts_at <= clock.now() + SOON,
    )


def _looks_after(group: int, by: Person) -> list[int]:
    with wall.house("meetings.who_is_told"):
        facilitate = Membership.objects.current().filter(group=group, role=Part.FACILITATOR)
        worn = Wearer.objects.filter(current=True, persona__in=facilitate.values("persona"))
        remaining = list(worn.exclude(person=by).values_list("person", flat=True))
        if remaining:
            return remaining
        coordinate = Role.objects.current().filter(role=Role.Kind.COORDINATOR)
        return list(coordinate.exclude(person=by).values_list("person", flat=True))


def says_something(meeting: Meeting) -> bool:
    """Whether there is something to read: what the change was, or how it differs from before."""
    cancelled = meeting.state == Meeting.State.CANCELLED
    return cancelled or bool(meeting.changes) or meeting.differs


def change_of(meeting: Meeting) -> str:
    """One change of one meeting; told once to each. (The same as in the function `told_of`.)"""
    return f"{meeting.key}:{meeting.sequence}"


def remind(meeting: Meeting, persons: Collection[int]) -> None:
    """Leave what is said the evening before and at the start, as far as that is still to come."""
    remind_all({meeting: persons})


def remind_all(expected: Mapping[Meeting, Collection[int]]) -> None:
    """The same for many meetings, each with its own people.

    Twice is once. What had been left for another start says nothing any more.
    """
    going_ahead = {
        meeting: persons
        for meeting, persons in expected.items()
        if persons and meeting.state != Meeting.State.CANCELLED
    }
    if not going_ahead:
        return
    zones = zones_of(set().union(*going_ahead.values()))
    notices.tell_all(
        EVENING, [_evening(each, persons, zones) for each, persons in going_ahead.items()]
    )
    now = clock.now()
    notices.tell_all(
        STARTING,
        [
            Telling(
                persons,
                for_start(each),
                args_of(each),
                due=opens,
                until=reminding.of_use_until(each.starts_at),
            )
            for each, persons in going_ahead.items()
            if (opens := reminding.at_the_start(each.starts_at)) > now
        ],
    )


def _evening(meeting: Meeting, persons: Collection[int], zones: Mapping[int, ZoneInfo]) -> Telling:
    """For those whose evening before it has not come yet."""
    now, there = clock.now(), ZoneInfo(meeting.zone)
    evenings = {
        person: reminding.evening_before(meeting.starts_at, zones.get(person, there))
        for person in persons
    }
    due = {person: eve for person, eve in evenings.items() if eve > now}
    return Telling(
        list(due), for_start(meeting), args_of(meeting), due=due, until=meeting.starts_at
    )


def by_another_clock(person: Person) -> None:
    """Their evenings before are on another clock from now on; one that is over there is now."""
    now, zone = clock.now(), zones_of([person.pk]).get(person.pk)
    with wall.house("meetings.their_evening"):
        left = list(Notice.objects.filter(person=person, kind=EVENING, seen=None, due__gt=now))
        about = Meeting.objects.filter(key__in=[each.args["meeting"] for each in left])
        for meeting in about:
            there = zone or ZoneInfo(meeting.zone)
            eve = max(now, reminding.evening_before(meeting.starts_at, there))
            mine = Notice.objects.filter(pk__in=[each.pk for each in left])
            mine.filter(dedupe=for_start(meeting)).update(due=eve, post_at=eve)


def remind_ahead() -> int:
    """Remind everybody who comes within two days and has nothing waiting for them; how many.

    For places that were booked before reminders were left, or brought in from elsewhere; and for
    whoever holds a meeting because the rule says so.
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
    soon = {
        "meeting__starts_at__gt": now + reminding.OPENS_BEFORE,
        "meeting__starts_at__lt": now + AHEAD,
        "persona__wearer__current": True,
    }
    found: dict[int, set[int]] = defaultdict(set)
    with wall.house("meetings.remind_ahead"):
        coming = Booking.objects.filter(standing=Booking.Standing.BOOKED, **soon)
        for rows in (coming, Holding.objects.filter(**soon)):
            ahead = rows.exclude(meeting__state=Meeting.State.CANCELLED)
            named = ahead.annotate(for_start=Concat(F("meeting__key"), Value("@"), word))
            bare = named.filter(~Exists(left)).values_list("meeting", "persona__wearer__person")
            for meeting, person in bare:
                found[meeting].add(person)
        meetings = list(Meeting.objects.filter(pk__in=found))
    remind_all({each: found[each.pk] for each in meetings})
    return sum(len(persons) for persons in found.values())


def args_of(meeting: Meeting) -> dict[str, Any]:
    """What a notice about a meeting keeps: keys, and for which start and change it was left."""
    return {
        "meeting": meeting.key,
        "start": word(meeting.starts_at),
        "sequence": meeting.sequence,
    }


def is_for(meeting: Meeting, start: str) -> bool:
    """Whether a notice that was left for this start is about the meeting as it is now."""
    return word(meeting.starts_at) == start


def for_start(meeting: Meeting) -> str:
    """One meeting at the start it has now; reminded of once."""
    return _for(meeting, meeting.starts_at)


def _for(meeting: Meeting, start: datetime) -> str:
    return f"{meeting.key}@{word(start)}"


def word(moment: datetime) -> str:
    """A moment to the minute, for a key: 20261124T1830, universal time."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M}"


def _wearer(booking: Booking) -> list[int]:
    """The person behind one booking.

    Whoever has no account is texted (`texting`), or on the call sheet of those who facilitate.
    """
    with wall.house("meetings.who_is_told"):
        worn = Wearer.objects.filter(current=True, persona=booking.persona_id)
        return list(worn.values_list("person", flat=True))


def _behind(holding: Holding) -> list[int]:
    with wall.house("meetings.who_is_told"):
        worn = Wearer.objects.filter(current=True, persona=holding.persona_id)
        return list(worn.values_list("person", flat=True))


def _wearers(meetings: Sequence[Meeting]) -> dict[int, set[int]]:
    """The people behind all that each of these meetings concerns, by number; holders too."""
    found: dict[int, set[int]] = defaultdict(set)
    these = {"meeting__in": [each.pk for each in meetings], "persona__wearer__current": True}
    with wall.house("meetings.who_is_told"):
        concerned = Booking.objects.filter(standing__in=CONCERNED, **these)
        for rows in (concerned, Holding.objects.filter(**these)):
            for meeting, person in rows.values_list("meeting", "persona__wearer__person"):
                found[meeting].add(person)
    return found
