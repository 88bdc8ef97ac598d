"""Schedules and their rows, and how they are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils.dates import WEEKDAYS
from hypothesis import given
from hypothesis import strategies as st

from beside import wall
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings import actions, rhythm
from beside.meetings.actions import VenueTaken, Wish
from beside.meetings.clock import let_go, look_ahead
from beside.meetings.models import Meeting, Schedule
from beside.meetings.recurrence import Rule, parse_day
from tests.cast import Cast


def rows(schedule: Schedule) -> list[Meeting]:
    with wall.house("test.rows"):
        return list(Meeting.objects.filter(schedule=schedule).order_by("starts_at"))


def test_the_meetings_of_the_next_sixty_days_are_rows(cast: Cast) -> None:
    there = rows(cast.schedule)
    assert [each.starts_at - there[0].starts_at for each in there[:2]] == [
        timedelta(0),
        pytest.approx(timedelta(days=7), abs=timedelta(hours=1)),
    ]
    assert len(there) == 8
    assert {each.group_id for each in there} == {cast.group.pk}


def test_a_meeting_goes_two_years_after_it_was_held(cast: Cast) -> None:
    first, second, *_rest = rows(cast.schedule)
    with clock.at(first.ends_at + timedelta(days=731)):
        let_go()
    assert rows(cast.schedule)[0] == second


def test_looking_ahead_again_changes_nothing(cast: Cast) -> None:
    before = rows(cast.schedule)
    assert look_ahead() == 0
    assert rows(cast.schedule) == before


def test_a_moved_or_cancelled_meeting_is_not_made_anew(cast: Cast) -> None:
    first, second, *_rest = rows(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        actions.move(first, on=first.on + timedelta(days=1), at=time(9, 0), by=ash)
        actions.cancel(second, "Half-term.", by=ash)
    look_ahead()
    after = {each.original_on: each for each in rows(cast.schedule)}
    assert len(after) == 8
    assert after[first.original_on].state == Meeting.State.MOVED
    assert after[first.original_on].at == time(9, 0)
    assert after[second.original_on].state == Meeting.State.CANCELLED


def test_after_weeks_of_standstill_the_coming_weeks_are_there(cast: Cast) -> None:
    with clock.at(cast.now + timedelta(days=100)):
        look_ahead()
    latest = rows(cast.schedule)[-1].starts_at
    assert cast.now + timedelta(days=152) < latest < cast.now + timedelta(days=160)


@pytest.mark.parametrize("a_few", [1, 2, 3])
def test_rules_are_looked_ahead_a_few_at_a_time_and_none_is_left_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, a_few: int
) -> None:
    with cast.looking_as("facilitator") as ash:
        again = actions.plan(cast.group, monthly(cast), by=ash)
    rules = list(Schedule.objects.order_by("pk"))
    assert again in rules
    monkeypatch.setattr("beside.meetings.clock.A_FEW", a_few)
    with clock.at(cast.now + timedelta(days=100)):
        look_ahead()
    late = cast.now + timedelta(days=120)
    for rule in rules:
        assert rows(rule)[-1].starts_at > late


def monthly(cast: Cast) -> Wish:
    """The last Sunday of the month, at noon."""
    day = cast.now.date() + timedelta(days=1)
    return Wish(
        zone="Europe/London",
        first_on=day,
        at=time(12, 0),
        minutes=60,
        frequency="monthly",
        byday=("-1SU",),
        way=Way.CALL,
    )


def test_whoever_meets_once_a_month_has_half_a_year_of_rows(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        schedule = actions.plan(cast.group, monthly(cast), by=ash)
    assert len(rows(schedule)) in {5, 6}
    before = rows(schedule)
    look_ahead()
    assert rows(schedule) == before


def test_what_was_said_half_a_year_ahead_finds_its_day_in_a_weekly_rule(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        schedule = actions.plan(cast.group, monthly(cast), by=ash)
        there = rows(schedule)
        weekly = replace(
            monthly(cast), first_on=there[0].on, frequency="weekly", byday=("SU",), at=time(13, 0)
        )
        new = actions.change_from(there[0], weekly, by=ash)
    kept = {each.key: each.state for each in rows(new)}
    assert {kept[each.key] for each in there} == {Meeting.State.MOVED}


def test_half_past_six_stays_half_past_six_when_the_clocks_change(cast: Cast) -> None:
    with clock.at(datetime(2026, 3, 20, 12, tzinfo=UTC)), cast.looking_as("facilitator") as ash:
        schedule = actions.plan(
            cast.group,
            actions.Wish(
                zone="Europe/London",
                first_on=date(2026, 3, 24),
                at=time(18, 30),
                minutes=75,
                frequency="weekly",
                byday=("TU",),
                count=2,
                way=Way.CALL,
            ),
            by=ash,
        )
    assert [each.starts_at for each in rows(schedule)] == [
        datetime(2026, 3, 24, 18, 30, tzinfo=UTC),
        datetime(2026, 3, 31, 17, 30, tzinfo=UTC),
    ]


def test_one_place_holds_one_meeting_at_a_time(cast: Cast) -> None:
    there = cast.other_meeting
    same: dict[str, Any] = {"zone": there.zone, "at": there.at, "minutes": 30, "way": Way.IN_PERSON}
    same["venue"] = there.venue

    def add() -> Meeting:
        ash = cast["facilitator"]
        with wall.acting_as(ash.pk):
            return actions.add_meeting(cast.group, on=there.on, by=ash, **same)

    def plan() -> Schedule:
        ash = cast["facilitator"]
        with wall.acting_as(ash.pk):
            wish = actions.Wish(first_on=there.on, frequency="once", **same)
            return actions.plan(cast.group, wish, by=ash)

    for act in (add, plan):
        with pytest.raises(VenueTaken):
            act()
    with cast.looking_as("other_facilitator") as mags:
        actions.cancel(there, "The hall is flooded.", by=mags)
    assert add().venue == there.venue


@pytest.mark.parametrize(
    ("frequency", "byday", "interval", "count", "said"),
    [
        ("weekly", "TU", 1, None, "Every Tuesday"),
        ("weekly", "", 1, None, "Every Thursday"),
        ("weekly", "TH", 2, None, "Every other Thursday"),
        ("weekly", "MO TU WE TH FR", 1, None, "Monday to Friday"),
        ("weekly", "FR TU", 1, None, "Every Tuesday and Friday"),
        ("weekly", "MO", 3, None, "Every 3 weeks on Monday"),
        ("weekly", "SA", 1, 8, "Every Saturday, 8 times"),
        ("monthly", "1WE 3WE", 1, None, "First and third Wednesday of the month"),
        ("monthly", "-1SU", 1, None, "Last Sunday of the month"),
        (
            "monthly",
            "1TU 3TU 1TH 3TH",
            1,
            None,
            "First and third Tuesday and first and third Thursday of the month",
        ),
        ("monthly", "1TU 3TH", 1, None, "First Tuesday and third Thursday of the month"),
        ("monthly", "2TU", 2, None, "Second Tuesday of the month, every 2 months"),
        ("monthly", "", 1, None, "Day 5 of the month"),
        ("daily", "", 1, None, "Every day"),
        ("daily", "", 2, None, "Every 2 days"),
        ("once", "", 1, None, "Once, on 5 November 2026"),
    ],
)
def test_a_rhythm_is_said_in_words(
    frequency: str, byday: str, interval: int, count: int | None, said: str
) -> None:
    start = datetime(2026, 11, 5, 19)  # noqa: DTZ001
    days = tuple(parse_day(day) for day in byday.split())
    rule = Rule(start=start, frequency=frequency, interval=interval, days=days, count=count)
    assert rhythm.rhythm(rule) == said


@given(
    st.sampled_from(["weekly", "monthly"]),
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from([1, 2, 3, 4, -1])), min_size=1),
    st.integers(1, 4),
)
def test_the_words_name_every_day_that_was_chosen(
    frequency: str, days: list[tuple[int, int]], interval: int
) -> None:
    start = datetime(2026, 11, 5, 19)  # noqa: DTZ001
    chosen = tuple((day, nth if frequency == "monthly" else 0) for day, nth in days)
    rule = Rule(start=start, frequency=frequency, interval=interval, days=chosen)
    said = rhythm.rhythm(rule)
    names = {str(WEEKDAYS[day]) for day, _nth in days}
    if said == "Monday to Friday":
        assert len(names) == 5
    else:
        assert {name for name in map(str, WEEKDAYS.values()) if name in said} == names


def test_a_schedule_is_one_line(cast: Cast) -> None:
    schedule = Schedule(
        zone="Europe/London",
        first_on=date(2026, 11, 5),
        at=time(19),
        minutes=90,
        frequency="weekly",
        interval=2,
        byday=["TH"],
    )
    assert schedule.in_words == "Every other Thursday at 19:00 London time, 90 minutes"


def test_whole_hours_are_said_as_hours_from_two_on() -> None:
    said = [rhythm.lasting(minutes) for minutes in (1, 60, 90, 120, 150, 240)]
    assert said == ["1 minute", "60 minutes", "90 minutes", "2 hours", "150 minutes", "4 hours"]


def test_places_are_said_only_when_they_are_few() -> None:
    assert [rhythm.places(free) for free in (None, 0, 1, 2, 3)] == [
        "",
        "No place left this time",
        "1 place left",
        "2 places left",
        "",
    ]
