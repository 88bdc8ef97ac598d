"""Coming to a meeting, and staying away."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.meetings import events, policy
from beside.meetings.models import Booking, Meeting
from beside.meetings.telling import booking_changed
from beside.people.models import Person


class Full(Exception):
    """Every place of the meeting is taken."""


@transaction.atomic
def book_visit(
    meeting: Meeting,
    name: str,
    pebble: int,
    *,
    listen_only: bool = False,
    greet: bool = False,
    by: Person,
) -> Booking:
    """Visit once, under a name and pebble for this group. Raises Full and groups' NameTaken.

    Whoever already has a name in the group keeps it. Doing it twice is doing it once.
    """
    require(policy.may_visit(by, meeting))
    persona = groups.be_known(meeting.group, name, pebble, by=by)
    return _book(meeting, persona, Booking.Kind.VISIT, by=by, listen_only=listen_only, greet=greet)


@transaction.atomic
def book_seat(meeting: Meeting, *, by: Person) -> Booking:
    """Come to a meeting of one's own group. Raises Full."""
    require(policy.may_book_seat(by, meeting))
    persona = Persona.objects.worn_by(by).get(group=meeting.group_id)
    return _book(meeting, persona, Booking.Kind.SEAT, by=by)


@transaction.atomic
def not_tonight(booking: Booking, *, by: Person) -> Booking:
    """Stay away this time; the place is free again and nobody asks why."""
    require(policy.may_stay_away(by, booking))
    with wall.house("meetings.not_tonight"):
        booking.standing = Booking.Standing.NOT_TONIGHT
        booking.save(update_fields=["standing"])
    booking_changed(booking)
    return booking


@transaction.atomic
def came(booking: Booking, *, by: Person) -> Booking:
    """Say that somebody came."""
    require(policy.may_say_came(by, booking))
    with wall.house("meetings.came"):
        booking.standing = Booking.Standing.CAME
        booking.save(update_fields=["standing"])
    booking_changed(booking)
    return booking


@transaction.atomic
def give_back_places(persona: Persona, *, by: Person) -> int:
    """Free the places of a name that is no longer worn, in all meetings to come; how many."""
    require(policy.may_give_back_places(by, persona))
    with wall.house("meetings.give_back_places"):
        kept = Booking.objects.filter(
            persona=persona, standing=Booking.Standing.BOOKED, meeting__starts_at__gt=clock.now()
        )
        return kept.update(standing=Booking.Standing.NOT_TONIGHT)


def _book(
    meeting: Meeting,
    persona: Persona,
    kind: Booking.Kind,
    *,
    by: Person,
    listen_only: bool = False,
    greet: bool = False,
) -> Booking:
    with wall.house("meetings.book"):
        wall.lock("meeting", meeting.pk)
        booking = Booking.objects.filter(meeting=meeting, persona=persona).first()
        coming = booking is not None and booking.standing in policy.COMING
        if not coming:
            _require_place(meeting)
        booking = booking or Booking(meeting=meeting, persona=persona, made_at=clock.now())
        booking.meeting, booking.persona = meeting, persona
        booking.kind, booking.listen_only, booking.greet = kind, listen_only, greet
        if not coming:
            booking.standing = Booking.Standing.BOOKED
        booking.save()
    if not coming:
        events.booked.send(Booking, booking=booking, by=by)
    booking_changed(booking)
    return booking


def _require_place(meeting: Meeting) -> None:
    """Raises Full when as many are coming as there are places. Under the meeting's lock."""
    meeting.refresh_from_db(fields=["places"])
    if meeting.places is not None and meeting.places <= _taken(meeting):
        raise Full(meeting.key)


def _taken(meeting: Meeting) -> int:
    """How many places are taken or offered, with those of people whom somebody brings."""
    held = Booking.objects.filter(meeting=meeting, standing__in=policy.HOLDING)
    return held.count() + held.filter(supporter=True).count()
