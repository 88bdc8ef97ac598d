"""Who may do what about meetings. Asked as the person, before anything changes."""

from __future__ import annotations

from beside.groups import policy as groups
from beside.groups.models import Group, Persona
from beside.kernel import clock
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person

COMING = (Booking.Standing.BOOKED, Booking.Standing.CAME)
HOLDING = (*COMING, Booking.Standing.OFFERED)  # those who hold a place


def may_plan(person: Person, group: Group) -> bool:
    """Facilitators and coordinators plan meetings, of groups that really meet here."""
    if group.is_elsewhere:
        return False
    return groups.facilitates(person, group) or groups.coordinates(person)


def may_change(person: Person, meeting: Meeting) -> bool:
    """Whoever plans may also move or cancel what is not over."""
    return meeting.ends_at > clock.now() and may_plan(person, meeting.group)


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


def may_stay_away(person: Person, booking: Booking) -> bool:
    """Nobody but oneself says "not tonight"."""
    return is_own(person, booking)


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
