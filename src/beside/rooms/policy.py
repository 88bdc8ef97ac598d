"""Who may do what in a room. Asked as the person, before anything changes."""

from __future__ import annotations

import hmac

from beside.groups import policy as groups
from beside.groups.models import Acceptance, Agreement, Persona
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person
from beside.rooms.models import Room, Seat, is_over
from beside.rooms.tokens import hashed

LIVE_WAYS = (Way.CALL, Way.HYBRID, Way.TELEPHONE, Way.WRITING)


def is_live(meeting: Meeting) -> bool:
    """Whether this meeting has a live place at all: not in person, not listed elsewhere."""
    goes_ahead = meeting.state != Meeting.State.CANCELLED and not meeting.group.is_elsewhere
    return goes_ahead and meeting.way in LIVE_WAYS


def has_room(meeting: Meeting) -> bool:
    """Whether it is there at this moment: from 15 minutes before, to half an hour after."""
    now = clock.now()
    return is_live(meeting) and meeting.opens_at <= now and not is_over(meeting, now)


def is_off(room: Room) -> bool:
    """Whether its meeting was cancelled, moved to later, or made one without a room meanwhile."""
    meeting = room.meeting
    return meeting is not None and not (is_live(meeting) and meeting.opens_at <= clock.now())


def keeps(person: Person, room: Room) -> bool:
    """Whether the person facilitates here: in this group, or at this meeting."""
    return Room.objects.kept_by(person).filter(pk=room.pk).exists()


def belongs(person: Person, room: Room) -> bool:
    """Whether the meeting is theirs to come to."""
    return room.meeting is not None and comes_to(person, room.meeting)


def comes_to(person: Person, meeting: Meeting) -> bool:
    """Whether they are a member of the group, or booked for this meeting."""
    if groups.is_member(person, meeting.group):
        return True
    return Booking.objects.open_doors(person).filter(meeting=meeting).exists()


def has_agreed(person: Person, room: Room) -> bool:
    """Whether they said yes to the present agreement for this meeting; true where there is none."""
    latest = Agreement.objects.filter(group=room.group_id).order_by("-version").first()
    if latest is None:
        return True
    worn = Persona.objects.worn_by(person).filter(group=room.group_id)
    return Acceptance.objects.filter(
        agreement=latest, meeting=room.meeting_id, persona__in=worn
    ).exists()


def was_removed(person: Person, room: Room) -> bool:
    """Whether a facilitator asked this person to leave this meeting."""
    return Seat.objects.of(person).filter(room=room, standing=Seat.Standing.REMOVED).exists()


def is_own(person: Person, seat: Seat) -> bool:
    """Whether this seat is the person's own, under a name they still wear."""
    return Persona.objects.worn_by(person).filter(pk=seat.persona_id).exists()


def may_open(person: Person, meeting: Meeting) -> bool:
    """Those who facilitate open the room, from 15 minutes before."""
    if not has_room(meeting):
        return False
    return (
        groups.facilitates(person, meeting.group)
        or meeting.holdings.filter(
            persona__in=Persona.objects.worn_by(person), part__in=("lead", "co", "substitute")
        ).exists()
    )


def may_set_out(person: Person | None, meeting: Meeting) -> bool:
    """The clock alone sets a room out, when it is time."""
    return person is None and has_room(meeting)


def may_knock(person: Person, room: Room) -> bool:
    """Whoever belongs there, agreed for tonight, and was not asked to leave; once it is time."""
    if room.is_closed or room.meeting is None or not has_room(room.meeting):
        return False
    welcome = belongs(person, room) and not was_removed(person, room)
    return welcome and has_agreed(person, room)


def may_keep(person: Person, room: Room) -> bool:
    """Those who facilitate, while the room is not closed."""
    return not room.is_closed and keeps(person, room)


def may_let_in(person: Person, seat: Seat) -> bool:
    """Those who facilitate, once one of them is inside."""
    knocks = seat.standing == Seat.Standing.KNOCKING
    return knocks and seat.room.state != Room.State.WAITING and may_keep(person, seat.room)


def may_remove(person: Person, seat: Seat) -> bool:
    """Those who facilitate may ask anybody else to leave, but not one another."""
    gone = (Seat.Standing.REMOVED, Seat.Standing.LEFT)
    return not seat.keeps and seat.standing not in gone and may_keep(person, seat.room)


def may_enter(person: Person, seat: Seat) -> bool:
    """Whoever was let in, while the room is not closed."""
    return seat.is_in and not seat.room.is_closed and is_own(person, seat)


def may_sit(person: Person, seat: Seat, token: str) -> bool:
    """Whoever was let in, from the one window where they came in."""
    return may_enter(person, seat) and _fits(seat, token)


def may_signal(person: Person, seat: Seat, token: str) -> bool:
    """Only from a seat in the circle, in a meeting that has voices."""
    sits = seat.standing == Seat.Standing.ADMITTED and seat.here and seat.room.voices
    return sits and may_sit(person, seat, token)


def may_take_part(person: Person, seat: Seat) -> bool:
    """Moves, words and a raised hand: from a seat in a room that is open and not resting."""
    live = seat.room.state == Room.State.OPEN and seat.standing == Seat.Standing.ADMITTED
    return live and is_own(person, seat)


def may_write_at_door(person: Person, seat: Seat) -> bool:
    """Those who facilitate; and whoever waits there."""
    if seat.standing != Seat.Standing.KNOCKING or seat.room.is_closed:
        return False
    return is_own(person, seat) or keeps(person, seat.room)


def may_leave(person: Person, seat: Seat) -> bool:
    """Everybody, always."""
    return is_own(person, seat) and seat.standing != Seat.Standing.REMOVED


def may_sweep(person: Person | None) -> bool:
    """The clock alone notices what time has done."""
    return person is None


def _fits(seat: Seat, token: str) -> bool:
    return bool(seat.resume_hash) and hmac.compare_digest(seat.resume_hash, hashed(token))
