"""Knocking, and being let in."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Max

from beside import wall
from beside.groups import actions as groups_actions
from beside.groups import policy as groups_policy
from beside.groups.models import Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.people.models import Person
from beside.rooms import circles, events, policy
from beside.rooms.models import Line, Room, Seat

LINE_LENGTH = 1000
LINES_A_MINUTE = 30
MOST_SEATS = 30


class TooFast(Exception):
    """More lines in a minute than anybody could read."""


class Full(Exception):
    """As many sit in the circle as it can hold."""


@transaction.atomic
def knock(room: Room, *, listen_only: bool = False, writes: bool = False, by: Person) -> Seat:
    """Knock at the door. Nobody is let in by this but those who facilitate; twice is once."""
    require(policy.may_knock(by, room))
    keeps = policy.keeps(by, room)
    persona = Persona.objects.worn_by(by).get(group=room.group_id)
    with wall.house("rooms.knock"):
        circles.locked(room)
        seat = Seat.objects.filter(room=room, persona=persona).first()
        seat = seat or Seat(room=room, persona=persona)
        require(seat.standing != Seat.Standing.REMOVED)  # while we waited for the lock
        if not seat.is_in:
            seat.standing, seat.since = Seat.Standing.KNOCKING, clock.now()
        seat.keeps, seat.listen_only, seat.writes = keeps, listen_only, writes
        seat.save()
        if keeps and not seat.is_in:
            _let_in(seat, by)
        circles.tell(room, seat)
    return seat


@transaction.atomic
def let_in(seat: Seat, *, by: Person) -> Seat:
    """Let one person in. Raises Full."""
    require(policy.may_let_in(by, seat))
    with wall.house("rooms.let_in"):
        circles.locked(seat.room)
        seat.refresh_from_db()
        if seat.standing == Seat.Standing.KNOCKING:
            _let_in(seat, by)
        circles.tell(seat.room, seat)
    _have_talked(seat, by)
    return seat


@transaction.atomic
def let_in_all(room: Room, *, by: Person) -> list[Seat]:
    """Let everybody in who waits, in the order in which they came. Raises Full.

    One press for all is no talk: known to the group is only whoever was written to at the door.
    """
    require(policy.may_keep(by, room) and room.state != Room.State.WAITING)
    with wall.house("rooms.let_in_all"):
        circles.locked(room)
        seats = list(Seat.objects.filter(room=room).at_the_door().select_related("room"))
        for seat in seats:
            _let_in(seat, by)
        circles.tell(room, *seats)
        said = Line.objects.filter(door__in=seats).exclude(persona=F("door__persona"))
        written_to = set(said.values_list("door", flat=True))
    for seat in seats:
        if seat.pk in written_to:
            _have_talked(seat, by)
    return seats


@transaction.atomic
def write_at_door(seat: Seat, words: str, *, by: Person) -> Line | None:
    """A few words across the doorstep, in either direction; None when there were none.

    Raises TooFast.
    """
    require(policy.may_write_at_door(by, seat))
    words = tidy(words)[:LINE_LENGTH]
    if not words:
        return None
    persona = Persona.objects.worn_by(by).get(group=seat.room.group_id)
    now = clock.now()
    with wall.house("rooms.write_at_door"):
        wall.lock("door", seat.pk)
        mine = Line.objects.filter(door=seat, persona=persona, at__gt=now - timedelta(minutes=1))
        if mine.count() >= LINES_A_MINUTE:
            raise TooFast
        line = Line.objects.create(room=seat.room, persona=persona, door=seat, words=words, at=now)
        circles.tell(seat.room, seat)
    return line


def _have_talked(seat: Seat, by: Person) -> None:
    """Who was let in by somebody who greets is no stranger to the group any more."""
    if groups_policy.may_know(by, seat.persona):
        groups_actions.know(seat.persona, by=by)


def _let_in(seat: Seat, by: Person) -> None:
    """Give them a place at the end of the circle. As the house, under the room's lock."""
    seats = Seat.objects.filter(room=seat.room_id)
    inside = seats.filter(standing__in=Seat.IN)
    if inside.count() >= MOST_SEATS:
        raise Full
    last = seats.aggregate(last=Max("place"))["last"] or 0
    seat.place = seat.place or last + 1
    seat.standing = Seat.Standing.ADMITTED
    seat.save(update_fields=["place", "standing"])
    events.admitted.send(Seat, seat=seat, by=by)
