"""Saying at the door that one is there."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from beside import wall
from beside.groups.models import Membership, Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.meetings import line, policy, talks
from beside.meetings.line import How
from beside.meetings.models import Booking, DoorCode, Meeting
from beside.meetings.telling import booking_changed
from beside.people.models import Person

# No vowels and no look-alikes: it is read from a screen across a room.
SIGNS = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = 6


class NoSuchCode(Exception):
    """No door that is open to this person now has this code."""


@transaction.atomic
def show_code(meeting: Meeting, *, anew: bool = False, by: Person) -> DoorCode:
    """The short code of the door, made when it is first asked for, or `anew`. Valid to the end."""
    require(policy.may_keep_door(by, meeting))
    with wall.house("meetings.show_code"):
        wall.lock("door", meeting.pk)
        code = DoorCode.objects.filter(meeting=meeting).first()
        if code is None or anew:
            signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
            code = DoorCode(meeting=meeting, code=signs, until=meeting.ends_at)
            code.save()
    return code


@transaction.atomic
def come_in(code: str, *, by: Person) -> Booking:
    """Say that one is there, by the code at the door. Raises NoSuchCode, Full, DoesNotTakePlace.

    It opens only what this person booked, or a meeting of their own group with a free place.
    """
    require(policy.may_come_in(by))
    signs = "".join(sign for sign in code.lower() if sign.isalnum())
    with wall.house("meetings.come_in"):
        meeting = _meeting_behind(signs, by)
        own = Persona.objects.worn_by(by).get(group=meeting.group_id)
        booking = Booking.objects.filter(meeting=meeting, persona=own).first()
        came = booking is not None and booking.standing == Booking.Standing.CAME
    if booking is None or not booking.is_coming:
        kind = booking.kind if booking else Booking.Kind.SEAT
        booking = line.book(meeting, own, How(kind), by=by)
    return booking if came else _came(booking)


@transaction.atomic
def tap_in(booking: Booking, *, here: bool, by: Person) -> Booking:
    """A facilitator says that somebody is there, or takes it back."""
    require(policy.may_tap_in(by, booking))
    with wall.house("meetings.tap_in"):
        wall.lock("meeting", booking.meeting_id)
        line.refresh(booking)
        if booking.is_coming:
            booking.standing = Booking.Standing.CAME if here else Booking.Standing.BOOKED
            booking.save(update_fields=["standing"])
            if here:
                talks.tapped_in(booking)
            else:
                talks.take_back(booking)
    booking_changed(booking)
    return booking


def _came(booking: Booking) -> Booking:
    with wall.house("meetings.came"):
        wall.lock("meeting", booking.meeting_id)
        line.refresh(booking)
        booking.standing = Booking.Standing.CAME
        booking.save(update_fields=["standing"])
    booking_changed(booking)
    return booking


def _meeting_behind(signs: str, person: Person) -> Meeting:
    """The meeting of this code, if it is open now and this person may come to it."""
    worn = Persona.objects.worn_by(person)
    booked = Booking.objects.filter(meeting=OuterRef("meeting"), persona__in=worn)
    member = Membership.objects.of(person).filter(group=OuterRef("meeting__group"))
    codes = DoorCode.objects.filter(Q(Exists(booked)) | Q(Exists(member)), until__gt=clock.now())
    for code in codes.select_related("meeting__group"):
        if secrets.compare_digest(code.code, signs) and policy.door_is_open(code.meeting):
            return code.meeting
    raise NoSuchCode
