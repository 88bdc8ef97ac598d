"""Knocking at a room, being let in, coming back, and every way in which one does not get in."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Persona
from beside.kernel import clock
from beside.ledger.models import Line as LedgerLine
from beside.meetings.models import Booking
from beside.rooms import clock as rooms_clock
from beside.rooms.actions import doors, rooms, seats
from beside.rooms.models import Room, Seat
from beside.rooms.tests.evening import Evening
from tests.cast import Cast, member_of, somebody


def test_a_room_is_set_out_fifteen_minutes_before_and_not_earlier(cast: Cast) -> None:
    with clock.at(cast.meeting.starts_at - timedelta(minutes=16)):
        rooms_clock.set_out_due()
        with pytest.raises(PermissionDenied):
            rooms.set_out(cast.meeting)
        with cast.looking_as("facilitator") as ash, pytest.raises(PermissionDenied):
            rooms.open_room(cast.meeting, by=ash)
    with cast.looking_as("member"):
        assert list(Room.objects.all()) == []
    with clock.at(cast.meeting.starts_at - timedelta(minutes=15)):
        rooms_clock.set_out_due()
        rooms_clock.set_out_due()
    with cast.looking_as("member"):
        assert [room.state for room in Room.objects.all()] == ["waiting"]


def test_a_member_waits_until_a_facilitator_lets_them_in(evening: Evening) -> None:
    evening.knock("member")
    assert evening.seat("member").standing == "knocking"
    evening.sit_down("facilitator")
    assert evening.state() == "open"
    evening.let_in("member")
    evening.enter("member")
    assert evening.seat("member").here


def test_facilitators_are_let_in_at_once_and_nobody_else_is(evening: Evening) -> None:
    standings = {
        part: evening.knock(part).standing for part in ("facilitator", "greeter", "member")
    }
    assert standings == {"facilitator": "admitted", "greeter": "knocking", "member": "knocking"}


def test_nobody_is_let_in_before_a_facilitator_is_inside(evening: Evening) -> None:
    seat = evening.knock("member")
    evening.knock("facilitator")
    assert evening.state() == "waiting"
    with evening.acting("facilitator") as ash, pytest.raises(PermissionDenied):
        doors.let_in(seat, by=ash)


def test_one_knocks_only_after_agreeing_for_tonight(evening: Evening) -> None:
    with evening.acting("member") as marlow:
        groups.accept_agreement(evening.cast.agreement, by=marlow)
        with pytest.raises(PermissionDenied):
            doors.knock(evening.room, by=marlow)
    evening.knock("member")


def test_a_new_agreement_is_agreed_to_anew(evening: Evening) -> None:
    evening.agree("member")
    with evening.acting("facilitator") as ash:
        groups.write_agreement(evening.cast.group, "Tea first.", by=ash)
    with evening.acting("member") as marlow, pytest.raises(PermissionDenied):
        doors.knock(evening.room, by=marlow)


def test_everybody_who_waits_is_let_in_with_one_press_in_the_order_of_knocking(
    evening: Evening,
) -> None:
    evening.sit_down("facilitator")
    for part in ("member", "visitor", "greeter"):
        evening.knock(part)
    assert evening.state() == "open"
    with evening.acting("facilitator") as ash:
        doors.let_in_all(evening.room, by=ash)
    places = {part: evening.seat(part).place for part in ("facilitator", "member", "greeter")}
    assert places["facilitator"] == 1
    assert sorted(places.values()) == [1, *sorted([places["member"], places["greeter"]])]
    assert {evening.seat(part).standing for part in ("member", "visitor")} == {"admitted"}


def test_one_press_for_all_is_no_talk_with_those_to_whom_nobody_wrote(evening: Evening) -> None:
    evening.sit_down("facilitator")
    knocks = {part: evening.knock(part) for part in ("visitor", "blocked")}
    assert evening.state() == "open"
    with evening.acting("visitor") as wren:
        doors.write_at_door(knocks["visitor"], "May I come in?", by=wren)
    with evening.acting("facilitator") as ash:
        doors.write_at_door(knocks["blocked"], "Hello Hal.", by=ash)
        doors.let_in_all(evening.room, by=ash)
        known = Persona.objects.filter(known_at__isnull=False)
        assert set(known) == {evening.cast.personas["blocked"]}


def test_a_visitor_who_comes_in_has_come(evening: Evening) -> None:
    evening.sit_down("facilitator", "visitor")
    with evening.acting("visitor"):
        assert Booking.objects.get(pk=evening.cast.booking.pk).standing == "came"


@pytest.mark.parametrize(
    "part",
    ["stranger", "left", "removed", "elsewhere", "other_facilitator", "duty_worker", "coordinator"],
)
def test_a_forwarded_link_opens_nothing_for_a_stranger(evening: Evening, part: str) -> None:
    with evening.acting(part) as person:
        assert list(Room.objects.visible_to(person)) == []
        assert list(Room.objects.all()) == []
        with pytest.raises(PermissionDenied):
            doors.knock(evening.room, by=person)


def test_nobody_lets_themselves_in(evening: Evening) -> None:
    evening.sit_down("facilitator")
    seat = evening.knock("member")
    for part in ("member", "greeter", "visitor", "other_facilitator", "coordinator"):
        with evening.acting(part) as person:
            with pytest.raises(PermissionDenied):
                doors.let_in(seat, by=person)
            with pytest.raises(PermissionDenied):
                doors.let_in_all(evening.room, by=person)
    with evening.acting("member") as marlow, pytest.raises(PermissionDenied):
        seats.enter(seat, by=marlow)


def test_nobody_sits_down_in_the_seat_of_another(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "greeter")
    with evening.acting("greeter") as noor, pytest.raises(PermissionDenied):
        seats.enter(evening.seat("member"), by=noor)
    with evening.acting("greeter") as noor, pytest.raises(PermissionDenied):
        seats.stay(evening.seat("member"), evening.tokens["member"], by=noor)


def test_a_second_window_asks_before_it_takes_the_seat_over(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    first = evening.tokens.pop("member")
    with pytest.raises(seats.Elsewhere):
        evening.enter("member")
    evening.enter("member", take=True)
    with evening.acting("member") as marlow:
        with pytest.raises(PermissionDenied):
            seats.stay(evening.seat("member"), first, by=marlow)
        seats.stay(evening.seat("member"), evening.tokens["member"], by=marlow)


def test_the_same_window_comes_back_to_the_same_seat(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    before = evening.seat("member")
    evening.enter("member")
    after = evening.seat("member")
    assert (before.key, before.place) == (after.key, after.place)
    assert before.run != after.run


def test_a_lost_connection_keeps_the_seat_and_needs_no_second_knock(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    later = clock.now() + timedelta(seconds=20)
    with clock.at(later):
        with evening.acting("facilitator") as ash:
            seats.stay(evening.seat("facilitator"), evening.tokens["facilitator"], by=ash)
        assert not evening.seat("member").here
        evening.tokens.pop("member")
        evening.enter("member")
        assert evening.seat("member").here


def test_somebody_asked_to_leave_cannot_knock_again_tonight(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("facilitator") as ash:
        seats.remove(evening.seat("member"), "Shouting.", by=ash)
    with evening.acting("member") as marlow:
        with pytest.raises(PermissionDenied):
            doors.knock(evening.room, by=marlow)
        with pytest.raises(PermissionDenied):
            seats.enter(evening.seat("member"), evening.tokens["member"], by=marlow)
        assert [(line.act, line.role) for line in LedgerLine.objects.all()][-1:] == [
            ("rooms.remove", "facilitator")
        ]


@pytest.mark.parametrize(
    "act",
    [
        lambda seat, by: seats.step_out(seat, by=by),
        lambda seat, by: seats.come_back(seat, by=by),
        lambda seat, by: seats.take_part(seat, listen_only=True, writes=False, by=by),
        lambda seat, by: seats.enter(seat, take=True, by=by),
        lambda seat, by: seats.leave(seat, by=by),
    ],
    ids=["steps out", "comes back", "takes part", "enters", "leaves"],
)
def test_nothing_that_was_under_way_undoes_being_asked_to_leave(evening: Evening, act: Any) -> None:
    evening.sit_down("facilitator", "member")
    under_way = evening.seat("member")  # what a request saw a moment before
    with evening.acting("facilitator") as ash:
        seats.remove(evening.seat("member"), "Shouting.", by=ash)
    with evening.acting("member") as marlow, suppress(PermissionDenied):
        act(under_way, marlow)
    seat = evening.seat("member")
    assert (seat.standing, seat.here) == ("removed", False)
    with pytest.raises(PermissionDenied):
        evening.knock("member")


def test_who_was_asked_to_leave_does_not_come_back_under_another_name(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("facilitator") as ash:
        seats.remove(evening.seat("member"), "Shouting.", by=ash)
    with evening.acting("member") as marlow:
        groups.leave(evening.cast.group, by=marlow)
        groups.be_known(evening.cast.group, "Somebody", 1, by=marlow)
        groups.join(evening.cast.group, by=marlow)
    with pytest.raises(PermissionDenied):
        evening.knock("member")


def test_nobody_writes_more_at_a_door_than_can_be_read(evening: Evening) -> None:
    evening.sit_down("facilitator")
    seat = evening.knock("visitor")
    with evening.acting("visitor") as wren:
        for number in range(doors.LINES_A_MINUTE):
            doors.write_at_door(seat, f"Hello {number}", by=wren)
        with pytest.raises(doors.TooFast):
            doors.write_at_door(seat, "Hello", by=wren)


def test_facilitators_do_not_remove_one_another_and_others_remove_nobody(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "greeter")
    for by, whom in (("facilitator", "facilitator"), ("member", "greeter"), ("greeter", "member")):
        with evening.acting(by) as person, pytest.raises(PermissionDenied):
            seats.remove(evening.seat(whom), "No.", by=person)


def test_who_leaves_quietly_may_knock_again(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("member") as marlow:
        seats.leave(evening.seat("member"), by=marlow)
    with evening.acting("greeter"):
        assert not Seat.objects.filter(key=evening.seat("member").key).exists()
    assert evening.knock("member").standing == "knocking"


def test_who_leaves_the_group_is_not_in_its_room(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("member") as marlow:
        groups.leave(evening.cast.group, by=marlow)
    assert evening.seat("member").standing == "left"


def test_what_somebody_wrote_tonight_goes_when_they_are_erased(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("member") as marlow:
        seats.say(evening.seat("member"), "Good evening.", by=marlow)
        groups.forget(marlow, by=marlow)
    assert evening.seat("member").standing == "left"
    with evening.acting("facilitator"):
        assert list(evening.room.lines.all()) == []


def test_words_at_the_door_are_heard_on_both_sides_and_nowhere_else(evening: Evening) -> None:
    evening.sit_down("facilitator", "greeter")
    seat = evening.knock("visitor")
    with evening.acting("facilitator") as ash:
        doors.write_at_door(seat, "Good that you are here.", by=ash)
    with evening.acting("visitor") as wren:
        doors.write_at_door(seat, "  I would like to listen. ", by=wren)
        line = seat.room.lines.all()
        assert [each.words for each in line.order_by("pk")] == [
            "Good that you are here.",
            "I would like to listen.",
        ]
        assert {each.persona.name for each in line.select_related("persona")} == {
            "Ash",
            "Wren",
        }
    with evening.acting("greeter") as noor:
        assert list(seat.room.lines.all()) == []
        with pytest.raises(PermissionDenied):
            doors.write_at_door(seat, "Hello", by=noor)


def test_the_room_closes_half_an_hour_after_the_meeting_and_forgets(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("member") as marlow:
        seats.say(evening.seat("member"), "Good evening.", by=marlow)
    ends = evening.cast.meeting.ends_at
    with clock.at(ends + timedelta(minutes=29)):
        rooms_clock.end_over()
        assert evening.state() == "open"
    with clock.at(ends + timedelta(minutes=30)):
        rooms_clock.end_over()
        assert evening.state() == "closed"
        with evening.acting("member") as marlow, pytest.raises(PermissionDenied):
            seats.enter(evening.seat("member"), evening.tokens["member"], by=marlow)
    with clock.at(ends + timedelta(hours=25)):
        rooms_clock.forget()
        with wall.house("test.forgotten"):
            assert not Seat.objects.filter(room=evening.room).exists()
            assert not evening.room.lines.exists()


def test_a_circle_holds_thirty(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "MOST_SEATS", 1)
    evening.sit_down("facilitator")
    evening.knock("member")
    with pytest.raises(doors.Full):
        evening.let_in("member")


def test_a_person_of_the_group_who_came_later_may_come_too(evening: Evening) -> None:
    dee = somebody("dee")
    member_of(evening.cast.group, dee, "Dee", 11)
    with wall.acting_as(dee.pk):
        assert [room.key for room in Room.objects.visible_to(dee)] == [evening.room.key]
