"""One round of a circle as plain data: whose turn it is, who comes next, and the fair clock.

Pure: no rows, no clock of its own. Every moment is an aware datetime given by the caller. A seat is
named by its key; people who only listen have no place in a round and are never asked.

What always holds:
- at most one place has the turn, offered or taken, and its seat is in the circle;
- nobody speaks twice in one round, and nobody is left out: a round ends by itself only when each
  place has spoken or passed;
- losing the connection costs nobody their place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

LONGEST_TURN = 900
MOST_MORE = 600
QUESTION_SIGNS = 200


class NotNow(ValueError):
    """The move does not fit the round as it stands."""


class Stale(ValueError):
    """Somebody moved first: the version that was seen is no longer the present one."""


class Turn(StrEnum):
    """Where one place stands in the round."""

    WAITING = "waiting"
    OFFERED = "offered"
    SPEAKING = "speaking"
    SPOKE = "spoke"
    PASSED = "passed"


HAS_IT = (Turn.OFFERED, Turn.SPEAKING)


@dataclass(frozen=True, slots=True)
class Place:
    """One seat's place in the round; `here` is False while its connection is lost."""

    seat: str
    turn: Turn = Turn.WAITING
    here: bool = True


@dataclass(frozen=True, slots=True)
class Round:
    """One question on its way around. `seconds` is a turn's length; `more` was added to this one.

    `since` is when the one who speaks began; `rested` is when the room was paused, if it is.
    """

    question: str
    seconds: int
    places: tuple[Place, ...]
    since: datetime | None = None
    more: int = 0
    rested: datetime | None = None
    ended: bool = False

    @property
    def piece(self) -> Place | None:
        """The place that has the turn, offered or taken."""
        return next((place for place in self.places if place.turn in HAS_IT), None)

    @property
    def coming(self) -> tuple[str, ...]:
        """The seats that will be asked, in order; who is away is passed over until they return."""
        return tuple(place.seat for place in self._waiting() if place.here)

    @property
    def awaited(self) -> tuple[str, ...]:
        """Seats whose turn is kept for them while their connection is lost."""
        return tuple(
            place.seat
            for place in self.places
            if not place.here and place.turn in (Turn.WAITING, *HAS_IT)
        )

    def place(self, seat: str) -> Place | None:
        """The place of this seat, or None for somebody outside the round."""
        return next((place for place in self.places if place.seat == seat), None)

    def left(self, now: datetime) -> int | None:
        """Whole seconds left of the turn, below zero when it runs over; None if nobody speaks."""
        if self.since is None:
            return None
        spent = ((self.rested or now) - self.since).total_seconds()
        return self.seconds + self.more - int(spent)

    def _waiting(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.turn is Turn.WAITING)


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody in the circle does. `keeps`: they facilitate; `seat`: whom it is about."""

    kind: str
    by: str
    keeps: bool = False
    seat: str = ""
    seconds: int = 0
    order: tuple[str, ...] = ()


# Beginning ---------------------------------------------------------------------------------------


def begin(question: str, seats: Sequence[str], *, seconds: int = 120) -> Round:
    """A round in the order of `seats`; the first is offered the turn.

    Raises NotNow without seats, with a seat twice, or with a turn outside 15 seconds to 15 minutes.
    """
    if not seats or len(set(seats)) != len(seats):
        raise NotNow("a round needs each seat once")
    if not 15 <= seconds <= LONGEST_TURN:
        raise NotNow("a turn lasts from 15 seconds to 15 minutes")
    question = question.strip()[:QUESTION_SIGNS]
    return _go_on(Round(question, seconds, tuple(Place(seat) for seat in seats)))


# Moves of people ---------------------------------------------------------------------------------


def step(version: int, round_: Round, *, saw: int, move: Move, now: datetime) -> tuple[int, Round]:
    """The next version and the round after `move`, made by somebody who saw version `saw`.

    Raises Stale when another move came first, NotNow when this one does not fit.
    """
    if saw != version:
        raise Stale
    return version + 1, play(round_, move, now)


def play(round_: Round, move: Move, now: datetime) -> Round:
    """The round after one move. Raises NotNow where it does not fit or is not theirs."""
    if round_.ended:
        raise NotNow("the round is over")
    if move.kind in _OWN:
        return _OWN[move.kind](round_, move, now)
    if move.kind in _KEPT and move.keeps:
        return _KEPT[move.kind](round_, move, now)
    raise NotNow("this is not theirs to do")


def _accept(round_: Round, move: Move, now: datetime) -> Round:
    place = _theirs(round_, move.by, Turn.OFFERED)
    taken = _put(round_, replace(place, turn=Turn.SPEAKING))
    return replace(taken, since=now, more=0)


def _pass(round_: Round, move: Move, now: datetime) -> Round:
    place = _theirs(round_, move.by, Turn.OFFERED)
    return _go_on(_put(round_, replace(place, turn=Turn.PASSED)))


def _done(round_: Round, move: Move, now: datetime) -> Round:
    place = _theirs(round_, move.by, Turn.SPEAKING)
    spoke = _put(round_, replace(place, turn=Turn.SPOKE))
    return _offer(spoke, move.seat) if move.seat else _go_on(spoke)


def _after_all(round_: Round, move: Move, now: datetime) -> Round:
    place = _theirs(round_, move.by, Turn.PASSED)
    rest = tuple(each for each in round_.places if each is not place)
    last = replace(round_, places=(*rest, replace(place, turn=Turn.WAITING)))
    return last if last.piece else _go_on(last)


def _skip(round_: Round, move: Move, now: datetime) -> Round:
    place = round_.piece
    if place is None:
        raise NotNow("nobody has the turn")
    if place.turn is Turn.SPEAKING and place.here:
        return _go_on(_put(round_, replace(place, turn=Turn.SPOKE)))
    # Asked again after everybody else: first the turn goes on, then the place goes to the end.
    rest = tuple(each for each in round_.places if each is not place)
    others = _go_on(replace(round_, places=rest, since=None, more=0))
    later = replace(place, turn=Turn.WAITING)
    return replace(others, places=(*others.places, later), ended=False)


def _give(round_: Round, move: Move, now: datetime) -> Round:
    place = round_.piece
    if place is not None and place.seat == move.seat:
        raise NotNow("they have the turn")
    if place is not None:
        spoke = place.turn is Turn.SPEAKING and place.here
        round_ = _put(round_, replace(place, turn=Turn.SPOKE if spoke else Turn.WAITING))
    return _offer(round_, move.seat)


def _reorder(round_: Round, move: Move, now: datetime) -> Round:
    waiting = {place.seat: place for place in round_._waiting()}
    if sorted(waiting) != sorted(move.order):
        raise NotNow("the order names everybody who waits, once")
    in_order = iter([waiting[seat] for seat in move.order])
    places = tuple(
        next(in_order) if place.turn is Turn.WAITING else place for place in round_.places
    )
    return replace(round_, places=places)


def _more(round_: Round, move: Move, now: datetime) -> Round:
    if round_.since is None or not 0 < move.seconds <= MOST_MORE:
        raise NotNow("time is added to somebody's turn, up to ten minutes")
    return replace(round_, more=min(round_.more + move.seconds, LONGEST_TURN))


def _end(round_: Round, move: Move, now: datetime) -> Round:
    place = round_.piece
    if place is not None:
        turn = Turn.SPOKE if place.turn is Turn.SPEAKING else Turn.WAITING
        round_ = _put(round_, replace(place, turn=turn))
    return replace(round_, ended=True, since=None, more=0, rested=None)


_Rule = Callable[[Round, Move, datetime], Round]
_OWN: dict[str, _Rule] = {
    "accept": _accept,
    "pass": _pass,
    "done": _done,
    "after_all": _after_all,
}
_KEPT: dict[str, _Rule] = {
    "skip": _skip,
    "give": _give,
    "reorder": _reorder,
    "more": _more,
    "end": _end,
}
KINDS = (*_OWN, *_KEPT)


# What happens to people --------------------------------------------------------------------------


def join(round_: Round, seat: str) -> Round:
    """Somebody came in, or no longer only listens: they are asked last."""
    if round_.ended or round_.place(seat):
        return round_
    wider = replace(round_, places=(*round_.places, Place(seat)))
    return wider if wider.piece else _go_on(wider)


def leave(round_: Round, seat: str) -> Round:
    """Somebody left the circle, or would rather listen: their place closes up."""
    place = round_.place(seat)
    if round_.ended or place is None:
        return round_
    rest = replace(round_, places=tuple(each for each in round_.places if each is not place))
    if place.turn not in HAS_IT and rest.piece:
        return rest
    return _go_on(replace(rest, since=None, more=0) if place.turn in HAS_IT else rest)


def drop(round_: Round, seat: str) -> Round:
    """A connection was lost. An offer goes on to the next; whoever speaks keeps the turn."""
    place = round_.place(seat)
    if round_.ended or place is None or not place.here:
        return round_
    if place.turn is Turn.OFFERED:
        return _go_on(_put(round_, Place(seat, Turn.WAITING, here=False)))
    return _put(round_, replace(place, here=False))


def back(round_: Round, seat: str) -> Round:
    """A connection returned, to the same place."""
    place = round_.place(seat)
    if round_.ended or place is None or place.here:
        return round_
    returned = _put(round_, replace(place, here=True))
    return returned if returned.piece else _go_on(returned)


def rest(round_: Round, now: datetime) -> Round:
    """The room is paused; so is the clock."""
    return round_ if round_.ended or round_.rested else replace(round_, rested=now)


def resume(round_: Round, now: datetime) -> Round:
    """The room goes on, and nobody has lost any time."""
    if round_.rested is None:
        return round_
    since = round_.since + (now - round_.rested) if round_.since else None
    return replace(round_, rested=None, since=since)


# Inside ------------------------------------------------------------------------------------------


def _theirs(round_: Round, seat: str, turn: Turn) -> Place:
    place = round_.place(seat)
    if place is None or place.turn is not turn:
        raise NotNow(f"they are not {turn}")
    return place


def _put(round_: Round, place: Place) -> Round:
    places = tuple(place if each.seat == place.seat else each for each in round_.places)
    since = round_.since if any(each.turn is Turn.SPEAKING for each in places) else None
    return replace(round_, places=places, since=since, more=round_.more if since else 0)


def _offer(round_: Round, seat: str) -> Round:
    place = round_.place(seat)
    if place is None or not place.here or place.turn not in (Turn.WAITING, Turn.PASSED):
        raise NotNow("they cannot be offered the turn")
    return _put(round_, replace(place, turn=Turn.OFFERED))


def _go_on(round_: Round) -> Round:
    """Offer the turn to the next who waits and is here; end when nobody waits any more."""
    waiting = round_._waiting()
    if not waiting:
        return replace(round_, ended=True, since=None, more=0, rested=None)
    following = next((place for place in waiting if place.here), None)
    return round_ if following is None else _offer(round_, following.seat)


# As JSON -----------------------------------------------------------------------------------------


def to_json(round_: Round) -> dict[str, Any]:
    """Plain data for a row; moments as ISO 8601 in UTC."""
    return {
        "question": round_.question,
        "seconds": round_.seconds,
        "places": [[place.seat, place.turn.value, place.here] for place in round_.places],
        "since": round_.since.isoformat() if round_.since else None,
        "more": round_.more,
        "rested": round_.rested.isoformat() if round_.rested else None,
        "ended": round_.ended,
    }


def from_json(told: dict[str, Any]) -> Round:
    """The round that `to_json` wrote."""
    return Round(
        question=told["question"],
        seconds=told["seconds"],
        places=tuple(Place(seat, Turn(turn), here) for seat, turn, here in told["places"]),
        since=_moment(told["since"]),
        more=told["more"],
        rested=_moment(told["rested"]),
        ended=told["ended"],
    )


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
