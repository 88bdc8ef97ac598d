"""Waiting for a place, and saying yes to one."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Persona
from beside.kernel.policy import require
from beside.meetings import events, line, policy
from beside.meetings.line import How
from beside.meetings.models import Booking, Meeting
from beside.meetings.telling import booking_changed
from beside.people.models import Person


class OfferOver(Exception):
    """The offer ran out, or was never made."""


@transaction.atomic
def wait_to_visit(
    meeting: Meeting,
    name: str,
    pebble: int,
    *,
    listen_only: bool = False,
    greet: bool = False,
    supporter: bool = False,
    by: Person,
) -> Booking:
    """Wait for a place to visit once. Twice is once.

    Raises DoesNotTakePlace and groups' NameTaken.
    """
    require(policy.may_wait_to_visit(by, meeting))
    persona = groups.be_known(meeting.group, name, pebble, by=by)
    how = How(Booking.Kind.VISIT, listen_only, greet, supporter)
    return line.wait(meeting, persona, how, by=by)


@transaction.atomic
def wait_for_seat(meeting: Meeting, *, supporter: bool = False, by: Person) -> Booking:
    """Wait for a place at a meeting of one's own group. Twice is once. Raises DoesNotTakePlace."""
    require(policy.may_wait_for_seat(by, meeting))
    persona = Persona.objects.worn_by(by).get(group=meeting.group_id)
    return line.wait(meeting, persona, How(supporter=supporter), by=by)


@transaction.atomic
def accept(booking: Booking, *, by: Person) -> Booking:
    """Say yes to the place that is offered. Raises OfferOver. Twice is once."""
    require(policy.may_answer_for(by, booking))
    with wall.house("meetings.accept"):
        line.lock(booking.meeting)
        line.refresh(booking)
        already = booking.is_coming
        if not line.accept(booking):
            raise OfferOver(booking.key)
    if not already:
        events.booked.send(Booking, booking=booking, by=by)
    booking_changed(booking)
    return booking


@transaction.atomic
def settle(booking: Booking, *, by: Person) -> Booking:
    """Bring the line up to this moment, so that whoever looks at their place reads the truth."""
    require(policy.may_answer_for(by, booking))
    with wall.house("meetings.settle"):
        wall.lock("meeting", booking.meeting_id)
        settled = line.settle(booking.meeting)
        line.refresh(booking)
    line.announce(settled, by)
    return booking
