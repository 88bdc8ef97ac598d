"""Coming to a meeting, and staying away."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.meetings import line, policy, rows
from beside.meetings.line import How
from beside.meetings.models import Booking, Meeting
from beside.meetings.telling import announce_uncovered, booking_changed
from beside.people.models import Person


@transaction.atomic
def book_visit(
    meeting: Meeting,
    name: str,
    pebble: int,
    *,
    listen_only: bool = False,
    greet: bool = False,
    supporter: bool = False,
    by: Person,
) -> Booking:
    """Visit once, under a name and pebble for this group.

    Raises Full, DoesNotTakePlace and groups' NameTaken. Whoever already has a name in the group
    keeps it. Doing it twice is doing it once.
    """
    require(policy.may_visit(by, meeting))
    persona = groups.be_known(meeting.group, name, pebble, by=by)
    how = How(Booking.Kind.VISIT, listen_only, greet, supporter)
    return line.book(meeting, persona, how, by=by)


@transaction.atomic
def book_seat(meeting: Meeting, *, supporter: bool = False, by: Person) -> Booking:
    """Come to a meeting of one's own group. Raises Full and DoesNotTakePlace."""
    require(policy.may_book_seat(by, meeting))
    persona = Persona.objects.worn_by(by).get(group=meeting.group_id)
    return line.book(meeting, persona, How(supporter=supporter), by=by)


@transaction.atomic
def bring_supporter(booking: Booking, *, along: bool, by: Person) -> Booking:
    """Bring somebody, who takes a place too; or come alone after all. Raises Full."""
    require(policy.may_bring_supporter(by, booking))
    meeting = booking.meeting
    with wall.house("meetings.bring_supporter"):
        wall.lock("meeting", meeting.pk)
        before = line.settle(meeting)
        line.refresh(booking)
        if along and not booking.supporter and booking.standing in policy.HOLDING:
            line.require_places(meeting, 1)
        booking.supporter = along
        booking.save(update_fields=["supporter"])
        after = line.settle(meeting)
        line.refresh(booking)
    line.announce(before, by)
    line.announce(after, by)
    booking_changed(booking)
    return booking


@transaction.atomic
def not_tonight(booking: Booking, *, by: Person) -> Booking:
    """Stay away this time; the place is free for the next in line, and nobody asks why.

    Whoever came stays somebody who came, once it has begun.
    """
    require(policy.may_answer_for(by, booking))
    with wall.house("meetings.not_tonight"):
        wall.lock("meeting", booking.meeting_id)
        line.refresh(booking)
        begun = booking.meeting.starts_at <= clock.now()
        if booking.standing != Booking.Standing.CAME or not begun:
            line.give_back(booking)
        settled = line.settle(booking.meeting)
    line.announce(settled, by)
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
    """Free the places of a name that is no longer worn, in all meetings to come; how many.

    What they would have held is held by nobody, and whoever looks after it is told.
    """
    require(policy.may_give_back_places(by, persona))
    with wall.house("meetings.give_back_places"):
        kept = Booking.objects.filter(
            persona=persona,
            standing__in=[*policy.IN_LINE, Booking.Standing.BOOKED, Booking.Standing.LAPSED],
            meeting__starts_at__gt=clock.now(),
        )
        bookings = list(kept.select_related("meeting__group").order_by("meeting"))
        settled = [_freed(booking) for booking in bookings]
        uncovered = rows.let_go_of(persona)
    for each in settled:
        line.announce(each, by)
    announce_uncovered(uncovered, by)
    return len(bookings)


def _freed(booking: Booking) -> line.Settled:
    wall.lock("meeting", booking.meeting_id)
    line.give_back(booking)
    return line.settle(booking.meeting)
