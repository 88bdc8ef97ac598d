"""An evening in a room, for the tests: the room is set out, people agree, knock and sit down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from beside import wall
from beside.groups import actions as groups
from beside.kernel import clock
from beside.people.models import Person
from beside.rooms.actions import doors, rooms, seats
from beside.rooms.models import Circle, Room, Seat
from tests.cast import Cast


class Evening:
    """The cast's meeting, ten minutes before it begins."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.tokens: dict[str, str] = {}
        self.room: Room = rooms.set_out(cast.meeting)

    @contextmanager
    def acting(self, part: str) -> Iterator[Person]:
        with wall.acting_as(self.cast[part].pk):
            yield self.cast[part]

    def agree(self, part: str) -> None:
        with self.acting(part) as person:
            groups.accept_agreement(self.cast.agreement, self.cast.meeting.pk, by=person)

    def knock(self, part: str, **more: bool) -> Seat:
        self.agree(part)
        with self.acting(part) as person:
            return doors.knock(Room.objects.get(pk=self.room.pk), by=person, **more)

    def let_in(self, part: str, by: str = "facilitator") -> Seat:
        seat = self.seat(part)
        with self.acting(by) as person:
            return doors.let_in(seat, by=person)

    def enter(self, part: str, **more: bool) -> Seat:
        with self.acting(part) as person:
            seat = self.seat(part)
            token = seats.enter(seat, self.tokens.get(part, ""), by=person, **more)
        self.tokens[part] = token
        return self.seat(part)

    def sit_down(self, *parts: str, listening: tuple[str, ...] = ()) -> None:
        """Each knocks, is let in and enters; the first must be one who facilitates."""
        for part in parts:
            seat = self.knock(part, listen_only=part in listening)
            if not seat.is_in:
                self.let_in(part)
            self.enter(part)

    def seat(self, part: str) -> Seat:
        persona = self.cast.personas[part]
        with wall.house("test.seat"):
            return Seat.objects.select_related("room__group", "room__meeting__group").get(
                room=self.room, persona=persona
            )

    def circle(self) -> Circle:
        with wall.house("test.circle"):
            return Circle.objects.get(room=self.room)

    def state(self) -> str:
        with wall.house("test.room"):
            self.room = Room.objects.get(pk=self.room.pk)
        return self.room.state

    def turns(self) -> dict[str, str]:
        """By part of the cast: where each stands in the round."""
        round_ = self.circle().going
        assert round_ is not None
        with wall.house("test.turns"):
            names = {seat.key: seat.persona_id for seat in Seat.objects.filter(room=self.room)}
        parts = {persona.pk: part for part, persona in self.cast.personas.items()}
        return {parts[names[place.seat]]: place.turn.value for place in round_.places}


@contextmanager
def evening_of(cast: Cast) -> Iterator[Evening]:
    with clock.at(cast.meeting.starts_at - timedelta(minutes=10)):
        yield Evening(cast)
