"""A round of a circle, as it is counted: pure data and pure rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from beside.rooms import rounds
from beside.rooms.rounds import HAS_IT, Move, NotNow, Round, Stale, Turn

NOW = datetime(2026, 3, 3, 18, 30, tzinfo=UTC)
SEATS = ("ash", "fern", "dev", "kit")


def turns(round_: Round) -> dict[str, str]:
    return {place.seat: place.turn.value for place in round_.places}


def do(round_: Round, kind: str, by: str, keeps: bool = False, **more: object) -> Round:
    return rounds.play(round_, Move(kind, by, keeps, **more), NOW)  # type: ignore[arg-type]


def fresh(*seats: str) -> Round:
    return rounds.begin("What got you through the week?", seats or SEATS, seconds=120)


def test_the_first_is_offered_the_turn_and_takes_it() -> None:
    round_ = do(fresh(), "accept", "ash")
    assert turns(round_)["ash"] == "speaking"
    assert round_.coming == ("fern", "dev", "kit")
    assert round_.left(NOW + timedelta(seconds=50)) == 70


def test_the_clock_runs_over_without_anything_happening() -> None:
    round_ = do(fresh(), "accept", "ash")
    assert round_.left(NOW + timedelta(seconds=200)) == -80
    assert turns(round_)["ash"] == "speaking"


def test_pass_is_a_whole_answer_and_may_be_changed_later() -> None:
    round_ = do(do(fresh(), "pass", "ash"), "after_all", "ash")
    assert round_.coming == ("dev", "kit", "ash")
    assert turns(round_)["fern"] == "offered"


def test_whoever_has_spoken_hands_on_to_the_next_or_to_somebody_they_choose() -> None:
    spoken = do(fresh(), "accept", "ash")
    assert turns(do(spoken, "done", "ash"))["fern"] == "offered"
    assert turns(do(spoken, "done", "ash", seat="kit"))["kit"] == "offered"


def test_the_round_ends_when_everybody_was_offered_a_turn() -> None:
    round_ = fresh("ash", "fern")
    round_ = do(do(round_, "accept", "ash"), "done", "ash")
    assert not round_.ended
    round_ = do(round_, "pass", "fern")
    assert round_.ended
    assert turns(round_) == {"ash": "spoke", "fern": "passed"}


def test_nobody_takes_a_turn_that_is_not_theirs() -> None:
    for kind in ("accept", "pass", "done", "after_all"):
        with pytest.raises(NotNow):
            do(fresh(), kind, "fern")
    for kind in ("skip", "give", "reorder", "more", "end", "anything"):
        with pytest.raises(NotNow):
            do(fresh(), kind, "ash", seat="dev")


def test_somebody_skipped_is_asked_again_at_the_end() -> None:
    round_ = do(fresh(), "skip", "ash", keeps=True)
    assert turns(round_)["fern"] == "offered"
    assert round_.coming == ("dev", "kit", "ash")


def test_skipping_the_last_one_lets_the_turn_rest_and_leaves_the_round_open() -> None:
    round_ = do(fresh("ash"), "skip", "ash", keeps=True)
    assert round_.piece is None
    assert not round_.ended
    assert turns(do(round_, "give", "ash", keeps=True, seat="ash"))["ash"] == "offered"


def test_a_facilitator_gives_the_turn_and_the_one_asked_before_keeps_their_place() -> None:
    round_ = do(fresh(), "give", "ash", keeps=True, seat="kit")
    assert list(turns(round_).values()) == ["waiting", "waiting", "waiting", "offered"]
    with pytest.raises(NotNow):
        do(round_, "give", "ash", keeps=True, seat="nobody")


def test_a_facilitator_changes_the_order_of_those_who_wait() -> None:
    round_ = do(fresh(), "reorder", "ash", keeps=True, order=("kit", "dev", "fern"))
    assert round_.coming == ("kit", "dev", "fern")
    with pytest.raises(NotNow):
        do(round_, "reorder", "ash", keeps=True, order=("kit", "kit", "fern"))


def test_time_is_added_to_somebodys_turn() -> None:
    round_ = do(do(fresh(), "accept", "ash"), "more", "ash", keeps=True, seconds=60)
    assert round_.left(NOW) == 180
    with pytest.raises(NotNow):
        do(fresh(), "more", "ash", keeps=True, seconds=60)


def test_an_offer_goes_on_when_the_connection_is_lost_and_is_kept_for_the_return() -> None:
    round_ = rounds.drop(fresh(), "ash")
    assert turns(round_)["fern"] == "offered"
    assert round_.awaited == ("ash",)
    round_ = rounds.back(round_, "ash")
    assert round_.coming == ("ash", "dev", "kit")


def test_whoever_speaks_keeps_the_turn_when_the_connection_is_lost() -> None:
    spoken = do(fresh(), "accept", "ash")
    dropped = rounds.drop(spoken, "ash")
    assert turns(dropped)["ash"] == "speaking"
    assert rounds.back(dropped, "ash") == spoken
    later = do(dropped, "skip", "fern", keeps=True)
    assert turns(later) == {"fern": "offered", "dev": "waiting", "kit": "waiting", "ash": "waiting"}


def test_the_round_waits_for_those_who_are_away() -> None:
    round_ = do(rounds.drop(fresh("ash", "fern"), "fern"), "pass", "ash")
    assert not round_.ended
    assert round_.piece is None
    assert turns(rounds.back(round_, "fern"))["fern"] == "offered"


def test_who_leaves_hands_on_and_who_comes_is_asked_last() -> None:
    round_ = rounds.leave(do(fresh(), "accept", "ash"), "ash")
    assert turns(round_) == {"fern": "offered", "dev": "waiting", "kit": "waiting"}
    assert round_.since is None
    assert rounds.join(round_, "wren").coming == ("dev", "kit", "wren")


def test_a_pause_takes_nobodys_time() -> None:
    round_ = do(fresh(), "accept", "ash")
    rested = rounds.rest(round_, NOW + timedelta(seconds=30))
    assert rested.left(NOW + timedelta(seconds=500)) == 90
    resumed = rounds.resume(rested, NOW + timedelta(seconds=500))
    assert resumed.left(NOW + timedelta(seconds=500)) == 90


def test_two_moves_that_saw_the_same_version_have_one_effect() -> None:
    version, round_ = rounds.step(7, fresh(), saw=7, move=Move("pass", "ash"), now=NOW)
    with pytest.raises(Stale):
        rounds.step(version, round_, saw=7, move=Move("pass", "ash"), now=NOW)
    assert version == 8
    assert turns(round_)["fern"] == "offered"


def test_a_round_needs_people_and_a_sensible_clock() -> None:
    for seats, seconds in (((), 120), (("ash", "ash"), 120), (("ash",), 5), (("ash",), 9_000)):
        with pytest.raises(NotNow):
            rounds.begin("?", seats, seconds=seconds)


names = st.sampled_from([f"seat{number}" for number in range(6)])


class Evening(RuleBasedStateMachine):
    """Whatever people and connections do, in any order, the round stays fair."""

    @initialize(count=st.integers(1, 6))
    def begin(self, count: int) -> None:
        self.now = NOW
        self.round = rounds.begin("?", [f"seat{number}" for number in range(count)])
        self.spoke: list[str] = []
        self.gone: set[str] = set()
        self.offered: set[str] = set()
        self.cut_short = False

    @rule(seconds=st.integers(0, 200))
    def time_goes_by(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        kind=st.sampled_from([*rounds.KINDS, "sing"]),
        by=names,
        keeps=st.booleans(),
        seat=st.one_of(st.just(""), names),
        seconds=st.integers(-5, 700),
        data=st.data(),
    )
    def somebody_moves(
        self, kind: str, by: str, keeps: bool, seat: str, seconds: int, data: st.DataObject
    ) -> None:
        waiting = [each.seat for each in self.round.places if each.turn is Turn.WAITING]
        order = tuple(data.draw(st.permutations(waiting)))
        before = self.round
        try:
            self.round = rounds.play(before, Move(kind, by, keeps, seat, seconds, order), self.now)
        except NotNow:
            return
        assert not before.ended
        assert kind in ("accept", "pass", "done", "after_all") or keeps
        self.cut_short |= kind == "end"

    @rule(seat=names)
    def somebody_joins(self, seat: str) -> None:
        if seat not in self.gone:
            self.round = rounds.join(self.round, seat)

    @rule(seat=names)
    def somebody_leaves(self, seat: str) -> None:
        self.round = rounds.leave(self.round, seat)
        self.gone.add(seat)

    @rule(seat=names)
    def a_connection_is_lost_and_returns_at_once(self, seat: str) -> None:
        before = self.round
        place = before.place(seat)
        self.round = rounds.back(rounds.drop(before, seat), seat)
        after = self.round.place(seat)
        if place and after and place.turn is not Turn.OFFERED:
            assert after.turn in (place.turn, Turn.OFFERED)
            if place.turn in (Turn.SPEAKING, Turn.SPOKE, Turn.PASSED):
                assert after.turn is place.turn

    @rule(seat=names)
    def a_connection_is_lost(self, seat: str) -> None:
        self.round = rounds.drop(self.round, seat)

    @rule(seat=names)
    def a_connection_returns(self, seat: str) -> None:
        self.round = rounds.back(self.round, seat)

    @rule()
    def the_room_rests_and_goes_on(self) -> None:
        left = self.round.left(self.now)
        rested = rounds.rest(self.round, self.now)
        self.now += timedelta(seconds=77)
        self.round = rounds.resume(rested, self.now)
        if self.round.rested is None and rested.rested == self.now - timedelta(seconds=77):
            assert self.round.left(self.now) == left

    @invariant()
    def at_most_one_has_the_turn_and_an_offer_is_to_somebody_here(self) -> None:
        holding = [each for each in self.round.places if each.turn in HAS_IT]
        assert len(holding) <= 1
        assert all(each.here or each.turn is Turn.SPEAKING for each in holding)
        assert not (self.round.ended and holding)

    @invariant()
    def the_clock_runs_exactly_while_somebody_speaks(self) -> None:
        speaking = any(each.turn is Turn.SPEAKING for each in self.round.places)
        assert speaking == (self.round.since is not None)

    @invariant()
    def nobody_stands_twice(self) -> None:
        seats = [each.seat for each in self.round.places]
        assert len(set(seats)) == len(seats)

    @invariant()
    def nobody_who_spoke_is_asked_again(self) -> None:
        spoken = {each.seat for each in self.round.places if each.turn is Turn.SPOKE}
        before = {seat for seat in self.spoke if self.round.place(seat)}
        assert before <= spoken
        self.spoke = sorted(spoken)

    @invariant()
    def the_round_ends_by_itself_only_when_nobody_waits(self) -> None:
        waits = any(each.turn is Turn.WAITING for each in self.round.places)
        assert not (self.round.ended and waits) or self.cut_short

    @invariant()
    def the_turn_never_lies_about_while_somebody_here_waits(self) -> None:
        if self.round.ended or self.round.piece:
            return
        waiting = [each for each in self.round.places if each.turn is Turn.WAITING]
        assert waiting
        # Only a facilitator's "later" to the last one may leave the turn with nobody.
        assert len([each for each in waiting if each.here]) <= 1

    @invariant()
    def it_reads_back_as_it_was_written(self) -> None:
        assert rounds.from_json(json.loads(json.dumps(rounds.to_json(self.round)))) == self.round

    @precondition(lambda self: not self.round.ended and self.round.piece is not None)
    @rule()
    def the_same_move_twice_has_one_effect(self) -> None:
        piece = self.round.piece
        assert piece is not None
        kind = "accept" if piece.turn is Turn.OFFERED else "done"
        move = Move(kind, piece.seat)
        version, after = rounds.step(3, self.round, saw=3, move=move, now=self.now)
        with pytest.raises(Stale):
            rounds.step(version, after, saw=3, move=move, now=self.now)


TestEvening = Evening.TestCase


@given(st.lists(names, min_size=1, max_size=6, unique=True), st.data())
def test_everybody_is_offered_a_turn_exactly_once(seats: list[str], data: st.DataObject) -> None:
    round_, offered = rounds.begin("?", seats), []
    while (place := round_.piece) is not None:
        offered.append(place.seat)
        if data.draw(st.booleans()):
            round_ = do(do(round_, "accept", place.seat), "done", place.seat)
        else:
            round_ = do(round_, "pass", place.seat)
    assert offered == seats
    assert round_.ended
