"""A round among people in a room: the server keeps it, one version at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from beside import wall
from beside.kernel import clock
from beside.notices.models import Notice
from beside.rooms import clock as rooms_clock
from beside.rooms import rounds
from beside.rooms.actions import rooms, seats, turns
from beside.rooms.models import Circle, Move
from beside.rooms.tests.evening import Evening

CIRCLE = ("facilitator", "member", "greeter")


def begin(evening: Evening, by: str = "facilitator", **more: object) -> None:
    with evening.acting(by) as person:
        saw = evening.circle().version
        turns.begin_round(
            evening.seat(by),
            "What got you through the week?",
            saw=saw,
            by=person,
            **more,  # type: ignore[arg-type]
        )


def move(evening: Evening, part: str, kind: str, saw: int | None = None, **more: object) -> None:
    with evening.acting(part) as person:
        seen = evening.circle().version if saw is None else saw
        turns.move(evening.seat(part), kind, saw=seen, by=person, **more)  # type: ignore[arg-type]


def stay(evening: Evening, *parts: str) -> None:
    for part in parts:
        with evening.acting(part) as person:
            seats.stay(evening.seat(part), evening.tokens[part], by=person)


def test_a_whole_round_with_a_turn_taken_and_a_pass(evening: Evening) -> None:
    evening.sit_down(*CIRCLE, "visitor", listening=("visitor",))
    begin(evening)
    assert evening.turns() == {"facilitator": "offered", "member": "waiting", "greeter": "waiting"}
    move(evening, "facilitator", "accept")
    move(evening, "facilitator", "done")
    move(evening, "member", "pass")
    move(evening, "greeter", "accept")
    move(evening, "greeter", "done")
    assert evening.turns() == {"facilitator": "spoke", "member": "passed", "greeter": "spoke"}
    going = evening.circle().going
    assert going is not None
    assert going.ended


def test_a_round_begins_where_the_facilitator_says(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    begin(evening, first=evening.seat("greeter").key)
    assert list(evening.turns()) == ["greeter", "facilitator", "member"]


def test_two_presses_that_saw_the_same_have_one_effect(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    begin(evening)
    saw = evening.circle().version
    move(evening, "facilitator", "pass", saw)
    with pytest.raises(rounds.Stale):
        move(evening, "facilitator", "pass", saw)
    with pytest.raises(rounds.Stale):
        begin_stale(evening, saw)
    assert evening.turns()["member"] == "offered"


def begin_stale(evening: Evening, saw: int) -> None:
    with evening.acting("facilitator") as ash:
        turns.begin_round(evening.seat("facilitator"), "Again?", saw=saw, by=ash)


def test_only_a_facilitator_begins_a_round_or_moves_it_for_others(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    with pytest.raises(PermissionDenied):
        begin(evening, by="member")
    begin(evening)
    for kind in ("skip", "give", "end", "more", "reorder"):
        with pytest.raises(rounds.NotNow):
            move(evening, "member", kind, to=evening.seat("member").key)
    with evening.acting("greeter") as noor, pytest.raises(PermissionDenied):
        turns.move(evening.seat("facilitator"), "pass", saw=evening.circle().version, by=noor)


def test_somebody_coming_in_makes_nobodys_press_too_late(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    begin(evening)
    saw = evening.circle().version
    evening.sit_down("greeter")
    move(evening, "facilitator", "accept", saw)
    assert evening.turns()["greeter"] == "waiting"


def test_a_lost_connection_is_noticed_by_the_others_and_keeps_its_place(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    begin(evening, first=evening.seat("member").key)
    began = clock.now()
    with clock.at(began + timedelta(seconds=10)):
        stay(evening, "facilitator", "greeter")
        assert evening.turns()["member"] == "offered"
    with clock.at(began + timedelta(seconds=16)):
        stay(evening, "facilitator", "greeter")
        assert evening.turns()["member"] == "waiting"
        assert evening.turns()["greeter"] == "offered"
        evening.enter("member")
        going = evening.circle().going
        assert going is not None
        assert going.coming[0] == evening.seat("member").key


def test_whoever_speaks_comes_back_to_their_own_turn(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    begin(evening, first=evening.seat("member").key)
    move(evening, "member", "accept")
    with evening.acting("member") as marlow:
        seats.drop(evening.seat("member"), evening.tokens["member"], by=marlow)
    assert not evening.seat("member").here
    evening.enter("member")
    assert evening.turns()["member"] == "speaking"


def test_stepping_out_gives_an_offer_on_and_keeps_the_place(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    begin(evening, first=evening.seat("member").key)
    with evening.acting("member") as marlow:
        seats.step_out(evening.seat("member"), by=marlow)
    assert evening.turns()["greeter"] == "offered"
    with evening.acting("member") as marlow:
        seats.come_back(evening.seat("member"), by=marlow)
    going = evening.circle().going
    assert going is not None
    assert going.coming[0] == evening.seat("member").key


def test_who_would_rather_listen_is_not_asked_any_more(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    begin(evening)
    with evening.acting("member") as marlow:
        seats.take_part(evening.seat("member"), listen_only=True, writes=False, by=marlow)
    assert evening.turns() == {"facilitator": "offered", "greeter": "waiting"}


def test_without_a_facilitator_the_room_rests_until_they_return(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    begin(evening, first=evening.seat("member").key)
    move(evening, "member", "accept")
    with evening.acting("facilitator") as ash:
        seats.drop(evening.seat("facilitator"), evening.tokens["facilitator"], by=ash)
    assert evening.state() == "resting"
    with pytest.raises(PermissionDenied):
        move(evening, "member", "done")
    with evening.acting("member") as marlow, pytest.raises(PermissionDenied):
        seats.say(evening.seat("member"), "Hello?", by=marlow)
    with clock.at(clock.now() + timedelta(minutes=3)):
        evening.enter("facilitator")
        assert evening.state() == "open"
        going = evening.circle().going
        assert going is not None
        assert going.left(clock.now()) == 120


def test_a_paused_room_goes_on_only_when_a_facilitator_says_so(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("facilitator") as ash:
        rooms.pause(evening.room, by=ash)
    evening.enter("facilitator")
    assert evening.state() == "resting"
    with evening.acting("member") as marlow, pytest.raises(PermissionDenied):
        rooms.resume(evening.room, by=marlow)
    with evening.acting("facilitator") as ash:
        rooms.resume(evening.room, by=ash)
    assert evening.state() == "open"


def test_a_room_that_nobody_facilitates_for_ten_minutes_ends(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with clock.at(clock.now() + timedelta(seconds=20)):
        rooms_clock.notice_absent()
        assert evening.state() == "resting"
    with clock.at(clock.now() + timedelta(minutes=11)):
        rooms_clock.end_over()
        rooms_clock.end_over()
        assert evening.state() == "closed"
        with wall.house("test.told"):
            told = Notice.objects.filter(kind="rooms.ended_alone").values_list("person", flat=True)
            assert list(told) == [evening.cast["member"].pk]


def test_every_version_leaves_one_move_and_a_day_later_none(evening: Evening) -> None:
    evening.sit_down(*CIRCLE)
    begin(evening)
    move(evening, "facilitator", "pass")
    version = evening.circle().version
    with wall.house("test.moves"):
        versions = list(Move.objects.filter(room=evening.room).values_list("version", flat=True))
    assert sorted(versions) == list(range(2, version + 1))
    with clock.at(clock.now() + timedelta(hours=25)):
        rooms_clock.forget()
    with wall.house("test.moves"):
        assert not Move.objects.filter(room=evening.room).exists()


def test_the_round_is_seen_from_inside_only(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    evening.knock("visitor")
    begin(evening)
    seen = {}
    for part in ("facilitator", "member", "greeter", "visitor", "stranger", "coordinator"):
        with evening.acting(part):
            seen[part] = Circle.objects.filter(room=evening.room).exists()
    assert [part for part, sees in seen.items() if sees] == ["facilitator", "member"]
