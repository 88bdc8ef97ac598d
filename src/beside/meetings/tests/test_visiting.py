"""Visiting once, being greeted, staying away, coming, and saying how it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from beside import wall
from beside.groups import actions as groups
from beside.groups.actions import NameTaken
from beside.groups.models import Group, Membership, Persona
from beside.kernel import clock
from beside.meetings import actions, events
from beside.meetings.actions import Full
from beside.meetings.clock import let_go
from beside.meetings.models import Booking, Fit, Greeting, Meeting
from beside.meetings.places import places_left
from beside.meetings.saying import put_words
from beside.people import actions as people
from beside.people.models import AgeBand
from beside.vault.seals import CannotOpen
from tests.cast import PARTS, Cast, somebody


def change(thing: Any, **values: Any) -> None:
    with wall.house("test.change"):
        type(thing).objects.filter(pk=thing.pk).update(**values)
        thing.refresh_from_db()


def test_a_stranger_visits_and_the_group_gets_no_member(cast: Cast) -> None:
    said: list[Booking] = []

    def listen(sender: object, *, booking: Booking, **more: object) -> None:
        said.append(booking)

    events.booked.connect(listen)
    with cast.looking_as("stranger") as stranger:
        booking = actions.book_visit(cast.meeting, "Sky", 4, listen_only=True, by=stranger)
        again = actions.book_visit(cast.meeting, "Ignored", 1, greet=True, by=stranger)
        assert not Membership.objects.of(stranger).exists()
    events.booked.disconnect(listen)
    assert (booking.kind, booking.standing, booking.listen_only) == ("visit", "booked", True)
    assert (again, again.greet, again.persona.name) == (booking, True, "Sky")
    assert said == [booking]


def test_joining_after_a_visit_keeps_the_name(cast: Cast) -> None:
    with cast.looking_as("visitor") as visitor:
        membership = groups.join(cast.group, by=visitor)
    assert membership.persona == cast.booking.persona


def test_who_may_visit(cast: Cast) -> None:
    may = set()
    for part in PARTS:
        if part == "nobody":
            continue
        with cast.looking_as(part) as person:
            try:
                actions.book_visit(cast.later, f"N {part}", 1, by=person)
            except PermissionDenied:
                continue
            may.add(part)
    members = {"member", "greeter", "facilitator", "blocked"}
    assert may == set(PARTS) - members - {"nobody", "removed"}


@pytest.mark.parametrize(
    "why",
    ["cancelled", "over", "no_visitors", "group_without_visits", "elsewhere", "too_young"],
)
def test_when_nobody_can_visit(cast: Cast, why: str) -> None:
    person = cast["stranger"]
    hour = timedelta(hours=1)
    if why == "cancelled":
        change(cast.meeting, state=Meeting.State.CANCELLED)
    elif why == "over":
        change(cast.meeting, starts_at=cast.now - 2 * hour, ends_at=cast.now - hour)
    elif why == "no_visitors":
        change(cast.meeting, takes_visitors=False)
    elif why == "group_without_visits":
        change(cast.meeting.group, visits=False)
    elif why == "elsewhere":
        change(cast.meeting.group, source="a listing", source_slug="x")
    else:
        person = somebody("young", band=AgeBand.SIXTEEN)
    with wall.acting_as(person.pk), pytest.raises(PermissionDenied):
        actions.book_visit(cast.meeting, "Sky", 4, by=person)


def test_a_name_that_somebody_has_books_nothing(cast: Cast) -> None:
    with cast.looking_as("stranger") as stranger:
        with pytest.raises(NameTaken):
            actions.book_visit(cast.meeting, "marlow", 4, by=stranger)
        assert not Booking.objects.exists()


def test_a_full_meeting_takes_nobody_until_somebody_stays_away(cast: Cast) -> None:
    change(cast.meeting, places=1)
    with cast.looking_as("nobody"):
        assert places_left([cast.meeting]) == {cast.meeting.pk: 0}
    with cast.looking_as("member") as member, pytest.raises(Full):
        actions.book_seat(cast.meeting, by=member)
    with cast.looking_as("visitor") as visitor:
        actions.not_tonight(cast.booking, by=visitor)
    with cast.looking_as("member") as member:
        assert actions.book_seat(cast.meeting, by=member).kind == Booking.Kind.SEAT
    with cast.looking_as("visitor") as visitor, pytest.raises(Full):
        actions.book_visit(cast.meeting, "Wren", 3, by=visitor)


def test_nobody_can_count_who_comes_by_the_places_left(cast: Cast) -> None:
    with cast.looking_as("nobody"):
        assert places_left([cast.meeting, cast.other_meeting]) == {
            cast.meeting.pk: 3,
            cast.other_meeting.pk: 3,
        }
    change(cast.meeting, places=3)
    change(cast.other_meeting, places=None)
    with cast.looking_as("nobody"):
        assert places_left([cast.meeting, cast.other_meeting]) == {cast.meeting.pk: 2}


def test_not_tonight_is_ones_own_to_say(cast: Cast) -> None:
    for part in PARTS:
        if part in ("visitor", "nobody"):
            continue
        with cast.looking_as(part) as by, pytest.raises(PermissionDenied):
            actions.not_tonight(cast.booking, by=by)


def test_the_greeter_writes_first_and_then_the_visitor_answers(cast: Cast) -> None:
    with cast.looking_as("visitor") as visitor, pytest.raises(PermissionDenied):
        actions.greet(cast.booking, "Is anybody there?", by=visitor)
    with cast.looking_as("greeter") as noor:
        actions.greet(cast.booking, "Hello Wren. I was new once too.", by=noor)
    with cast.looking_as("visitor") as visitor:
        actions.greet(cast.booking, "I’d like to listen for a while.", by=visitor)
        thread = Greeting.objects.visible_to(visitor).order_by("at", "pk")
        assert [(each.persona.name, each.words) for each in thread] == [
            ("Noor", "Hello Wren. I was new once too."),
            ("Wren", "I’d like to listen for a while."),
        ]


def test_only_those_who_greet_write_to_a_visitor(cast: Cast) -> None:
    may = set()
    for part in PARTS:
        if part == "nobody":
            continue
        with cast.looking_as(part) as by:
            try:
                actions.greet(cast.booking, "Hello.", by=by)
            except PermissionDenied:
                continue
            may.add(part)
    assert may == {"greeter", "facilitator"}


def test_words_to_a_visitor_are_sealed_and_open_nowhere_else(cast: Cast) -> None:
    with cast.looking_as("greeter") as noor:
        greeting = actions.greet(cast.booking, "The blue door.", by=noor)
    assert b"blue" not in bytes(greeting.sealed)
    other = Greeting(booking=greeting.booking, persona=greeting.persona, sealed=greeting.sealed)
    with cast.looking_as("greeter"), pytest.raises(CannotOpen):
        str(other.words)


@pytest.mark.parametrize("part", ["visitor", "greeter"])
def test_words_before_a_visit_go_with_whoever_is_erased(cast: Cast, part: str) -> None:
    with cast.looking_as("greeter") as noor:
        actions.greet(cast.booking, "Hello Wren.", by=noor)
    with cast.looking_as("visitor") as wren:
        actions.greet(cast.booking, "I come from Mill Road.", by=wren)
    with cast.looking_as(part) as person:
        people.erase(person, by=person)
    with cast.looking_as("facilitator"):
        left = [each.words for each in Greeting.objects.all()]
    assert left == {"visitor": [], "greeter": ["I come from Mill Road."]}[part]


def test_an_empty_greeting_is_not_sent(cast: Cast) -> None:
    with cast.looking_as("greeter") as noor, pytest.raises(ValueError, match="no words"):
        actions.greet(cast.booking, " \u200b ", by=noor)


def test_coming_is_said_by_oneself_or_by_those_who_greet(cast: Cast) -> None:
    with cast.looking_as("member") as member, pytest.raises(PermissionDenied):
        actions.came(cast.booking, by=member)
    with cast.looking_as("visitor") as visitor:
        assert actions.came(cast.booking, by=visitor).standing == Booking.Standing.CAME


def test_how_it_was_is_asked_after_it_began_and_kept_for_oneself(cast: Cast) -> None:
    answers = {"heard": "mostly", "again": "perhaps", "belonging": "made up", "else": "x"}
    with cast.looking_as("visitor") as visitor:
        with pytest.raises(PermissionDenied):
            actions.answer_fit(cast.meeting, answers, by=visitor)
        with clock.at(cast.meeting.ends_at):
            fit = actions.answer_fit(cast.meeting, answers, by=visitor)
            assert fit.answers == {"heard": "mostly", "again": "perhaps"}
            fit = actions.answer_fit(cast.meeting, {"heard": "yes"}, by=visitor)
            assert Fit.objects.get().answers == fit.answers == {"heard": "yes"}
    assert b"mostly" not in bytes(fit.sealed)
    with (
        cast.looking_as("stranger") as stranger,
        clock.at(cast.meeting.ends_at),
        pytest.raises(PermissionDenied),
    ):
        actions.answer_fit(cast.meeting, answers, by=stranger)


def test_a_cancelled_meeting_tells_why_and_stays_in_the_list(cast: Cast) -> None:
    heard: list[Meeting] = []

    def listen(sender: object, *, meetings: list[Meeting], **more: object) -> None:
        heard.extend(meetings)

    events.changed.connect(listen)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.meeting, "Both of us are ill.", by=ash)
    events.changed.disconnect(listen)
    with cast.looking_as("visitor") as visitor:
        seen = Meeting.objects.visible_to(visitor).get(pk=cast.meeting.pk)
        put_words([seen], visitor)
        assert (seen.state, seen.said, seen.sequence) == ("cancelled", "Both of us are ill.", 1)
    assert heard == [cast.meeting]


def test_who_may_plan_move_and_cancel(cast: Cast) -> None:
    for part in PARTS:
        if part in ("facilitator", "coordinator", "nobody"):
            continue
        with cast.looking_as(part) as by:
            with pytest.raises(PermissionDenied):
                actions.cancel(cast.meeting, "No.", by=by)
            with pytest.raises(PermissionDenied):
                actions.move(cast.meeting, on=cast.meeting.on, at=cast.meeting.at, by=by)


def test_bookings_and_words_to_visitors_go_after_thirty_days_and_fits_after_a_year(
    cast: Cast,
) -> None:
    with cast.looking_as("greeter") as noor:
        actions.greet(cast.booking, "Hello.", by=noor)
    with cast.looking_as("visitor") as visitor, clock.at(cast.meeting.ends_at):
        actions.answer_fit(cast.meeting, {"heard": "yes"}, by=visitor)

    def left(after: timedelta) -> tuple[int, int, int]:
        with clock.at(cast.meeting.ends_at + after):
            let_go()
        with wall.house("test.count"):
            return Booking.objects.count(), Greeting.objects.count(), Fit.objects.count()

    assert left(timedelta(days=30)) == (1, 1, 1)
    assert left(timedelta(days=31)) == (0, 0, 1)
    assert left(timedelta(days=366)) == (0, 0, 0)


def test_somebody_removed_is_expected_nowhere(cast: Cast) -> None:
    with cast.looking_as("blocked") as hal:
        actions.book_seat(cast.meeting, by=hal)
    with cast.looking_as("facilitator") as ash:
        groups.remove(cast.memberships["blocked"], "Enough.", by=ash)
    with cast.looking_as("blocked") as hal:
        assert set(Booking.objects.of(hal).values_list("standing", flat=True)) == {"not_tonight"}
        assert not Group.objects.of(hal).exists()
        assert not Persona.objects.worn_by(hal).exists()


def test_leaving_gives_back_the_places_one_had(cast: Cast) -> None:
    with cast.looking_as("member") as member:
        actions.book_seat(cast.meeting, by=member)
        groups.leave(cast.group, by=member)
        standings = set(Booking.objects.of(member).values_list("standing", flat=True))
    assert standings == {Booking.Standing.NOT_TONIGHT}
