"""Who may do what about meetings. Asked as the person, before anything changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from beside.groups import policy as groups
from beside.groups.models import Group, Membership, Persona
from beside.groups.words import Part
from beside.kernel import clock
from beside.meetings.models import (
    Booking,
    FirstTalk,
    Guest,
    Manner,
    Meeting,
    Proof,
    Venue,
    groups_told,
)
from beside.meetings.places import kept_venues, venues_to_meet_at
from beside.people.models import Person

COMING = (Booking.Standing.BOOKED, Booking.Standing.CAME)
HOLDING = (*COMING, Booking.Standing.OFFERED)  # those who hold a place
IN_LINE = (Booking.Standing.WAITING, Booking.Standing.OFFERED)
DOOR_OPENS = timedelta(minutes=30)  # before the start, people at the door can say that they came


def may_plan(person: Person, group: Group) -> bool:
    """Facilitators and coordinators plan meetings, of groups that really meet here."""
    if group.is_elsewhere:
        return False
    return groups.facilitates(person, group) or groups.coordinates(person)


def may_meet_at(person: Person, venue: Venue | None) -> bool:
    """Nobody learns a door by planning there: a place of others whose door is not public is chosen
    by a coordinator."""
    return venue is None or groups.coordinates(person) or venue.pk in venues_to_meet_at()


def may_change(person: Person, meeting: Meeting) -> bool:
    """Whoever plans may also move or cancel what is not over."""
    return meeting.ends_at > clock.now() and may_plan(person, meeting.group)


def may_change_from(person: Person, meeting: Meeting) -> bool:
    """A rule is changed from one of its own meetings on."""
    return meeting.schedule_id is not None and may_change(person, meeting)


def may_name(person: Person, group: Group) -> bool:
    """Who facilitates is said by those who see the people of the group."""
    return groups.is_member(person, group)


def may_take_back(person: Person, meeting: Meeting) -> bool:
    """What was cancelled may take place after all, until it would have been over."""
    return meeting.state == Meeting.State.CANCELLED and may_change(person, meeting)


def may_rest(person: Person) -> bool:
    """Coordinators let many groups rest at once, over holidays."""
    return groups.coordinates(person)


def may_let_hold(person: Person, meeting: Meeting, persona: Persona) -> bool:
    """Whoever plans says who holds a meeting: somebody who facilitates the group now."""
    holds = Membership.objects.current().filter(
        persona=persona, group=meeting.group_id, role=Part.FACILITATOR
    )
    return may_change(person, meeting) and holds.exists()


def takes_visitors(meeting: Meeting) -> bool:
    """Whether this meeting is one that visitors may come to, and not over yet."""
    goes_ahead = meeting.state != Meeting.State.CANCELLED and meeting.ends_at > clock.now()
    group = meeting.group
    return goes_ahead and meeting.takes_visitors and group.visits and not group.is_elsewhere


def may_visit(person: Person, meeting: Meeting) -> bool:
    """Anybody of the group's age who is not a member yet, where visitors are welcome."""
    if not takes_visitors(meeting) or groups.is_member(person, meeting.group):
        return False
    return groups.may_be_known(person, meeting.group)


def may_book_seat(person: Person, meeting: Meeting) -> bool:
    """Members come to their own group's meetings."""
    goes_ahead = meeting.state != Meeting.State.CANCELLED and meeting.ends_at > clock.now()
    return goes_ahead and groups.is_member(person, meeting.group)


def is_own(person: Person, booking: Booking) -> bool:
    """Whether the booking is this person's, under a name they still wear."""
    return Persona.objects.worn_by(person).filter(pk=booking.persona_id).exists()


def waits_for_talk(person: Person, group: Group) -> bool:
    """Whether somebody of the group has to talk with this person before they learn where."""
    if Manner.of(group).door_after != Manner.DoorAfter.GREETED:
        return False
    own = Persona.objects.worn_by(person).filter(group=group)
    known = own.filter(known_at__isnull=False).exists()
    known = known or FirstTalk.objects.filter(persona__in=own).exists()
    return not known and not groups_told(person).filter(pk=group.pk).exists()


def may_greet(person: Person, booking: Booking) -> bool:
    """Greeters and facilitators write first; then the visitor may answer."""
    if is_own(person, booking):
        return booking.greetings.exclude(persona=booking.persona_id).exists()
    return groups.greets(person, booking.meeting.group)


def may_say_came(person: Person, booking: Booking) -> bool:
    """Oneself, by coming in; or those who greet and facilitate."""
    if booking.standing not in COMING:
        return False
    return is_own(person, booking) or groups.greets(person, booking.meeting.group)


def may_answer_fit(person: Person, meeting: Meeting) -> bool:
    """Whoever was booked for a visit, once it has begun."""
    if meeting.starts_at > clock.now():
        return False
    return Booking.objects.of(person).visits().filter(meeting=meeting).exists()


def may_forget(person: Person, whose: Person) -> bool:
    """What is kept about somebody's visits goes when they themselves are erased."""
    return person.pk == whose.pk


def may_give_back_places(person: Person, persona: Persona) -> bool:
    """Only what nobody wears any more gives its places back, whoever ended it."""
    return persona.retired_at is not None


def may_give_back_meetings(person: Person, membership: Membership) -> bool:
    """Whoever no longer facilitates holds nothing any more, whoever decided that."""
    return membership.role != Part.FACILITATOR


def may_wait_to_visit(person: Person, meeting: Meeting) -> bool:
    """Whoever may visit may wait for a place, until the meeting begins."""
    return meeting.starts_at > clock.now() and may_visit(person, meeting)


def may_wait_for_seat(person: Person, meeting: Meeting) -> bool:
    """Members may wait for a place, until the meeting begins."""
    return meeting.starts_at > clock.now() and may_book_seat(person, meeting)


def may_still_wait(meeting: Meeting) -> bool:
    """Until it begins, if it goes ahead."""
    return meeting.starts_at > clock.now() and meeting.state != Meeting.State.CANCELLED


def may_answer_for(person: Person, booking: Booking) -> bool:
    """Oneself; for somebody without an account, whoever facilitates."""
    return is_own(person, booking) or is_guests(person, booking)


def is_guests(person: Person, booking: Booking) -> bool:
    """Whether it is the booking of somebody without an account whom this person looks after."""
    return Guest.objects.visible_to(person).filter(persona=booking.persona_id).exists()


def may_bring_supporter(person: Person, booking: Booking) -> bool:
    """Where the group allows it; and whoever brings somebody may always come alone after all."""
    if booking.standing not in (*HOLDING, *IN_LINE) or not may_answer_for(person, booking):
        return False
    return booking.supporter or Manner.of(booking.meeting.group).supporters


def may_keep_manner(person: Person, group: Group) -> bool:
    """Facilitators say how the meetings of their group are kept."""
    return not group.is_elsewhere and groups.facilitates(person, group)


def may_book_guest(person: Person, meeting: Meeting) -> bool:
    """Facilitators book for somebody without an account."""
    goes_ahead = meeting.state != Meeting.State.CANCELLED and meeting.ends_at > clock.now()
    return goes_ahead and groups.facilitates(person, meeting.group)


def may_look_after(person: Person, guest: Guest) -> bool:
    """Whoever facilitates the group in which they were booked."""
    return groups.facilitates(person, guest.group)


def may_say_posted(person: Person, booking: Booking) -> bool:
    """Whoever looks after somebody without an account posts their letters."""
    return is_guests(person, booking)


def may_see_who_comes(person: Person, meeting: Meeting) -> bool:
    """Nobody but facilitators sees a list."""
    return groups.facilitates(person, meeting.group)


def door_is_open(meeting: Meeting) -> bool:
    """From half an hour before the start to the end."""
    if meeting.state == Meeting.State.CANCELLED:
        return False
    return meeting.starts_at - DOOR_OPENS <= clock.now() <= meeting.ends_at


def may_keep_door(person: Person, meeting: Meeting) -> bool:
    """Facilitators show the code at the door, while it is open."""
    return door_is_open(meeting) and may_see_who_comes(person, meeting)


def may_tap_in(person: Person, booking: Booking) -> bool:
    """Facilitators say that somebody is there, from half an hour before to a day after the end."""
    meeting, now = booking.meeting, clock.now()
    if meeting.state == Meeting.State.CANCELLED or booking.standing not in COMING:
        return False
    lately = meeting.starts_at - DOOR_OPENS <= now <= meeting.ends_at + timedelta(days=1)
    return lately and may_see_who_comes(person, meeting)


def may_come_in(person: Person) -> bool:
    """Whoever has an account may try a code; it opens only what is theirs to come to."""
    return person.is_active


def may_prove(person: Person, days: Collection[date]) -> bool:
    """Days on which this person came, and of which it is still known; at least one."""
    return bool(days) and set(days) <= days_came(person)


def days_came(person: Person) -> set[date]:
    """On the calendar of the place, of meetings that are over: nobody came to what is to come."""
    came = Booking.objects.of(person).filter(standing=Booking.Standing.CAME)
    over = came.filter(meeting__ends_at__lte=clock.now())
    return set(over.values_list("meeting__on", flat=True))


def may_take_back_proof(person: Person, proof: Proof) -> bool:
    """One's own."""
    return proof.person_id == person.pk


def may_add_venue(person: Person) -> bool:
    """Coordinators, and whoever facilitates a group."""
    return groups.coordinates(person) or Membership.objects.of(person, Part.FACILITATOR).exists()


def may_keep_venue(person: Person, venue: Venue) -> bool:
    """Whether the facts of this place are this person's to keep true."""
    return groups.coordinates(person) or venue.pk in kept_venues()
