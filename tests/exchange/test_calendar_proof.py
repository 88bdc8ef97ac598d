"""One timetable truth: page, letter, calendar and listing say the same instants, whoever reads.

A thousand random timetables in thirty zones, five years each, with meetings moved, cancelled and
left out. Of each, the calendar holds every exception, every meeting within two days of a clock
change and some others. `BESIDE_TIMETABLES=30000` tries a thousand in every zone, all meetings of
them (about an hour).
"""

from __future__ import annotations

import json
import os
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.tz import tzical
from icalendar import Calendar

from beside.exchange import calendar, calendars, feed
from beside.exchange.vtimezone import vtimezone, years_of
from beside.look.moments import spoken
from beside.meetings import recurrence
from beside.meetings.models import Meeting, Schedule
from beside.meetings.occurrences import occurrences
from tests.exchange import timetables
from tests.exchange.readers import by_ical_js, has_ical_js
from tests.exchange.timetables import ZONES, Timetable, invent, near_a_change, shown

MANY = int(os.environ.get("BESIDE_TIMETABLES", "1000"))
A_BATCH = 1000
CASES = Path(__file__).parents[3] / "shared" / "data" / "calendar" / "cases-400-dst.json"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Told = tuple[str, datetime, datetime, bool, int]  # uid, from, to, cancelled, how often changed


@dataclass
class Series:
    """A timetable, its rows as the product makes and changes them, and when they really are."""

    told: Timetable
    schedule: Schedule
    made: list[tuple[datetime, datetime]]  # local time and instant, before anything is changed
    rows: list[Meeting] = field(default_factory=list)
    truth: dict[str, datetime] = field(default_factory=dict)

    @cached_property
    def in_calendar(self) -> list[Meeting]:
        """What is looked at closely: all of it in the large proof."""
        if MANY > A_BATCH or len(self.rows) < 8:
            return self.rows
        some = self.rows[:: max(1, len(self.rows) // 4)]
        close = [row for row in self.rows if row.sequence][:5]
        close += [row for row in self.rows if near_a_change(row.starts_at, row.zone)][:10]
        return sorted({row.key: row for row in some + close}.values(), key=lambda row: row.key)


@pytest.fixture(scope="module", params=range(max(1, MANY // A_BATCH)))
def batch(request: pytest.FixtureRequest) -> list[Series]:
    """A thousand timetables, the same ones in every run."""
    dice = random.Random(f"timetables {request.param}")
    size = min(MANY, A_BATCH)
    return [_series(dice, ZONES[number % len(ZONES)]) for number in range(size)]


def _series(dice: random.Random, zone: str) -> Series:
    told = invent(dice, zone)
    schedule = Schedule(
        group_id=1, zone=zone, first_on=told.first_on, at=told.at, minutes=told.minutes,
        frequency=told.frequency, interval=told.interval, byday=list(told.byday),
        until=told.until, count=told.count, way="call",
    )  # fmt: skip
    rows = list(occurrences(schedule, after=told.begins, until=told.ends))
    series = Series(
        told, schedule, [(datetime.combine(row.on, row.at), row.starts_at) for row in rows]
    )
    for row in rows:
        local = datetime.combine(row.on, row.at)
        series.truth[row.key] = timetables.instant(local, zone)
        if dice.random() < 0.12:
            _change(dice, series, row)
    series.rows = [row for row in rows if dice.random() > 0.05]  # some are left out
    return series


def _change(dice: random.Random, series: Series, row: Meeting) -> None:
    row.sequence += dice.randint(1, 3)
    if dice.random() < 0.5:
        row.state = Meeting.State.CANCELLED
        return
    local = _somewhere(dice, row)
    while not timetables.instants(local, row.zone):  # nobody can move into a skipped hour
        local = _somewhere(dice, row)
    row.state, row.on, row.at = Meeting.State.MOVED, local.date(), local.time()
    row.starts_at = recurrence.instant(local, row.zone)
    row.ends_at = row.starts_at + timedelta(minutes=series.told.minutes)
    series.truth[row.key] = timetables.instant(local, row.zone)


def _somewhere(dice: random.Random, row: Meeting) -> datetime:
    hour = time(dice.randint(0, 23), dice.choice((0, 15, 30)))
    return datetime.combine(row.on + timedelta(dice.randint(-5, 5)), hour)


def _truth(series: Series) -> set[Told]:
    minutes = timedelta(minutes=series.told.minutes)
    return {
        (
            f"{row.key}@beside",
            series.truth[row.key],
            series.truth[row.key] + minutes,
            row.state == Meeting.State.CANCELLED,
            row.sequence,
        )
        for row in series.in_calendar
    }


def _written(series: Series, zone: str | None = None) -> str:
    """Their calendar as it is sent; with `zone`, under a name of a zone that nobody knows."""
    rows = series.in_calendar
    moments = [moment for row in rows for moment in (row.starts_at, row.ends_at)]
    zones = {series.told.zone: years_of(min(moments), max(moments))} if rows else {}
    events = [calendars.as_event(row, f"{row.key}@beside", "Group meeting", "") for row in rows]
    lines = calendar.lines("Group meetings", zones, events, made=NOW)
    words = b"".join(map(calendar.fold, lines)).decode()
    if zone:
        words = re.sub(rf"TZID([:=]){series.told.zone}\b", rf"TZID\1{zone}", words)
    return words


def test_a_rule_and_its_exceptions_meet_when_counting_days_says(batch: list[Series]) -> None:
    skipped = 0
    for series in batch:
        told = series.told
        days = [datetime.combine(day, told.at) for day in timetables.dates(told)]
        there = [(local, timetables.instants(local, told.zone)) for local in days]
        truth = [(local, instants[0]) for local, instants in there if instants]
        skipped += len(there) - len(truth)  # the clocks never show that time: nobody meets
        assert series.made == [(local, at) for local, at in truth if at < told.ends], told
    assert skipped


def test_no_meeting_slips_on_the_clock_on_its_wall(batch: list[Series]) -> None:
    for series in batch:
        for row in series.rows:
            local = datetime.combine(row.on, row.at)
            assert row.starts_at == series.truth[row.key]
            assert shown(row.starts_at, row.zone) == local
            if row.state != Meeting.State.MOVED:
                assert row.at == series.told.at


def test_page_and_letter_say_that_instant(batch: list[Series]) -> None:
    for number, series in enumerate(batch):
        reader = ZONES[(number * 7) % len(ZONES)]
        here, there = ZoneInfo(reader), ZoneInfo(series.told.zone)
        for row in series.in_calendar:
            truth = series.truth[row.key]
            page = spoken(row.starts_at, there, now=NOW, reader=here)
            letter = spoken(row.starts_at, there, now=NOW)
            assert _read(page, there) == _read(letter, there) == shown(truth, row.zone)
            own = re.search(r"\((.*) for you\)", page)
            if own is None:
                assert shown(truth, reader) == shown(truth, row.zone)
            else:
                assert _read(own[1], here, on=shown(truth, row.zone)) == shown(truth, reader)


def _read(words: str, zone: ZoneInfo, on: datetime | None = None) -> datetime:
    """A moment as a person reads it: a day without a year is in this year."""
    found = re.match(r"(?:(\w{3}) (\d+) (\w{3})(?: (\d{4}))?, )?(\d\d):(\d\d)", words)
    assert found, words
    weekday, day, month, year, hour, minute = found.groups()
    if not day:
        assert on is not None, words
        return datetime.combine(on.date(), time(int(hour), int(minute)))
    said = date(int(year or NOW.astimezone(zone).year), MONTHS.index(month) + 1, int(day))
    assert f"{said:%a}" == weekday
    return datetime.combine(said, time(int(hour), int(minute)))


def test_a_listing_says_the_same_day_and_hour_and_only_of_weekly_rules(
    batch: list[Series],
) -> None:
    weekly = 0
    for series in batch:
        rule = series.schedule
        if not feed.is_weekly(rule):
            continue
        weekly += 1
        told = {((day + 1) % 7, rule.at) for day in feed.days(rule)}  # from Sunday, as it counts
        real = [timetables.instant(local, rule.zone) for local, _at in series.made]
        walls = [shown(at, rule.zone) for at in real]
        assert walls == [local for local, _at in series.made]
        assert {(at.isoweekday() % 7, at.time()) for at in walls} <= told
        if len(walls) > 20:
            assert {at.isoweekday() % 7 for at in walls} == {day for day, _at in told}
            days = [datetime.combine(day, rule.at) for day in timetables.dates(series.told)]
            skipped = {day for day in days if not timetables.instants(day, rule.zone)}
            apart = {(b.date() - a.date()).days for a, b in pairwise(sorted({*walls, *skipped}))}
            assert max(apart) <= 7
    assert weekly > 50 or len(batch) < A_BATCH


def test_python_readers_find_the_same_instants_in_the_calendar(batch: list[Series]) -> None:
    for number, series in enumerate(batch):
        truth = _truth(series)
        strange = Calendar.from_ical(_written(series, f"Strange-{id(batch)}-{number}"))
        assert _by_icalendar(strange) == truth, series.told
        if number % 5 == 0:  # with the zones that the reader knows by itself
            assert _by_icalendar(Calendar.from_ical(_written(series))) == truth, series.told
            assert _by_recurring_events(strange, series.told) == truth, series.told


def _by_icalendar(read: Any) -> set[Told]:
    return {_told(event) for event in read.walk("VEVENT")}


def _by_recurring_events(read: Any, told: Timetable) -> set[Told]:
    a_month = timedelta(days=31)
    query = recurring_ical_events.of(read, components=["VEVENT"])
    found = [_told(event) for event in query.between(told.begins - a_month, told.ends + a_month)]
    assert len(found) == len(set(found))
    return set(found)


def _told(event: Any) -> Told:
    return (
        str(event["UID"]),
        event["DTSTART"].dt.astimezone(UTC),
        event["DTEND"].dt.astimezone(UTC),
        event["STATUS"] == "CANCELLED",
        int(event["SEQUENCE"]),
    )


@pytest.mark.skipif(not has_ical_js(), reason="no ical.js: npm ci --ignore-scripts")
def test_ical_js_finds_the_same_instants_by_our_own_zones_alone(batch: list[Series]) -> None:
    written = [_written(series, f"Strange-{number}") for number, series in enumerate(batch)]
    for series, found in zip(batch, by_ical_js(written), strict=True):
        read = {
            (
                each["uid"],
                datetime.fromtimestamp(each["starts"], UTC),
                datetime.fromtimestamp(each["ends"], UTC),
                each["status"] == "CANCELLED",
                each["sequence"],
            )
            for each in found
        }
        assert read == _truth(series), series.told


@pytest.mark.skipif(not CASES.exists(), reason=f"{CASES} is not here")
def test_four_hundred_rules_of_others_agree() -> None:
    cases = json.loads(CASES.read_text())
    assert [_agrees(**case) for case in cases] == [True] * 400


def _agrees(rrule: str, tz: str, dtstart: str, instances_utc: list[str]) -> bool:
    said = dict(part.split("=") for part in rrule.split(";"))
    start = datetime.strptime(dtstart, "%Y%m%dT%H%M%S")  # noqa: DTZ007
    days = said.get("BYDAY", "")
    rule = recurrence.Rule(
        start=start,
        frequency=said["FREQ"].lower(),
        interval=int(said.get("INTERVAL", 1)),
        days=tuple(recurrence.parse_day(day) for day in days.split(",") if day),
        count=int(said["COUNT"]),
    )
    far = start + timedelta(days=20_000)
    local = recurrence.local_times(rule, after=start, before=far)
    found = [f"{recurrence.instant(at, tz):%Y%m%dT%H%M%SZ}" for at in local]
    return found == instances_utc


# Written by hand from the law of each place: when the clocks were or will be set, and how far.
BY_HAND = (
    # London goes forward on 29 March 2026: Sundays at 18:30
    ("Europe/London", "SU", "18:30", date(2026, 3, 22), ["22 18:30", "29 17:30"]),
    # New York back on 1 November 2026: Saturdays and Sundays at half past six in the evening
    ("America/New_York", "SA SU", "18:30", date(2026, 10, 31), ["31 22:30", "1 23:30", "7 23:30"]),
    # Lord Howe moves by half an hour, forward on 4 October 2026
    ("Australia/Lord_Howe", "SA SU", "12:00", date(2026, 10, 3), ["3 01:30", "4 01:00"]),
    # Morocco goes back for Ramadan on 15 February 2026, and forward on 22 March
    ("Africa/Casablanca", "SA SU", "19:00", date(2026, 2, 14), ["14 18:00", "15 19:00"]),
    ("Africa/Casablanca", "SA SU", "19:00", date(2026, 3, 21), ["21 19:00", "22 18:00"]),
    # Egypt goes forward on the night to Friday, 24 April 2026
    ("Africa/Cairo", "TH FR", "20:00", date(2026, 4, 23), ["23 18:00", "24 17:00"]),
    # Samoa had no Friday, 30 December 2011
    ("Pacific/Apia", "TH SA", "10:00", date(2011, 12, 29), ["29 20:00", "30 20:00"]),
    # Chatham is three quarters of an hour off, and back on 5 April 2026
    ("Pacific/Chatham", "SA SU", "12:00", date(2026, 4, 4), ["3 22:15", "4 23:15"]),
    # Chile goes back on 5 April 2026 (on Saturday at midnight)
    ("America/Santiago", "SA SU", "21:00", date(2026, 4, 4), ["5 00:00", "6 01:00"]),
    # Nepal never moves
    ("Asia/Kathmandu", "MO", "07:00", date(2026, 3, 23), ["23 01:15", "30 01:15"]),
)


@pytest.mark.parametrize(("zone", "days", "at", "first_on", "expected"), BY_HAND)
def test_weeks_of_a_clock_change_counted_by_hand(
    zone: str, days: str, at: str, first_on: date, expected: list[str]
) -> None:
    schedule = Schedule(
        zone=zone, first_on=first_on, at=time.fromisoformat(at), frequency="weekly",
        byday=days.split(), count=len(expected),
    )  # fmt: skip
    since = datetime.combine(first_on, time(), UTC) - timedelta(days=2)
    rows = occurrences(schedule, after=since, until=since + timedelta(days=30))
    found = [row.starts_at for row in rows]
    assert [f"{moment.day} {moment:%H:%M}" for moment in found] == expected


def test_every_zone_of_the_world_is_read_back_as_it_is() -> None:
    """Every zone there is, twenty-six years of it, by the reader that icalendar uses."""
    dice, began = random.Random("every zone"), datetime.combine(date(2008, 1, 1), time())
    for zone in sorted(timetables.every_zone()):
        read: Any = tzical(StringIO("\r\n".join(vtimezone(zone, 2008, 2034)))).get()
        for _ in range(12):
            local = began + timedelta(minutes=dice.randrange(27 * 365 * 1440))
            there = timetables.instants(local, zone)
            if len(there) == 1:
                found = local.replace(tzinfo=read).astimezone(UTC)
                assert found == there[0], (zone, local)
