"""A room as one of those who sit in it is shown it: plain data for the page, and the sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from beside.kernel import clock
from beside.people.models import Person
from beside.rooms import carry
from beside.rooms.carry import Carried, Wish
from beside.rooms.models import Circle, Line, Room, Seat
from beside.rooms.rounds import Round, Turn

ONE_RING = 12
LINES_SHOWN = 60
AROUND = 251.3  # the length of the clock's ring, 2π × 40


@dataclass(frozen=True)
class Chair:
    """One seat where it stands: the `at`th of `of` in its ring, clockwise from the top."""

    seat: Seat
    at: int
    of: int
    inner: bool
    is_me: bool
    turn: str
    small: str
    carried: Carried

    @property
    def name(self) -> str:
        return self.seat.persona.name


@dataclass(frozen=True)
class Table:
    """Everything that the circle's part of the page shows to one seat."""

    room: Room
    me: Seat
    version: int
    round: Round | None
    chairs: tuple[Chair, ...]
    said: str
    more: str
    left: int | None
    turn: str

    @property
    def is_going(self) -> bool:
        return self.round is not None and not self.round.ended

    @property
    def holder(self) -> Chair | None:
        """Whose turn it is."""
        return next((each for each in self.chairs if each.turn in ("offered", "speaking")), None)

    @property
    def of(self) -> int:
        """How many sit in the outer ring."""
        return self.chairs[0].of if self.chairs else 1

    @property
    def my_chair(self) -> Chair | None:
        return next((each for each in self.chairs if each.is_me), None)

    @property
    def not_yet(self) -> tuple[Chair, ...]:
        """Those who were not offered a turn yet, or passed: a facilitator may give it to them."""
        return tuple(each for each in self.chairs if each.turn in ("waiting", "next", "passed"))

    @property
    def arc(self) -> str:
        """How much of the clock's ring is left, as an SVG dash."""
        if self.round is None or self.left is None:
            return f"0 {AROUND}"
        total = max(1, self.round.seconds + self.round.more)
        part = AROUND * max(0, min(self.left, total)) / total
        return f"{part:.1f} {AROUND}"

    @property
    def clock(self) -> str:
        """Minutes and seconds left; a soft word instead when the turn runs over."""
        if self.left is None or self.left < 0:
            return ""
        return f"{self.left // 60}:{self.left % 60:02}"


def table(room: Room, me: Seat, person: Person) -> Table:
    """The circle as `me` sees it. Four questions to the database."""
    circle = Circle.objects.visible_to(person).get(room=room)
    seats = list(
        Seat.objects.visible_to(person).filter(room=room).inside().select_related("persona")
    )
    round_ = circle.going
    chairs = tuple(_chairs(room, seats, me, round_))
    said, more = _sentences(room, chairs, round_, me)
    mine = round_.place(me.key) if round_ and not round_.ended else None
    return Table(
        room=room,
        me=me,
        version=circle.version,
        round=round_,
        chairs=chairs,
        said=said,
        more=more,
        left=round_.left(clock.now()) if round_ else None,
        turn=mine.turn.value if mine else "",
    )


def lines(room: Room, person: Person) -> list[Line]:
    """What was written in the circle, the latest last."""
    found = Line.objects.visible_to(person).filter(room=room, door=None).select_related("persona")
    return list(found.order_by("-at", "-pk")[:LINES_SHOWN])[::-1]


def at_the_door(room: Room, person: Person) -> list[Seat]:
    """Who waits, each with `said`: what was written across the doorstep."""
    waiting = list(
        Seat.objects.visible_to(person)
        .filter(room=room)
        .at_the_door()
        .select_related("persona", "room")
    )
    if not waiting:
        return []
    said = Line.objects.visible_to(person).filter(door__in=waiting).select_related("persona")
    by_door: dict[int | None, list[Line]] = {}
    for line in said.order_by("at", "pk"):
        by_door.setdefault(line.door_id, []).append(line)
    for seat in waiting:
        seat.said = by_door.get(seat.pk, [])  # type: ignore[attr-defined]
    return waiting


def places(count: int) -> list[tuple[int, int, bool]]:
    """(at, of, inner) for each of `count` seats: one ring up to twelve, then two."""
    if count <= ONE_RING:
        return [(at, count, False) for at in range(count)]
    outer = -(-count * 3 // 5)
    inner = count - outer
    return [(at, outer, False) for at in range(outer)] + [(at, inner, True) for at in range(inner)]


def _chairs(room: Room, seats: Sequence[Seat], me: Seat, round_: Round | None) -> list[Chair]:
    wishes = [Wish(seat.key, seat.listen_only, seat.writes) for seat in seats if _sounds(seat)]
    carried = carry.carried(wishes, voices=room.voices, pictures=room.pictures)
    going = round_ if round_ and not round_.ended else None
    coming = going.coming[:1] if going else ()
    made = []
    for seat, (at, of, inner) in zip(seats, places(len(seats)), strict=True):
        place = going.place(seat.key) if going else None
        turn = "next" if seat.key in coming else (place.turn.value if place else "")
        is_me = seat.pk == me.pk
        small = _small(seat, turn, is_me=is_me)
        what = carried.get(seat.key, carry.NOTHING)
        made.append(Chair(seat, at, of, inner, is_me, turn, small, what))
    return made


def _sounds(seat: Seat) -> bool:
    return seat.standing == Seat.Standing.ADMITTED and seat.here


def _small(seat: Seat, turn: str, *, is_me: bool) -> str:
    """The small words beside a name: one fact, the one that matters most."""
    if seat.standing == Seat.Standing.ASIDE:
        return _("stepped out")
    if not seat.here:
        return _("away for a moment") if seat.lease_until else _("coming in")
    words = {"speaking": _("has the turn"), "offered": _("is asked"), "next": _("next")}
    if turn in words and not is_me:
        return words[turn]
    if is_me:
        return _("you")
    return _("facilitating today") if seat.keeps else ""


def _sentences(
    room: Room, chairs: Sequence[Chair], round_: Round | None, me: Seat
) -> tuple[str, str]:
    """What is going on, in one sentence for the eye and the ear, and one that follows."""
    if room.state == Room.State.RESTING:
        return _resting(room, chairs)
    if room.state == Room.State.WAITING:
        return _("The room opens when a facilitator is here."), ""
    if round_ is None:
        return _("The circle is open."), _("A round begins when everybody has arrived.")
    if round_.ended:
        return (
            _("The round is over. Everybody was offered a turn."),
            _("You can go on talking, or just be here."),
        )
    return _whose_turn(chairs, round_, me), _(
        "Speak, pass, or just be here. Everybody has been or will be offered a turn."
    )


def _resting(room: Room, chairs: Sequence[Chair]) -> tuple[str, str]:
    if room.unheld_since is not None:
        return (
            _("The room rests: your facilitator lost the connection."),
            _("Microphones and words are off until they are back. Nobody loses their turn."),
        )
    return _("The room is paused."), _("Microphones and words are off. Nobody loses their turn.")


def _whose_turn(chairs: Sequence[Chair], round_: Round, me: Seat) -> str:
    names = {each.seat.key: each.name for each in chairs}
    piece = round_.piece
    if piece is None:
        away = [names[key] for key in round_.awaited if key in names]
        if away:
            return _("A turn is kept for %(name)s, who lost the connection.") % {"name": away[0]}
        return _("The turn rests in the middle for a moment.")
    mine = piece.seat == me.key
    name = names.get(piece.seat, "")
    if piece.turn is Turn.SPEAKING:
        first = _("It is your turn.") if mine else _("%(name)s’s turn.") % {"name": name}
        if not piece.here and not mine:
            first = _("%(name)s has the turn and lost the connection; it is kept.") % {"name": name}
    else:
        first = (
            _("You are asked: speak, or pass.")
            if mine
            else _("%(name)s is asked.") % {"name": name}
        )
    return " ".join(part for part in (first, _next(names, round_.coming, me.key)) if part)


def _next(names: dict[str, str], coming: Sequence[str], me: str) -> str:
    """ "Next: Dev, then you." """
    said = [_("you") if key == me else names[key] for key in coming[:2] if key in names]
    if not said:
        return ""
    if len(said) == 1:
        return _("Next: %(first)s.") % {"first": said[0]}
    return _("Next: %(first)s, then %(second)s.") % {"first": said[0], "second": said[1]}
