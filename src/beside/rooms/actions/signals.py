"""Carrying what two browsers need to find each other through the relay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from beside import wall, wire
from beside.kernel import clock
from beside.kernel.policy import require
from beside.people.models import Person
from beside.rooms import policy
from beside.rooms.models import Seat, Signal

LIVES = timedelta(minutes=2)
MOST_WAITING = 400


@dataclass(frozen=True, slots=True)
class Word:
    """One signal, cleaned: for which seat, and for which coming-in of that seat."""

    to: str
    run: str
    kind: str
    payload: dict[str, Any]


@transaction.atomic
def send(seat: Seat, token: str, words: Sequence[Word], *, by: Person) -> int:
    """Pass signals on to people in the same circle; how many found somebody there.

    Signals to anybody else, or for a window that is gone, vanish without a word.
    """
    require(policy.may_signal(by, seat, token))
    with wall.house("rooms.signal"):
        others = _others(seat)
        found = [(others[word.to], word) for word in words if word.to in others]
        now = [(other, word) for other, word in found if other.run == word.run]
        lately = Signal.objects.filter(by=seat, at__gt=clock.now() - LIVES).count()
        if lately + len(now) > MOST_WAITING * len(others):
            return 0  # no browser says so much in two minutes
        Signal.objects.bulk_create(
            Signal(
                to=other,
                by=seat,
                run=seat.run,
                kind=word.kind,
                payload=word.payload,
                at=clock.now(),
            )
            for other, word in now
        )
        wire.tell(*sorted({f"seat:{other.key}" for other, _word in now}))
    return len(now)


@transaction.atomic
def take(seat: Seat, token: str, seen: Sequence[str], *, by: Person) -> list[dict[str, Any]]:
    """What was sent to this seat and not yet seen, each sender's in order; `seen` is let go."""
    require(policy.may_signal(by, seat, token))
    with wall.house("rooms.take_signals"):
        Signal.objects.filter(to=seat, key__in=list(seen)).delete()
        waiting = Signal.objects.filter(to=seat, at__gt=clock.now() - LIVES).select_related("by")
        return [
            {
                "key": signal.key,
                "from": signal.by.key,
                "run": signal.run,
                "kind": signal.kind,
                "payload": signal.payload,
            }
            for signal in waiting.order_by("pk")[:MOST_WAITING]
        ]


def _others(seat: Seat) -> dict[str, Seat]:
    """Everybody else who sits in this circle now."""
    seats = Seat.objects.filter(
        room=seat.room_id, standing=Seat.Standing.ADMITTED, here=True
    ).exclude(pk=seat.pk)
    return {other.key: other for other in seats}
