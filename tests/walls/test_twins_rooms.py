"""Rooms: what the code lists, allows, and the database shows, is the same.

The list is asked as the house, so that the rule in the code stands alone; the database is asked
with a bare `objects.all()` as each of the cast, so that the row policies stand alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.utils import ProgrammingError

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Persona
from beside.kernel import clock
from beside.meetings import actions as meetings
from beside.meetings.models import Holding, personas_met
from beside.people.models import Person
from beside.rooms import live, policy
from beside.rooms.actions import doors, rooms, seats, turns
from beside.rooms.models import Circle, Line, Move, Room, Seat, Signal, personas_seated
from beside.rooms.tests.evening import Evening, evening_of
from tests.cast import PARTS, Cast

WALLED: tuple[Any, ...] = (Room, Seat, Circle, Line)


def numbers(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("pk", flat=True))


@pytest.fixture
def evening(cast: Cast) -> Iterator[Evening]:
    """Ash, Marlow and Hal sit; Wren waits; Noor left, and stands in for Ash tonight."""
    with evening_of(cast) as evening:
        evening.sit_down("facilitator", "member", "blocked", "greeter")
        with evening.acting("greeter") as noor:
            seats.leave(evening.seat("greeter"), by=noor)
        waiting = evening.knock("visitor")
        with evening.acting("facilitator") as ash:
            doors.write_at_door(waiting, "Good evening.", by=ash)
            turns.begin_round(
                evening.seat("facilitator"), "And now?", saw=evening.circle().version, by=ash
            )
        with evening.acting("member") as marlow:
            seats.say(evening.seat("member"), "I am here.", by=marlow)
        with wall.house("test.holding"):
            during = (cast.meeting.starts_at, cast.meeting.ends_at)
            Holding.objects.create(
                meeting=cast.meeting,
                persona=cast.personas["greeter"],
                part=Holding.Part.SUBSTITUTE,
                during=during,
            )
        yield evening


def seen_by_rule(model: Any, person: Person | None) -> set[int]:
    with wall.acting_as(None), wall.house("test.rule"):
        return numbers(model.objects.visible_to(person))


def seen_in_database(cast: Cast, model: Any, part: str) -> set[int]:
    with cast.looking_as(part):
        return numbers(model.objects.all())


@pytest.mark.parametrize("model", WALLED, ids=lambda model: model.__name__)
def test_the_rule_and_the_database_agree(evening: Evening, model: Any) -> None:
    everybody = evening.cast.everybody()
    rule = {part: seen_by_rule(model, person) for part, person in everybody.items()}
    assert rule == {part: seen_in_database(evening.cast, model, part) for part in PARTS}


def test_people_are_known_by_name_where_they_sit_together(evening: Evening) -> None:
    rule = {}
    with wall.acting_as(None), wall.house("test.rule"):
        for part, person in evening.cast.everybody().items():
            rule[part] = numbers(Persona.objects.visible_to(person))
            if person is not None:
                rule[part] |= numbers(personas_met(person)) | numbers(personas_seated(person))
    assert rule == {part: seen_in_database(evening.cast, Persona, part) for part in PARTS}


def test_who_sees_what_is_this_and_no_more(evening: Evening) -> None:
    def who(model: Any) -> list[str]:
        return [part for part in PARTS if seen_in_database(evening.cast, model, part)]

    members = ["member", "greeter", "facilitator", "blocked"]
    assert who(Room) == ["visitor", *members]
    assert who(Circle) == members
    # The visitor sees their own seat and no other.
    assert who(Seat) == ["visitor", *members]
    assert len(seen_in_database(evening.cast, Seat, "visitor")) == 1
    assert len(seen_in_database(evening.cast, Seat, "greeter")) == 5
    assert len(seen_in_database(evening.cast, Seat, "member")) == 3
    assert len(seen_in_database(evening.cast, Seat, "facilitator")) == 5


def test_a_visitor_who_was_let_in_sees_those_they_sit_with(evening: Evening) -> None:
    evening.let_in("visitor")
    with evening.acting("visitor"):
        names = set(Seat.objects.values_list("persona__name", flat=True))
    assert names == {"Ash", "Marlow", "Hal", "Wren"}


def test_a_day_after_the_end_nobody_sees_who_was_there(evening: Evening) -> None:
    with evening.acting("facilitator") as ash:
        rooms.close(evening.room, by=ash)
    with wall.house("test.long_ago"):
        Room.objects.filter(pk=evening.room.pk).update(
            closed_at=evening.cast.now - timedelta(days=2)
        )
    for part in ("facilitator", "member", "greeter"):
        person = evening.cast[part]
        for model in (Seat, Circle, Line):
            assert seen_by_rule(model, person) == seen_in_database(evening.cast, model, part)
    assert seen_in_database(evening.cast, Circle, "facilitator") == set()


@pytest.mark.parametrize("model", [Move, Signal], ids=lambda model: model.__name__)
def test_moves_and_signals_are_for_the_house_alone(evening: Evening, model: type[Model]) -> None:
    for part in PARTS:
        with evening.cast.looking_as(part), pytest.raises(ProgrammingError), transaction.atomic():
            list(model._default_manager.all())


def test_signals_leave_no_trace_in_the_log_of_the_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select relpersistence from pg_class where relname = 'rooms_signal'")
        assert cursor.fetchone() == ("u",)


def test_who_may_watch_is_who_is_there(evening: Evening) -> None:
    seated = ("facilitator", "member", "blocked", "visitor", "greeter")
    keys = {part: evening.seat(part).key for part in seated}
    rooms_watched, seats_watched = [], {}
    for part, person in evening.cast.everybody().items():
        with evening.cast.looking_as(part):
            if live.may_watch_room(person, evening.room.key):
                rooms_watched.append(part)
            seats_watched[part] = [o for o, key in keys.items() if live.may_watch_seat(person, key)]
    assert rooms_watched == ["visitor", "member", "greeter", "facilitator", "blocked"]
    assert seats_watched == {part: [part] if part in seated else [] for part in PARTS}


def test_what_one_may_do_agrees_with_what_one_sees(evening: Evening) -> None:
    keepers = []
    for part in PARTS[1:]:
        with evening.acting(part) as person:
            seen = Room.objects.filter(pk=evening.room.pk).exists()
            assert policy.belongs(person, evening.room) == seen, part
            if policy.keeps(person, evening.room):
                keepers.append(part)
            if not policy.may_knock(person, evening.room):
                with pytest.raises(PermissionDenied):
                    doors.knock(evening.room, by=person)
        late = evening.cast.meeting.ends_at + timedelta(days=2)
        with clock.at(late), evening.acting(part) as person:
            assert not policy.may_knock(person, evening.room)
    assert keepers == ["greeter", "facilitator"]


def test_whoever_held_the_meeting_and_left_the_group_keeps_its_room_no_longer(cast: Cast) -> None:
    with cast.looking_as("greeter") as noor:
        meetings.book_seat(cast.meeting, by=noor)
    with wall.house("test.holding"):
        during = (cast.meeting.starts_at, cast.meeting.ends_at)
        part = Holding.Part.SUBSTITUTE
        Holding.objects.create(
            meeting=cast.meeting, persona=cast.personas["greeter"], part=part, during=during
        )
    with evening_of(cast) as evening, clock.at(cast.meeting.starts_at + timedelta(minutes=5)):
        evening.sit_down("facilitator", "member", "greeter")
        with evening.acting("greeter") as noor:
            groups.leave(cast.group, by=noor)
        for model in WALLED:
            seen = seen_in_database(cast, model, "greeter")
            assert seen == seen_by_rule(model, noor)
            assert model is Seat or not seen  # their own, which is empty now
        with evening.acting("greeter") as noor, pytest.raises(PermissionDenied):
            rooms.close(evening.room, by=noor)
