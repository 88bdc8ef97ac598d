"""Booking for somebody without an account, and reaching them by voice, text or post."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from beside import wall
from beside.groups.actions import NAME_LENGTH, NameTaken
from beside.groups.models import Group, Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.meetings import line, policy, texting
from beside.meetings.line import How
from beside.meetings.models import Booking, Guest, Meeting, Posted
from beside.meetings.telling import booking_changed
from beside.people.models import Person

CONTACT_LENGTH = 400


@transaction.atomic
def book_guest(
    meeting: Meeting, guest: Guest, *, supporter: bool = False, wait: bool = False, by: Person
) -> Booking:
    """A place for somebody who has no account, or with `wait` a place in the line.

    Raises Full and DoesNotTakePlace.
    """
    require(policy.may_book_guest(by, meeting) and guest.group_id == meeting.group_id)
    enter = line.wait if wait else line.book
    return enter(meeting, guest.persona, How(supporter=supporter), by=by)


@transaction.atomic
def welcome_guest(
    meeting: Meeting, name: str, *, reach: str = Guest.Reach.NOBODY, contact: str = "", by: Person
) -> Guest:
    """Somebody new without an account, under a name that facilitators and greeters read.

    How to reach them is sealed under a key of their own. Raises NameTaken, and ValueError for no
    name or no contact where one is needed.
    """
    require(policy.may_book_guest(by, meeting))
    name, contact = " ".join(tidy(name).split()), tidy(contact)[:CONTACT_LENGTH]
    if not name or len(name) > NAME_LENGTH or (reach != Guest.Reach.NOBODY and not contact):
        raise ValueError("a name, and how to reach them")
    with wall.house("meetings.welcome_guest"):
        guest = Guest(persona=_persona(meeting.group, name), group=meeting.group, reach=reach)
        if reach != Guest.Reach.NOBODY:
            guest.sealed = guest.box.seal(contact, **guest.place)
        guest.save(force_insert=True)
    return guest


@transaction.atomic
def forget_guest(guest: Guest, *, by: Person) -> None:
    """Take somebody out: their name, how to reach them, and every place they had."""
    require(policy.may_look_after(by, guest))
    with wall.house("meetings.forget_guest"):
        theirs = Booking.objects.filter(persona=guest.persona_id)
        held = theirs.filter(standing__in=[*policy.HOLDING, *policy.IN_LINE])
        to_come = held.filter(meeting__starts_at__gt=clock.now())
        meetings = [each.meeting for each in to_come.order_by("meeting").select_related("meeting")]
        for meeting in meetings:
            wall.lock("meeting", meeting.pk)
        texting.forget(guest)
        guest.box.destroy()
        guest.persona.delete()
        settled = [line.settle(meeting) for meeting in meetings]
    for each in settled:
        line.announce(each, by)


@transaction.atomic
def say_posted(booking: Booking, about: int | None, *, by: Person) -> None:
    """Say that a letter is in the post, and about which change (the meeting's sequence); or none.

    Twice is once: the first day stays.
    """
    require(policy.may_say_posted(by, booking))
    with wall.house("meetings.say_posted"):
        before = Posted.objects.filter(booking=booking)
        if about is None:
            before.delete()
        else:
            before.exclude(sequence=about).delete()
            Posted.objects.get_or_create(booking=booking, sequence=about)
    booking_changed(booking)


def _persona(group: Group, name: str) -> Persona:
    """A name that nobody wears."""
    try:
        with transaction.atomic():
            return Persona.objects.create(group=group, name=name)
    except IntegrityError as taken:
        raise NameTaken(name) from taken
