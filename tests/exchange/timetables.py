"""Random timetables, and when they meet by plain arithmetic on dates: nothing of ours counts here.

The only foreign knowledge is `zoneinfo`, asked in the one direction that is never ambiguous: which
time the clocks of a zone show at an instant.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Africa/Johannesburg",
    "America/Asuncion",
    "America/Caracas",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Phoenix",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Norfolk",
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIVE_YEARS = 5 * 365 + 1
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Timetable:
    """A rule in the words of `meetings.Schedule`, looked at for five years from `first_on`."""

    zone: str
    first_on: date
    at: time
    minutes: int
    frequency: str
    interval: int
    byday: tuple[str, ...]
    until: date | None
    count: int | None

    @property
    def begins(self) -> datetime:
        """Where the five years begin, in UTC: before the first meeting in any zone."""
        return datetime.combine(self.first_on, time(), UTC) - 2 * A_DAY

    @property
    def ends(self) -> datetime:
        """Where they end, in UTC."""
        return self.begins + FIVE_YEARS * A_DAY


def invent(dice: random.Random, zone: str) -> Timetable:
    """Some support group somewhere: mostly evenings, often at the hours when clocks change."""
    frequency = dice.choice(("weekly", "weekly", "weekly", "monthly", "monthly", "daily", "once"))
    begins = date(dice.randint(2008, 2029), dice.randint(1, 12), dice.randint(1, 28))
    night = dice.random() < 0.4
    at = time(dice.choice((0, 1, 2, 3, 23)) if night else dice.randint(6, 22), dice.choice((0, 30)))
    interval, byday = 1, ()
    until = count = None
    if frequency == "weekly":
        interval = dice.choice((1, 1, 1, 2, 3, 4))
        byday = tuple(dice.sample(DAYS, dice.choice((1, 1, 1, 2, 3))))
        if dice.random() < 0.2:
            count = dice.randint(1, 60)
    elif frequency == "monthly":
        interval = dice.choice((1, 1, 1, 2, 3))
        byday = (f"{dice.choice((1, 2, 3, 4, -1))}{dice.choice(DAYS)}",)
    elif frequency == "daily":
        interval, count = dice.choice((1, 1, 2)), dice.randint(7, 21)
    if count is None and dice.random() < 0.2:
        until = begins + timedelta(days=dice.randint(40, FIVE_YEARS))
    told = Timetable(
        zone, begins, at, dice.choice((30, 45, 60, 75, 90, 120, 180)),
        frequency, interval, byday, until, count,
    )  # fmt: skip
    first = next(day for day in _days_from(begins) if _fits(told, begins, day))
    return Timetable(**{**told.__dict__, "first_on": first})


def dates(told: Timetable) -> Iterator[date]:
    """The days, where the group is, on which it meets; counted day by day."""
    met = 0
    for day in _days_from(told.first_on):
        over = told.until is not None and day > told.until
        if over or (told.count is not None and met == told.count):
            return
        if day > told.first_on + timedelta(days=FIVE_YEARS):
            return
        if _fits(told, told.first_on, day):
            met += 1
            yield day


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += A_DAY


def _fits(told: Timetable, first: date, day: date) -> bool:
    if told.frequency == "once":
        return day == first
    if told.frequency == "daily":
        return (day - first).days % told.interval == 0
    if told.frequency == "weekly":
        weeks = ((day - timedelta(day.weekday())) - (first - timedelta(first.weekday()))).days // 7
        return weeks % told.interval == 0 and DAYS[day.weekday()] in told.byday
    months = (day.year - first.year) * 12 + day.month - first.month
    words = told.byday[0]
    if months % told.interval or DAYS[day.weekday()] != words[-2:]:
        return False
    if words.startswith("-"):
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == int(words[0])


def instants(local: datetime, zone: str) -> list[datetime]:
    """Every instant, in UTC, at which the clocks of `zone` show `local`: none, one or two."""
    here, as_utc = ZoneInfo(zone), local.replace(tzinfo=UTC)
    offsets = {(as_utc + shift).astimezone(here).utcoffset() for shift in (-A_DAY, A_DAY)}
    found = {as_utc - offset for offset in offsets if offset is not None}
    return sorted(at for at in found if at.astimezone(here).replace(tzinfo=None) == local)


def instant(local: datetime, zone: str) -> datetime:
    """The first of them, in UTC. Raises IndexError where the clocks never show that time."""
    return instants(local, zone)[0]


def shown(at: datetime, zone: str) -> datetime:
    """What the clocks of `zone` show at an instant."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def near_a_change(at: datetime, zone: str) -> bool:
    """Whether the clocks of `zone` are set within two days of an instant."""
    here = ZoneInfo(zone)
    return (at - 2 * A_DAY).astimezone(here).utcoffset() != (at + 2 * A_DAY).astimezone(
        here
    ).utcoffset()


def every_zone() -> set[str]:
    """Every name of a zone, but those of files that are no places."""
    return {
        zone
        for zone in available_timezones()
        if zone not in {"Factory", "localtime"} and not zone.startswith(("posix", "right"))
    }
