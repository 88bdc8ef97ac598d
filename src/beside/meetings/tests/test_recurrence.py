"""When a schedule meets, tried against rules that others agree on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from beside.meetings.recurrence import (
    Rule,
    exists,
    first,
    instant,
    local_times,
    parse_day,
    same_clock,
)

CASES = Path(__file__).resolve().parents[5] / "shared" / "data" / "calendar" / "cases-400-dst.json"
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
FAR = datetime(2100, 1, 1)  # noqa: DTZ001

days = st.dates(datetime(2015, 1, 1).date(), datetime(2035, 12, 31).date())  # noqa: DTZ001
hours = st.times(time(0, 0), time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))
starts = st.builds(datetime.combine, days, hours)
weekly = st.lists(st.integers(0, 6).map(lambda day: (day, 0)), max_size=4, unique=True)
nth = st.tuples(st.integers(0, 6), st.sampled_from([1, 2, 3, 4, -1])).map(lambda each: [each])


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    frequency = draw(st.sampled_from(["once", "daily", "weekly", "monthly"]))
    given_days = {"weekly": weekly, "monthly": nth}.get(frequency, st.just([]))
    return Rule(
        start=draw(starts),
        frequency=frequency,
        interval=draw(st.integers(1, 4)),
        days=tuple(draw(given_days)),
        count=draw(st.none() | st.integers(1, 20)),
    )


def a_year(rule: Rule) -> list[datetime]:
    return list(local_times(rule, after=rule.start, before=rule.start + timedelta(days=400)))


@given(rules())
def test_meetings_come_in_order_once_a_day_and_at_the_same_hour(rule: Rule) -> None:
    times = a_year(rule)
    assert times == sorted(times)
    assert len({moment.date() for moment in times}) == len(times)
    assert {moment.time() for moment in times} <= {rule.start.time()}
    assert all(moment >= rule.start for moment in times)


@given(rules())
def test_meetings_fall_on_the_days_that_were_said(rule: Rule) -> None:
    said = {day for day, _nth in rule.days}
    for moment in a_year(rule):
        assert not said or moment.weekday() in said
        for _day, which in rule.days:
            if which > 0:
                assert (moment.day - 1) // 7 + 1 == which
            elif which < 0:
                assert (moment + timedelta(days=7)).month != moment.month


@given(rules(), st.integers(0, 300), st.integers(1, 60))
def test_looking_at_a_part_gives_that_part(rule: Rule, skipped: int, wide: int) -> None:
    after = rule.start + timedelta(days=skipped)
    before = after + timedelta(days=wide)
    part = list(local_times(rule, after=after, before=before))
    whole = local_times(rule, after=rule.start, before=before)
    assert part == [moment for moment in whole if moment >= after]


@given(rules(), st.integers(300, 2500))
def test_it_is_the_same_part_however_long_ago_the_rule_began(rule: Rule, skipped: int) -> None:
    after = rule.start + timedelta(days=skipped, hours=7)
    before = after + timedelta(days=130)
    part = list(local_times(rule, after=after, before=before))
    whole = local_times(rule, after=rule.start, before=before)
    assert part == [moment for moment in whole if moment >= after]


@given(rules())
def test_a_rule_never_gives_more_than_was_said(rule: Rule) -> None:
    if rule.count:
        assert len(list(local_times(rule, after=rule.start, before=FAR))) <= rule.count


@given(rules())
def test_the_first_meeting_is_the_first(rule: Rule) -> None:
    assert first(rule) == next(iter(a_year(rule)), first(rule))


@given(starts, st.sampled_from(ZONES))
def test_an_hour_that_exists_is_shown_by_the_clocks_at_its_instant(
    local: datetime, zone: str
) -> None:
    assume(exists(local, zone))
    at = instant(local, zone)
    assert at.tzinfo is UTC
    assert at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


def test_two_zones_may_show_the_same_all_year_or_half_of_it() -> None:
    winter = date(2026, 12, 1)
    assert same_clock("Europe/London", "Europe/Jersey", winter)
    assert not same_clock("Europe/London", "Africa/Abidjan", winter)
    assert not same_clock("America/Phoenix", "America/Denver", date(2027, 6, 1))


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 7, 7, 18, 30), datetime(2026, 7, 7, 17, 30, tzinfo=UTC)),  # noqa: DTZ001
    ],
    ids=["skipped in spring", "twice in autumn", "summer"],
)
def test_the_clocks_change_in_london(local: datetime, utc: datetime) -> None:
    assert instant(local, "Europe/London") == utc


def test_days_are_read_as_calendars_write_them() -> None:
    assert [parse_day(day) for day in ("TU", "2TU", "-1SU")] == [(1, 0), (1, 2), (6, -1)]
    with pytest.raises(ValueError, match=r".+"):
        parse_day("XX")


def read(case: dict[str, Any]) -> Rule:
    """A case of the file as a rule of ours."""
    said = dict(part.split("=") for part in case["rrule"].split(";"))
    given_days = tuple(parse_day(day) for day in said.get("BYDAY", "").split(",") if day)
    position = int(said.get("BYSETPOS", "0"))
    until = said.get("UNTIL")
    return Rule(
        start=datetime.strptime(case["dtstart"], "%Y%m%dT%H%M%S"),  # noqa: DTZ007
        frequency=said["FREQ"].lower(),
        interval=int(said.get("INTERVAL", "1")),
        days=tuple((day, position or which) for day, which in given_days),
        until=datetime.strptime(until[:8], "%Y%m%d").date() if until else None,  # noqa: DTZ007
        count=int(said["COUNT"]) if "COUNT" in said else None,
    )


@pytest.mark.skipif(not CASES.exists(), reason="needs ../shared/data/calendar/cases-400-dst.json")
def test_four_hundred_rules_in_ten_zones_agree_with_five_libraries() -> None:
    wrong = []
    for case in json.loads(CASES.read_text()):
        rule = read(case)
        times = local_times(rule, after=rule.start, before=FAR)
        ours = [f"{instant(local, case['tz']):%Y%m%dT%H%M%SZ}" for local in times]
        if ours != case["instances_utc"]:
            wrong.append((case, ours))
    assert wrong == []
