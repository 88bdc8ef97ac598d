"""How a change reaches the circle: one row, locked, one version at a time.

Everything here runs inside an act of the house (see actions/); nothing here asks leave.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beside import wire
from beside.groups.models import Wearer
from beside.kernel import clock
from beside.rooms import rounds
from beside.rooms.models import Circle, Move, Room, Seat
from beside.rooms.rounds import Round

Happening = Callable[[Round], Round]


def locked(room: Room) -> Circle:
    """The room's circle, held until the transaction ends; `room` is read anew under the lock."""
    circle = Circle.objects.select_for_update().get(room=room.pk)
    room.refresh_from_db()
    return circle


def put(circle: Circle, round_: Round | None, *, seat: Seat | None, move: dict[str, Any]) -> None:
    """Write the next version and what led to it."""
    circle.version += 1
    circle.round = rounds.to_json(round_) if round_ else None
    circle.save(update_fields=["version", "round"])
    Move.objects.create(
        room_id=circle.room_id, version=circle.version, seat=seat, move=move, at=clock.now()
    )


def happen(circle: Circle, what: Happening, *, seat: Seat, kind: str) -> None:
    """Something happened to somebody in the round (they came, left, dropped, returned).

    The version goes up only when the turn itself moved, so that nobody's press is out of date
    because somebody else came in.
    """
    before = circle.going
    if before is None or before.ended:
        return
    after = what(before)
    if after == before:
        return
    if (after.piece, after.ended) != (before.piece, before.ended):
        put(circle, after, seat=seat, move={"kind": kind})
    else:
        circle.round = rounds.to_json(after)
        circle.save(update_fields=["round"])


def out_of_round(circle: Circle, seat: Seat, kind: str) -> None:
    """Their place in the round closes up."""
    happen(circle, lambda round_: rounds.leave(round_, seat.key), seat=seat, kind=kind)


def into_round(circle: Circle, seat: Seat, kind: str) -> None:
    """They have a place in the round: their own again, or the last."""

    def come(round_: Round) -> Round:
        return rounds.back(rounds.join(round_, seat.key), seat.key)

    happen(circle, come, seat=seat, kind=kind)


def dropping(seat: Seat) -> Happening:
    """They lost their connection, or stepped out for a moment."""
    return lambda round_: rounds.drop(round_, seat.key)


def rest(room: Room, circle: Circle, seat: Seat | None, *, unheld: bool) -> None:
    """The room pauses: the clock stops, and voices and words rest. `unheld`: nobody facilitates."""
    now = clock.now()
    room.state = Room.State.RESTING
    room.unheld_since = now if unheld else None
    room.save(update_fields=["state", "unheld_since"])
    round_ = circle.going
    put(circle, rounds.rest(round_, now) if round_ else None, seat=seat, move={"kind": "rest"})


def go_on(room: Room, circle: Circle, seat: Seat | None) -> None:
    """The room is open (again)."""
    room.state, room.unheld_since = Room.State.OPEN, None
    room.opened_at = room.opened_at or clock.now()
    room.save(update_fields=["state", "unheld_since", "opened_at"])
    round_ = circle.going
    after = rounds.resume(round_, clock.now()) if round_ else None
    put(circle, after, seat=seat, move={"kind": "resume"})


def notice_absence(room: Room, circle: Circle, seats: list[Seat]) -> None:
    """These seats lost their connection: the round goes on without them, or the room rests."""
    for seat in seats:
        seat.here = seat.voice = seat.camera = False
        seat.save(update_fields=["here", "voice", "camera"])
        happen(circle, dropping(seat), seat=seat, kind="drop")
    held = Seat.objects.filter(room=room, keeps=True, here=True, standing__in=Seat.IN).exists()
    if not held and room.state == Room.State.OPEN:
        rest(room, circle, None, unheld=True)


def tell(room: Room, *seats: Seat) -> None:
    """Open pages of the room look again, and so do the pages of these seats."""
    wire.tell(f"room:{room.key}", *(f"seat:{seat.key}" for seat in seats))


def retest(seat: Seat) -> None:
    """What this seat's person may watch has changed."""
    wearer = Wearer.objects.filter(persona=seat.persona_id).first()
    if wearer is not None:
        wire.retest(wearer.person_id)
