"""Sitting in the circle: coming in, staying, stepping out, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from beside import wall
from beside.groups.models import Wearer
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.ledger import lines
from beside.meetings import actions as meetings
from beside.meetings.models import Booking
from beside.people.models import Person
from beside.rooms import circles, events, policy
from beside.rooms.models import Circle, Line, Room, Seat, Signal
from beside.rooms.tokens import hashed, new_token

LEASE = timedelta(seconds=15)
SAME_WORDS_WITHIN = timedelta(seconds=3)
LINES_A_MINUTE = 30
LINE_LENGTH = 1000


class Elsewhere(Exception):
    """They sit here already, in another window."""


class TooFast(Exception):
    """More lines in a minute than anybody could read."""


@transaction.atomic
def enter(seat: Seat, token: str = "", *, take: bool = False, by: Person) -> str:
    """Take one's seat in this window and get its token; the same one comes back to the same seat.

    Raises Elsewhere when another window of theirs sits here, unless `take` brings the seat over.
    """
    require(policy.may_enter(by, seat))
    booking = Booking.objects.filter(
        meeting=seat.room.meeting_id, persona=seat.persona_id, standing=Booking.Standing.BOOKED
    ).first()
    if booking is not None:
        meetings.came(booking, by=by)
    with wall.house("rooms.enter"):
        circle = circles.locked(seat.room)
        seat.refresh_from_db()
        require(policy.may_enter(by, seat))
        same = bool(token) and seat.resume_hash == hashed(token)
        if seat.here and _is_leased(seat) and not (same or take):
            raise Elsewhere
        token = token if same else new_token()
        seat.resume_hash, seat.run = hashed(token), new_key()
        seat.here, seat.lease_until = True, clock.now() + LEASE
        seat.voice = seat.camera = False
        seat.save()
        Signal.objects.filter(to=seat).delete()
        if seat.takes_turns:
            circles.into_round(circle, seat, "enter")
        _hold(seat, circle, by)
        circles.tell(seat.room, seat)
    return token


@transaction.atomic
def stay(seat: Seat, token: str, *, voice: bool = False, camera: bool = False, by: Person) -> Seat:
    """Say "still here", and what is on; notice who of the others is not here any more."""
    require(policy.may_sit(by, seat, token))
    with wall.house("rooms.stay"):
        changed = (seat.voice, seat.camera, seat.here) != (voice, camera, True)
        if changed or _lapsed(seat.room):
            circle = circles.locked(seat.room)
            _ask_again(seat, by)
            returned = not seat.here
            seat.here, seat.voice, seat.camera = True, voice, camera
            seat.lease_until = clock.now() + LEASE
            seat.save(update_fields=["here", "voice", "camera", "lease_until"])
            if returned and seat.takes_turns:
                circles.into_round(circle, seat, "back")
            _hold(seat, circle, by)
            circles.notice_absence(seat.room, circle, _lapsed(seat.room))
            circles.tell(seat.room)
        else:
            Seat.objects.filter(pk=seat.pk).update(lease_until=clock.now() + LEASE)
    return seat


@transaction.atomic
def drop(seat: Seat, token: str, *, by: Person) -> Seat:
    """The window closes or goes elsewhere: their seat is kept for them."""
    require(policy.may_sit(by, seat, token))
    with wall.house("rooms.drop"):
        circle = circles.locked(seat.room)
        _ask_again(seat, by)
        circles.notice_absence(seat.room, circle, [seat])
        circles.tell(seat.room)
    return seat


@transaction.atomic
def step_out(seat: Seat, *, by: Person) -> Seat:
    """Step out for a moment: the others read only that; the seat is kept."""
    require(policy.may_enter(by, seat))
    with wall.house("rooms.step_out"):
        circle = circles.locked(seat.room)
        _ask_again(seat, by)
        Seat.objects.filter(pk=seat.pk).update(
            standing=Seat.Standing.ASIDE, voice=False, camera=False, hand_at=None
        )
        circles.happen(circle, circles.dropping(seat), seat=seat, kind="step_out")
        circles.tell(seat.room, seat)
    seat.standing = Seat.Standing.ASIDE
    return seat


@transaction.atomic
def come_back(seat: Seat, *, by: Person) -> Seat:
    """Come back after stepping out, to the same seat and the same place in the round."""
    require(policy.may_enter(by, seat))
    with wall.house("rooms.come_back"):
        circle = circles.locked(seat.room)
        _ask_again(seat, by)
        Seat.objects.filter(pk=seat.pk).update(standing=Seat.Standing.ADMITTED)
        seat.standing = Seat.Standing.ADMITTED
        if seat.takes_turns:
            circles.into_round(circle, seat, "come_back")
        circles.tell(seat.room, seat)
    return seat


@transaction.atomic
def take_part(seat: Seat, *, listen_only: bool, writes: bool, by: Person) -> Seat:
    """Only listen from now on, write instead of speaking, or neither."""
    require(policy.may_enter(by, seat))
    with wall.house("rooms.take_part"):
        circle = circles.locked(seat.room)
        _ask_again(seat, by)
        seat.listen_only, seat.writes = listen_only, writes
        seat.save(update_fields=["listen_only", "writes"])
        if seat.takes_turns:
            circles.into_round(circle, seat, "take_part")
        else:
            circles.out_of_round(circle, seat, "listen")
        circles.tell(seat.room, seat)
    return seat


@transaction.atomic
def raise_hand(seat: Seat, *, up: bool = True, by: Person) -> Seat:
    """Raise a hand, or take it down."""
    require(policy.may_take_part(by, seat))
    with wall.house("rooms.raise_hand"):
        seat.hand_at = clock.now() if up else None
        seat.save(update_fields=["hand_at"])
        circles.tell(seat.room)
    return seat


@transaction.atomic
def say(seat: Seat, words: str, kind: str = Line.Kind.WORDS, *, by: Person) -> Line | None:
    """Write to the circle, or say "I've been there"; None when there were no words. Raises TooFast.

    The same words twice within three seconds are one press of an impatient finger.
    """
    require(policy.may_take_part(by, seat))
    words = tidy(words)[:LINE_LENGTH] if kind == Line.Kind.WORDS else ""
    if kind not in Line.Kind.values or (kind == Line.Kind.WORDS and not words):
        return None
    now = clock.now()
    with wall.house("rooms.say"):
        mine = Line.objects.filter(room=seat.room_id, persona=seat.persona_id, door=None)
        same = mine.filter(at__gt=now - SAME_WORDS_WITHIN, words=words, kind=kind).first()
        if same is not None:
            return same
        if mine.filter(at__gt=now - timedelta(minutes=1)).count() >= LINES_A_MINUTE:
            raise TooFast
        line = Line.objects.create(
            room=seat.room, persona_id=seat.persona_id, kind=kind, words=words, at=now
        )
        circles.tell(seat.room)
    return line


@transaction.atomic
def leave(seat: Seat, *, by: Person) -> Seat:
    """Leave quietly: nobody is told; the seat is simply empty."""
    require(policy.may_leave(by, seat))
    with wall.house("rooms.leave"):
        _end(seat, Seat.Standing.LEFT)
    events.left.send(Seat, seat=seat, by=by)
    return seat


@transaction.atomic
def remove(seat: Seat, reason: str, *, by: Person) -> Seat:
    """Ask somebody to leave this meeting, with a reason that they and the record keep."""
    require(policy.may_remove(by, seat))
    with wall.house("rooms.remove"):
        _end(seat, Seat.Standing.REMOVED)
        concerned = Wearer.objects.filter(persona=seat.persona_id).first()
    lines.record(
        "rooms.remove",
        by=by.pk,
        role="facilitator",
        about=concerned.person_id if concerned else None,
        group=seat.room.group_id,
        reason=tidy(reason)[:500],
    )
    events.left.send(Seat, seat=seat, by=by)
    return seat


@transaction.atomic
def give_up(seat: Seat, *, by: None = None) -> Seat:
    """The name of this seat is no longer worn: whoever wore it is not in the room any more."""
    require(policy.may_sweep(by))
    with wall.house("rooms.give_up"):
        _end(seat, Seat.Standing.LEFT)
    events.left.send(Seat, seat=seat, by=by)
    return seat


@transaction.atomic
def unsay(personas: Sequence[int], *, by: None = None) -> int:
    """Take away what was written under these names (numbers of personas); how many lines."""
    require(policy.may_sweep(by))
    with wall.house("rooms.unsay"):
        gone, _kinds = Line.objects.filter(persona__in=personas).delete()
    return gone


@transaction.atomic
def notice(room: Room, *, by: None = None) -> Room:
    """The clock notices who is no longer here, where nobody else is left to notice it."""
    require(policy.may_sweep(by))
    with wall.house("rooms.notice"):
        circle = circles.locked(room)
        lapsed = _lapsed(room)
        if lapsed and not room.is_closed:
            circles.notice_absence(room, circle, lapsed)
            circles.tell(room)
    return room


def _end(seat: Seat, standing: Seat.Standing) -> None:
    circle = circles.locked(seat.room)
    seat.refresh_from_db(fields=["standing"])
    if seat.standing == Seat.Standing.REMOVED:
        return  # leaving, or wearing another name, does not undo it
    seat.standing = standing
    seat.here = seat.voice = seat.camera = False
    seat.hand_at = seat.lease_until = None
    seat.resume_hash = seat.run = ""
    seat.save()
    Signal.objects.filter(to=seat).delete()
    circles.out_of_round(circle, seat, str(standing))
    circles.notice_absence(seat.room, circle, [])
    circles.tell(seat.room, seat)
    circles.retest(seat)


def _ask_again(seat: Seat, by: Person) -> None:
    """Under the room's lock: somebody may have been asked to leave while they waited for it."""
    seat.refresh_from_db(fields=["standing"])
    require(policy.may_enter(by, seat))


def _hold(seat: Seat, circle: Circle, by: Person) -> None:
    """Somebody who facilitates is here: the room opens, or goes on where it waited for them."""
    room = seat.room
    waits = room.state == Room.State.WAITING
    if seat.keeps and (waits or room.unheld_since is not None):
        first = room.opened_at is None
        circles.go_on(room, circle, seat)
        if first:
            events.opened.send(Room, room=room, by=by)


def _lapsed(room: Room) -> list[Seat]:
    return list(Seat.objects.filter(room=room, here=True, lease_until__lt=clock.now()))


def _is_leased(seat: Seat) -> bool:
    return seat.lease_until is not None and seat.lease_until > clock.now()
