"""Which groups fit a wish: small worlds, counted by hand, and laws that hold in every world."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.finding.matching import (
    PARTS,
    Candidate,
    Slot,
    Wish,
    around,
    distance,
    find,
    fits,
    other_ways,
    part_of,
)

HOMERTON, HACKNEY, LEEDS = (51.55, -0.04), (51.545, -0.055), (53.8, -1.55)


def group(key="one", *slots, **known):
    known = {name: frozenset(value) for name, value in known.items() if name != "elsewhere"} | {
        name: value for name, value in known.items() if name == "elsewhere"
    }
    known.setdefault("experiences", frozenset({"grief"}))
    known.setdefault("ways", frozenset({"in_person"}))
    return Candidate(key, slots=slots, **known)


def at(day=0, part="evening", way="in_person", starts=100.0, point=HOMERTON, access=()):
    return Slot(day, part, way, starts, point, frozenset(access))


def wish(**said):
    return Wish(**{
        name: frozenset(value) if isinstance(value, set) else value for name, value in said.items()
    })  # fmt: skip


def counts(world):
    return lambda wishes: [len(find(world, each)) for each in wishes]


def test_every_hour_belongs_to_one_part_of_the_day():
    assert [part_of(hour) for hour in (4, 5, 11, 12, 16, 17, 21, 22, 0)] == [
        "night", "morning", "morning", "afternoon", "afternoon", "evening", "evening",
        "night", "night",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [((51.5, 0), (51.5, 0), 0), ((0, 0), (0, 180), 20015.1), ((90, 0), (-90, 7), 20015.1),
     ((40.7359, -73.9911), (40.7128, -74.006), 2.86), ((0, 179.9), (0, -179.9), 22.24)],
)  # fmt: skip
def test_distances_are_those_of_the_earth(one, other, km):
    assert distance(one, other) == pytest.approx(km, abs=0.05)


_points = st.tuples(st.floats(-88, 88), st.floats(-180, 180))


@given(_points, _points)
def test_it_is_as_far_there_as_back(one, other):
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert 0 <= distance(one, other) <= 20016


@given(_points, st.floats(0, 6.2832), st.floats(0.01, 1), st.sampled_from([1, 3, 10, 50]))
def test_the_box_holds_everybody_within_the_distance(point, angle, share, km):
    reach = math.degrees(km * share / 6371.0088)
    other = (
        point[0] + reach * math.cos(angle),
        point[1] + reach * math.sin(angle) / max(0.01, math.cos(math.radians(point[0]))),
    )
    if -180 <= other[1] <= 180 and distance(point, other) <= km:
        assert around(point, km).holds(other)


def test_without_a_wish_everybody_fits():
    assert [m.candidate.key for m in find([group("a", at()), group("b")], Wish())] == ["a", "b"]


def test_a_group_for_one_of_what_was_ticked_fits_and_more_of_it_fits_better():
    both = group("both", at(starts=9), experiences={"grief", "sleep"})
    one = group("one", at(starts=1), experiences={"grief"})
    none = group("none", at(), experiences={"anxiety"})
    found = find([one, none, both], wish(experiences={"grief", "sleep"}))
    assert [match.candidate.key for match in found] == ["both", "one"]


def test_somebody_without_a_name_for_it_finds_general_wellness_and_those_who_welcome_newcomers():
    general = group("general", at(), experiences={"wellness"})
    newcomers = group("newcomers", at(), safety={"newcomers"})
    other = group("other", at())
    found = find([general, newcomers, other], wish(experiences={"no_name"}))
    assert {match.candidate.key for match in found} == {"general", "newcomers"}


def test_a_hybrid_meeting_answers_the_room_and_the_call():
    hybrid = group("one", at(way="hybrid"), ways={"hybrid"})
    for way in ("call", "in_person", "hybrid"):
        assert fits(hybrid, wish(ways={way}))
    assert not fits(hybrid, wish(ways={"writing"}))


def test_day_and_part_must_be_of_the_same_meeting():
    two = group("one", at(day=1, part="morning"), at(day=5, part="evening"))
    assert not fits(two, wish(days={1}, parts={"evening"}))
    assert fits(two, wish(days={5}, parts={"evening"})).slot.day == 5


def test_the_next_meeting_that_fits_is_the_one_that_is_shown():
    three = group("one", at(day=1, starts=10), at(day=2, starts=20), at(day=2, starts=15))
    assert fits(three, wish(days={2})).slot.next == 15


def test_what_is_too_far_is_left_out_and_what_has_no_place_on_the_map_too():
    near, far = group("near", at()), group("far", at(point=LEEDS))
    nowhere, call = group("nowhere", at(point=None)), group("call", at(way="call", point=None))
    found = find([near, far, nowhere, call], wish(point=HACKNEY, km=10.0))
    assert [match.candidate.key for match in found] == ["near", "call"]
    assert found[0].km == pytest.approx(1.17, abs=0.01)


def test_a_hybrid_meeting_far_away_is_still_a_call_for_whoever_would_take_one():
    far = group("far", at(way="hybrid", point=LEEDS))
    assert fits(far, wish(point=HACKNEY)).km is None
    assert not fits(far, wish(point=HACKNEY, ways={"in_person"}))


def test_everything_that_makes_it_safe_or_possible_must_be_there():
    one = group("one", at(access={"step_free"}), safety={"women"}, access={"quiet"})
    assert fits(one, wish(access={"step_free", "quiet"}, safety={"women"}))
    assert not fits(one, wish(access={"signed"}))
    assert not fits(one, wish(safety={"women", "lgbtq"}))


def test_one_shared_language_is_enough():
    one = group("one", at(), languages={"en", "pl"})
    assert fits(one, wish(languages={"pl", "de"}))
    assert not fits(one, wish(languages={"de"}))


def test_a_group_in_writing_is_there_at_any_time_and_place():
    writing = group("one", ways={"writing"})
    assert fits(writing, wish(days={1}, parts={"night"}, point=LEEDS))
    assert not fits(writing, wish(ways={"call"}))


def test_a_group_by_appointment_answers_no_question_about_when_or_where():
    by_appointment = group("one")
    assert fits(by_appointment, wish(ways={"in_person"}))
    assert not fits(by_appointment, wish(days={1}))
    assert not fits(by_appointment, wish(point=HOMERTON))


def test_our_own_groups_stand_before_those_that_are_listed_elsewhere():
    found = find(
        [group("there", at(starts=1), elsewhere=True), group("here", at(starts=9))], Wish()
    )
    assert [match.candidate.key for match in found] == ["here", "there"]


def test_where_nothing_fits_two_other_ways_are_offered_with_their_numbers():
    world = [group("a", at(day=1)), group("b", at(day=2)), group("c", ways={"writing"})]
    asked = wish(experiences={"grief"}, ways={"in_person"}, days={5})
    assert find(world, asked) == []
    ways = other_ways(counts(world), asked)
    assert [(way.dropped, way.count) for way in ways] == [(("days",), 2), (("home",), 1)]
    assert [len(find(world, way.wish)) for way in ways] == [2, 1]


_slots = st.builds(
    Slot, st.integers(0, 6), st.sampled_from(PARTS),
    st.sampled_from(["in_person", "hybrid", "call", "telephone"]), st.floats(0, 1e6),
    st.none() | st.tuples(st.floats(51, 52), st.floats(-1, 0)),
    st.frozensets(st.sampled_from(["step_free", "quiet"])),
)  # fmt: skip
_groups = st.lists(
    st.builds(
        Candidate, st.uuids().map(str),
        st.frozensets(st.sampled_from(["grief", "sleep", "wellness"])),
        st.frozensets(st.sampled_from(["in_person", "writing", "call"])),
        st.frozensets(st.sampled_from(["women", "newcomers"])),
        st.frozensets(st.sampled_from(["step_free", "quiet"])),
        st.frozensets(st.sampled_from(["en", "pl"])), st.booleans(),
        st.lists(_slots, max_size=3).map(tuple),
    ), max_size=8,
)  # fmt: skip
_wishes = st.builds(
    Wish,
    experiences=st.frozensets(st.sampled_from(["grief", "sleep", "no_name"]), max_size=2),
    ways=st.frozensets(st.sampled_from(["in_person", "writing", "call"]), max_size=2),
    days=st.frozensets(st.integers(0, 6), max_size=3),
    parts=st.frozensets(st.sampled_from(PARTS), max_size=2),
    point=st.none() | st.tuples(st.floats(51, 52), st.floats(-1, 0)),
    km=st.sampled_from([1.0, 10.0, 50.0]),
    languages=st.frozensets(st.sampled_from(["en", "pl"]), max_size=1),
    safety=st.frozensets(st.sampled_from(["women"]), max_size=1),
    access=st.frozensets(st.sampled_from(["step_free", "quiet"]), max_size=2),
)


@given(_groups, _wishes)
def test_leaving_a_question_open_never_loses_a_group(groups, asked):
    found = {match.candidate.key for match in find(groups, asked)}
    for name in asked.says:
        assert found <= {match.candidate.key for match in find(groups, asked.without(name))}


@given(_groups, _wishes)
def test_the_order_is_always_the_same_and_every_meeting_answers_the_wish(groups, asked):
    found = find(groups, asked)
    assert found == find(list(reversed(groups)), asked)
    for match in found:
        if match.slot:
            assert not asked.days or match.slot.day in asked.days
            assert not asked.parts or match.slot.part in asked.parts
            assert match.km is None or match.km <= asked.km


@given(_groups, _wishes)
def test_other_ways_lead_to_as_many_groups_as_they_say(groups, asked):
    if not find(groups, asked):
        for way in other_ways(counts(groups), asked):
            assert way.count == len(find(groups, way.wish)) > 0
