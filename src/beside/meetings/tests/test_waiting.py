"""Waiting for a place: a strict order, an offer with a clock, and the truth for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from beside import wall
from beside.groups import actions as groups
from beside.groups.words import Entry
from beside.kernel import clock
from beside.meetings import actions, events, line
from beside.meetings.actions import Full, OfferOver
from beside.meetings.clock import settle_lines
from beside.meetings.models import Booking, Manner, Meeting
from beside.meetings.places import places_left
from beside.people.models import Person
from tests.cast import Cast, member_of, somebody


@pytest.fixture
def full(cast: Cast) -> Cast:
    """One place, and the visitor has it."""
    with wall.house("test.full"):
        Meeting.objects.filter(pk=cast.meeting.pk).update(places=1)
    cast.meeting.refresh_from_db(fields=["places"])
    return cast


@pytest.fixture
def said() -> Iterator[list[tuple[str, str]]]:
    """What is announced, in order: (what, name)."""
    heard: list[tuple[str, str]] = []
    listeners = []
    for name in ("booked", "waiting", "offered", "lapsed"):

        def listen(sender: object, *, booking: Booking, name: str = name, **more: object) -> None:
            with wall.house("test.listen"):
                heard.append((name, booking.persona.name))

        listeners.append((getattr(events, name), listen))
        getattr(events, name).connect(listen)
    yield heard
    for signal, listen in listeners:
        signal.disconnect(listen)


def waits(cast: Cast, name: str, *, supporter: bool = False) -> tuple[Person, Booking]:
    person = somebody(name)
    with wall.acting_as(person.pk):
        return person, actions.wait_to_visit(cast.meeting, name, 1, supporter=supporter, by=person)


def stands(booking: Booking) -> str:
    with wall.house("test.stands"):
        booking.refresh_from_db(fields=["standing", "offer_until", "supporter"])
    return booking.standing


def free_the_place(cast: Cast) -> None:
    with cast.looking_as("visitor") as wren:
        actions.not_tonight(cast.booking, by=wren)


def allow_supporters(cast: Cast, **more: object) -> None:
    with wall.house("test.manner"):
        Manner.objects.update_or_create(group=cast.group, defaults={"supporters": True, **more})


def test_a_free_place_is_offered_to_whoever_waited_longest(
    full: Cast, said: list[tuple[str, str]]
) -> None:
    ivy, first = waits(full, "Ivy")
    jay, second = waits(full, "Jay")
    free_the_place(full)
    assert (stands(first), stands(second)) == ("offered", "waiting")
    assert first.offer_until == full.now + timedelta(minutes=120)
    with full.looking_as("nobody"):
        assert places_left([full.meeting]) == {full.meeting.pk: 0}
    with wall.acting_as(jay.pk), pytest.raises(OfferOver):
        actions.accept(second, by=jay)
    with wall.acting_as(ivy.pk):
        actions.accept(first, by=ivy)
        actions.accept(first, by=ivy)  # the same page in another tab
    assert (stands(first), stands(second)) == ("booked", "waiting")
    assert said == [("waiting", "Ivy"), ("waiting", "Jay"), ("offered", "Ivy"), ("booked", "Ivy")]


@pytest.mark.usefixtures("noon")
def test_an_offer_that_runs_out_goes_to_the_next_and_is_not_taken_any_more(
    full: Cast, said: list[tuple[str, str]]
) -> None:
    ivy, first = waits(full, "Ivy")
    _jay, second = waits(full, "Jay")
    with wall.house("test.long"):
        Meeting.objects.filter(pk=full.meeting.pk).update(
            starts_at=full.now + timedelta(days=1), ends_at=full.now + timedelta(days=2)
        )
    free_the_place(full)
    with clock.at(full.now + timedelta(minutes=119)):
        assert settle_lines() == 0
    late = full.now + timedelta(minutes=120)
    with clock.at(late):
        with wall.acting_as(ivy.pk), pytest.raises(OfferOver):
            actions.accept(first, by=ivy)
        assert settle_lines() == 1
        assert settle_lines() == 0
        assert (stands(first), stands(second)) == ("lapsed", "offered")
        with wall.acting_as(ivy.pk):
            again = actions.wait_to_visit(full.meeting, "Ivy", 1, by=ivy)
        assert (again.pk, stands(again)) == (first.pk, "waiting")
    assert said[2:] == [
        ("offered", "Ivy"),
        ("lapsed", "Ivy"),
        ("offered", "Jay"),
        ("waiting", "Ivy"),
    ]


def test_an_offer_never_stands_beyond_the_start_and_nobody_is_offered_a_begun_meeting(
    full: Cast,
) -> None:
    allow_supporters(full, offer_minutes=2880)
    _ivy, first = waits(full, "Ivy")
    _jay, second = waits(full, "Jay")
    free_the_place(full)
    stands(first)
    assert first.offer_until == full.meeting.starts_at
    with clock.at(full.meeting.starts_at):
        settle_lines()
        assert (stands(first), stands(second)) == ("lapsed", "waiting")
        assert settle_lines() == 0


def test_looking_brings_the_line_up_to_this_moment(full: Cast) -> None:
    _ivy, first = waits(full, "Ivy")
    jay, second = waits(full, "Jay")
    free_the_place(full)
    with clock.at(full.now + timedelta(minutes=121)), wall.acting_as(jay.pk):
        with wall.house("test.earlier"):
            Meeting.objects.filter(pk=full.meeting.pk).update(
                starts_at=full.now + timedelta(hours=5), ends_at=full.now + timedelta(hours=6)
            )
        actions.settle(second, by=jay)
    assert (stands(first), stands(second)) == ("lapsed", "offered")


def test_declining_passes_the_place_on_at_once(full: Cast) -> None:
    ivy, first = waits(full, "Ivy")
    _jay, second = waits(full, "Jay")
    free_the_place(full)
    with wall.acting_as(ivy.pk):
        actions.not_tonight(first, by=ivy)
        actions.not_tonight(first, by=ivy)
    assert (stands(first), stands(second)) == ("not_tonight", "offered")


def test_nobody_books_past_the_line(full: Cast) -> None:
    _ivy, first = waits(full, "Ivy")
    with wall.house("test.more"):  # a place more, and nobody has swept yet
        Meeting.objects.filter(pk=full.meeting.pk).update(places=2)
    with full.looking_as("member") as marlow, pytest.raises(Full):
        actions.book_seat(full.meeting, by=marlow)
    assert settle_lines() == 1
    assert stands(first) == "offered"


def test_whoever_waits_twice_waits_once_and_keeps_their_turn(full: Cast) -> None:
    ivy, first = waits(full, "Ivy")
    waits(full, "Jay")
    with wall.acting_as(ivy.pk):
        again = actions.wait_to_visit(full.meeting, "Ivy", 1, by=ivy)
        assert (again.pk, again.waiting_since) == (first.pk, first.waiting_since)
        assert line.before(again) == 0


def test_somebody_who_has_a_place_keeps_it_when_they_ask_to_wait(full: Cast) -> None:
    with full.looking_as("visitor") as wren:
        same = actions.wait_to_visit(full.meeting, "Wren", 3, by=wren)
    assert stands(same) == "booked"


def test_where_a_place_is_free_waiting_is_being_offered_it(cast: Cast) -> None:
    _ivy, booking = waits(cast, "Ivy")
    assert booking.standing == "offered"


def test_how_many_wait_before_oneself_is_told_to_three_and_to_nobody_else(full: Cast) -> None:
    people = [waits(full, name) for name in ("Ivy", "Jay", "Kit", "Lou", "May")]
    told = []
    for person, booking in people:
        with wall.acting_as(person.pk):
            told.append(line.before(booking))
            others = [each for _who, each in people if each.pk != booking.pk]
            assert [line.before(each) for each in others] == [0] * 4
            assert Booking.objects.filter(meeting=full.meeting).count() == 1
    assert told == [0, 1, 2, 3, 3]


def test_whoever_waits_does_not_see_inside_yet(full: Cast) -> None:
    ivy, _booking = waits(full, "Ivy")
    with wall.acting_as(ivy.pk):
        assert not Booking.objects.open_doors(ivy).exists()
    free_the_place(full)
    with wall.acting_as(ivy.pk):
        assert not Booking.objects.open_doors(ivy).exists()


def test_leaving_the_group_leaves_the_line_and_passes_an_offer_on(full: Cast) -> None:
    people = [somebody(name) for name in ("ivy", "jay")]
    bookings = []
    for person in people:
        member_of(full.group, person, person.sign_in)
        with wall.acting_as(person.pk):
            bookings.append(actions.wait_for_seat(full.meeting, by=person))
    free_the_place(full)
    with wall.acting_as(people[0].pk):
        groups.leave(full.group, by=people[0])
    assert [stands(each) for each in bookings] == ["not_tonight", "offered"]


def test_a_cancelled_meeting_offers_nothing(full: Cast) -> None:
    _ivy, booking = waits(full, "Ivy")
    with full.looking_as("facilitator") as ash:
        actions.cancel(full.meeting, "Snow.", by=ash)
    free_the_place(full)
    assert (stands(booking), settle_lines()) == ("waiting", 0)


def test_a_meeting_that_is_for_members_now_is_offered_to_members_alone(full: Cast) -> None:
    _ivy, visit = waits(full, "Ivy")
    with full.looking_as("member") as marlow:
        seat = actions.wait_for_seat(full.meeting, by=marlow)
    with full.looking_as("facilitator") as ash:
        actions.welcome_visitors(full.meeting, welcome=False, by=ash)
    free_the_place(full)
    assert (stands(visit), stands(seat)) == ("waiting", "offered")


def test_who_may_wait(full: Cast) -> None:
    begun = clock.at(full.meeting.starts_at)
    with begun, full.looking_as("member") as marlow, pytest.raises(PermissionDenied):
        actions.wait_for_seat(full.meeting, by=marlow)
    for part in ("stranger", "removed"):
        with full.looking_as(part) as person, pytest.raises(PermissionDenied):
            actions.wait_for_seat(full.meeting, by=person)
    with full.looking_as("removed") as corin, pytest.raises(PermissionDenied):
        actions.wait_to_visit(full.meeting, "Corin", 1, by=corin)
    _ivy, booking = waits(full, "Ivy")
    for part in ("facilitator", "greeter", "stranger", "coordinator"):
        with full.looking_as(part) as person:
            for act in (actions.accept, actions.not_tonight, actions.settle):
                with pytest.raises(PermissionDenied):
                    act(booking, by=person)


def test_a_supporter_takes_a_place_too(cast: Cast) -> None:
    allow_supporters(cast)
    with wall.house("test.places"):
        Meeting.objects.filter(pk=cast.meeting.pk).update(places=3)
    with cast.looking_as("visitor") as wren:
        actions.bring_supporter(cast.booking, along=True, by=wren)
        actions.bring_supporter(cast.booking, along=True, by=wren)
    with cast.looking_as("nobody"):
        assert places_left([cast.meeting]) == {cast.meeting.pk: 1}
    with cast.looking_as("member") as marlow:
        with pytest.raises(Full):
            actions.book_seat(cast.meeting, supporter=True, by=marlow)
        mine = actions.book_seat(cast.meeting, by=marlow)
        with pytest.raises(Full):
            actions.bring_supporter(mine, along=True, by=marlow)
    _ivy, waiting = waits(cast, "Ivy")
    with cast.looking_as("visitor") as wren:  # they come alone after all
        actions.bring_supporter(cast.booking, along=False, by=wren)
    assert stands(waiting) == "offered"


def test_one_place_goes_past_whoever_waits_for_two_until_they_come_alone(full: Cast) -> None:
    allow_supporters(full)
    ivy, pair = waits(full, "Ivy", supporter=True)
    _jay, single = waits(full, "Jay")
    assert pair.supporter
    free_the_place(full)
    assert (stands(pair), stands(single)) == ("waiting", "offered")
    with wall.house("test.more"):
        Meeting.objects.filter(pk=full.meeting.pk).update(places=2)
    with wall.acting_as(ivy.pk):
        actions.bring_supporter(pair, along=False, by=ivy)
    assert stands(pair) == "offered"


def test_nobody_brings_a_supporter_where_the_group_does_not_allow_it(cast: Cast) -> None:
    with cast.looking_as("visitor") as wren, pytest.raises(PermissionDenied):
        actions.bring_supporter(cast.booking, along=True, by=wren)
    _ivy, waiting = waits(cast, "Ivy", supporter=True)
    assert not waiting.supporter
    assert cast.group.entry == Entry.OPEN
