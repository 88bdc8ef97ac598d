"""Places, and the line of those who wait for one: in strict order, each offer with its clock.

Everything here runs as the house, under the lock of the one meeting it is about. A place that
becomes free is offered at once to whoever is first of those for whom it is enough; it is theirs
until the offer runs out, and nobody books past the line. No offer runs out in
the night of whoever it is for: the place waits with them, and the order stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from beside import wall
from beside.groups.models import Persona
from beside.kernel import clock
from beside.meetings import events, policy
from beside.meetings.clocks import zone_behind
from beside.meetings.models import Booking, Manner, Meeting
from beside.meetings.places import places_left
from beside.meetings.reminding import offered_until
from beside.meetings.telling import booking_changed
from beside.people.models import Person

A_MOMENT = timedelta(microseconds=1)
LATEST = (
    *("state", "sequence", "places", "takes_visitors"),
    *("on", "at", "zone", "starts_at", "ends_at"),
)
FRESH = ("standing", "supporter", "waiting_since", "offer_until")


class Full(Exception):
    """Every place of the meeting is taken, or offered to somebody who waits."""


class DoesNotTakePlace(Exception):
    """The meeting was cancelled while somebody was on their way into it."""


@dataclass(frozen=True)
class How:
    """How somebody would like to come."""

    kind: str = Booking.Kind.SEAT
    listen_only: bool = False
    greet: bool = False
    supporter: bool = False


@dataclass(frozen=True)
class Settled:
    """What became of the line: whose offer ran out, and who is offered a place now."""

    lapsed: Sequence[Booking] = ()
    offered: Sequence[Booking] = ()


def book(meeting: Meeting, persona: Persona, how: How, *, by: Person) -> Booking:
    """A place, if one is free or offered to them. Twice is once.

    Raises Full and DoesNotTakePlace.
    """
    with wall.house("meetings.book"):
        _require_that_it_takes_place(meeting)
        settled = settle(meeting)
        booking = _of(meeting, persona)
        coming = booking.is_coming
        if not coming:
            if not booking.is_offered:
                _become(booking, how)
                require_places(meeting, booking.needs)
            _take(booking)
        booking.kind, booking.listen_only, booking.greet = how.kind, how.listen_only, how.greet
        booking.save()
    if not coming:
        events.booked.send(Booking, booking=booking, by=by)
    announce(settled, by)
    booking_changed(booking)
    return booking


def wait(meeting: Meeting, persona: Persona, how: How, *, by: Person) -> Booking:
    """The end of the line; where a place is free for them already, it is offered at once.

    Raises DoesNotTakePlace.
    """
    with wall.house("meetings.wait"):
        _require_that_it_takes_place(meeting)
        booking = _of(meeting, persona)
        there = booking.is_coming or booking.is_offered or booking.is_waiting
        if not there:
            _become(booking, how)
            booking.standing = Booking.Standing.WAITING
            booking.waiting_since, booking.offer_until = _after_the_last(meeting), None
            booking.save()
        settled = settle(meeting)
        refresh(booking)
    if not there and booking.is_waiting:
        events.waiting.send(Booking, booking=booking, by=by)
    announce(settled, by)
    booking_changed(booking)
    return booking


def lock(meeting: Meeting) -> None:
    """How it stands now; until the transaction ends nobody else changes it or its line.

    Holidays and changes of a rule hold the rows of many meetings, so the row is held here too:
    whoever comes first is seen by the other.
    """
    wall.lock("meeting", meeting.pk)
    mine = Meeting.objects.select_for_update(of=("self",), no_key=True)
    meeting.refresh_from_db(fields=LATEST, from_queryset=mine)


def refresh(booking: Booking) -> None:
    """How it stands now, whatever a page had read before. Under the lock."""
    booking.refresh_from_db(fields=FRESH)


def accept(booking: Booking) -> bool:
    """Take the place that is offered, while the offer stands. False when it no longer does."""
    if booking.is_coming:
        return True
    if not booking.may_be_accepted:
        return False
    _take(booking)
    booking.save()
    return True


def give_back(booking: Booking) -> None:
    """Not tonight: no place, no line, nobody brought along."""
    booking.standing = Booking.Standing.NOT_TONIGHT
    booking.waiting_since = booking.offer_until = None
    booking.supporter = False
    booking.save()


def settle(meeting: Meeting) -> Settled:
    """Let offers run out, and offer what is free in the order of the line. Again is harmless."""
    meeting.refresh_from_db(fields=["places", "state", "starts_at", "takes_visitors"])
    now = clock.now()
    over = Q() if meeting.starts_at <= now else Q(offer_until__lte=now)
    offers = Booking.objects.filter(meeting=meeting, standing=Booking.Standing.OFFERED)
    lapsed = list(offers.filter(over).select_related("meeting__group"))
    for booking in lapsed:
        booking.standing, booking.waiting_since = Booking.Standing.LAPSED, None
        booking.save(update_fields=["standing", "waiting_since"])
    if meeting.state == Meeting.State.CANCELLED or meeting.starts_at <= now:
        return Settled(lapsed)
    return Settled(lapsed, _offer(meeting, now))


def announce(settled: Settled, by: Person | None) -> None:
    """Tell those whose turn it is, and those whose turn is over."""
    for booking in settled.lapsed:
        events.lapsed.send(Booking, booking=booking, by=by)
        booking_changed(booking)
    for booking in settled.offered:
        events.offered.send(Booking, booking=booking, by=by)
        booking_changed(booking)


def require_places(meeting: Meeting, needed: int) -> None:
    """Raises Full when fewer are free."""
    free = places_free(meeting)
    if free is not None and free < needed:
        raise Full(meeting.key)


def places_free(meeting: Meeting) -> int | None:
    """How many places nobody has or is offered; None where there is no limit. For the house."""
    if meeting.places is None:
        return None
    held = Booking.objects.filter(meeting=meeting, standing__in=policy.HOLDING)
    return meeting.places - held.count() - held.filter(supporter=True).count()


def unsettled() -> list[int]:
    """Meetings in which an offer ran out, or somebody waits while a place is free. For the house.

    Three questions, however many meetings there are.
    """
    now = clock.now()
    offers = Booking.objects.filter(standing=Booking.Standing.OFFERED)
    ran_out = offers.filter(Q(offer_until__lte=now) | Q(meeting__starts_at__lte=now))
    waits = Booking.objects.filter(standing=Booking.Standing.WAITING, meeting__starts_at__gt=now)
    going_ahead = Meeting.objects.going_ahead()
    lines = list(going_ahead.filter(pk__in=waits.values("meeting")))
    left = places_left(lines)
    free = {meeting.pk for meeting in lines if left.get(meeting.pk, 1) > 0}
    return sorted(free | set(ran_out.values_list("meeting", flat=True)))


def before(booking: Booking) -> int:
    """How many wait before one's own booking: 0, 1, 2, or 3 for "3 or more"."""
    with connection.cursor() as cursor:
        cursor.execute("select before from line_before() where booking = %s", [booking.pk])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _offer(meeting: Meeting, now: datetime) -> list[Booking]:
    """One place after the other to the first for whom it is enough."""
    free, offered = places_free(meeting), []
    if free is not None and free <= 0:
        return []
    lasts = timedelta(minutes=Manner.of(meeting.group).offer_minutes)
    waiting = Booking.objects.filter(meeting=meeting).line()
    if not meeting.takes_visitors:  # for members only, since they began to wait
        waiting = waiting.exclude(kind=Booking.Kind.VISIT)
    for booking in waiting.select_related("meeting__group"):
        if free is not None and booking.needs > free:
            continue
        zone = zone_behind(booking)
        booking.standing = Booking.Standing.OFFERED
        booking.offer_until = offered_until(now, lasts, meeting.starts_at, zone)
        booking.save(update_fields=["standing", "offer_until"])
        offered.append(booking)
        free = None if free is None else free - booking.needs
        if free == 0:
            break
    return offered


def _require_that_it_takes_place(meeting: Meeting) -> None:
    """Under the lock, whatever a page or a policy had read before."""
    lock(meeting)
    if meeting.state == Meeting.State.CANCELLED:
        raise DoesNotTakePlace(meeting.key)


def _of(meeting: Meeting, persona: Persona) -> Booking:
    """Their booking of this meeting, or a new one with the standing of somebody who stays away."""
    found = Booking.objects.filter(meeting=meeting, persona=persona).first() or Booking(
        made_at=clock.now(), standing=Booking.Standing.NOT_TONIGHT
    )
    found.meeting, found.persona = meeting, persona
    return found


def _become(booking: Booking, how: How) -> None:
    booking.kind, booking.listen_only, booking.greet = how.kind, how.listen_only, how.greet
    booking.supporter = how.supporter and Manner.of(booking.meeting.group).supporters


def _take(booking: Booking) -> None:
    booking.standing = Booking.Standing.BOOKED
    booking.waiting_since = booking.offer_until = None


def _after_the_last(meeting: Meeting) -> datetime:
    """Now, or just after whoever is last: the order is the order of the lock, never a tie."""
    last = Booking.objects.filter(meeting=meeting).line().last()
    now = clock.now()
    since = last.waiting_since if last else None
    return max(now, since + A_MOMENT) if since else now
