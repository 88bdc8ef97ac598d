"""A round: beginning it, and every move in it."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.people.models import Person
from beside.rooms import circles, policy, rounds
from beside.rooms.models import Circle, Room, Seat
from beside.rooms.rounds import Move, NotNow


@transaction.atomic
def begin_round(
    seat: Seat, question: str, *, seconds: int = 120, first: str = "", saw: int, by: Person
) -> Circle:
    """Begin a round with `first` (a seat's key), in the order in which people sit.

    Raises rounds.Stale when somebody moved first, rounds.NotNow while another round is going.
    """
    require(policy.may_take_part(by, seat) and policy.may_keep(by, seat.room))
    question = " ".join(tidy(question).split())
    with wall.house("rooms.begin_round"):
        circle = circles.locked(seat.room)
        _require_now(circle, saw)
        going = circle.going
        if (going is not None and not going.ended) or not question:
            raise NotNow
        round_ = rounds.begin(question, _around(seat.room, first), seconds=seconds)
        circles.put(circle, round_, seat=seat, move={"kind": "begin"})
        circles.tell(seat.room)
    return circle


@transaction.atomic
def move(
    seat: Seat,
    kind: str,
    *,
    saw: int,
    to: str = "",
    seconds: int = 0,
    order: tuple[str, ...] = (),
    by: Person,
) -> Circle:
    """One move by whoever sits in `seat`: see rounds.KINDS; `to` is another seat's key.

    Raises rounds.Stale when another move came first, rounds.NotNow when it does not fit.
    """
    require(policy.may_take_part(by, seat))
    keeps = policy.may_keep(by, seat.room)
    with wall.house("rooms.move"):
        circle = circles.locked(seat.room)
        going = circle.going
        if going is None:
            raise NotNow
        made = Move(kind, seat.key, keeps, to, seconds, order)
        _version, after = rounds.step(circle.version, going, saw=saw, move=made, now=clock.now())
        told = {"kind": kind, "to": to, "seconds": seconds, "order": list(order)}
        circles.put(circle, after, seat=seat, move=told)
        if kind in ("accept", "pass"):
            Seat.objects.filter(pk=seat.pk).update(hand_at=None)
        circles.tell(seat.room)
    return circle


def _require_now(circle: Circle, saw: int) -> None:
    if circle.version != saw:
        raise rounds.Stale


def _around(room: Room, first: str) -> list[str]:
    """Everybody who takes turns and is here, as they sit, beginning with `first`."""
    seats = Seat.objects.filter(room=room, here=True).inside()
    keys = [each.key for each in seats if each.takes_turns]
    at = keys.index(first) if first in keys else 0
    return keys[at:] + keys[:at]
