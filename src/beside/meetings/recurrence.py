"""When a schedule meets: the small grammar of support groups. Pure.

Rules are counted on the wall clock of the venue and only then turned into instants, so that 18:30
stays 18:30 when the clocks change (RFC 5545 §3.3.10, restricted to DAILY, WEEKLY with days, and
MONTHLY with one nth weekday).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from dateutil import rrule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES: dict[str, Literal[1, 2, 3]] = {
    "daily": rrule.DAILY,
    "weekly": rrule.WEEKLY,
    "monthly": rrule.MONTHLY,
}


def parse_day(words: str) -> tuple[int, int]:
    """ "TU" is (1, 0), "2TU" is (1, 2), "-1SU" is (6, -1). Raises ValueError for anything else."""
    nth = words[:-2]
    return DAYS.index(words[-2:]), int(nth) if nth else 0


_STEPS = {"daily": timedelta(days=1), "weekly": timedelta(weeks=1)}


class Said(Protocol):
    """What has a rule: a schedule, or a wish for one."""

    @property
    def first_on(self) -> date: ...
    @property
    def at(self) -> time: ...
    @property
    def frequency(self) -> str: ...
    @property
    def interval(self) -> int: ...
    @property
    def byday(self) -> Sequence[str]: ...
    @property
    def until(self) -> date | None: ...
    @property
    def count(self) -> int | None: ...


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`days` are (weekday, nth): 0 is Monday; nth is 0 for every one, or 1…4, -1 for the last.

    `start` is the naive local time of the first meeting; `until` the last local day.
    """

    start: datetime
    frequency: str  # once, daily, weekly, monthly
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    until: date | None = None
    count: int | None = None

    @classmethod
    def of(cls, said: Said) -> Rule:
        """What a schedule, or somebody's wish for one, says; its `byday` are "TU" or "2TU"."""
        return cls(
            start=datetime.combine(said.first_on, said.at),
            frequency=said.frequency,
            interval=said.interval,
            days=tuple(parse_day(day) for day in said.byday),
            until=said.until,
            count=said.count,
        )


def local_times(rule: Rule, *, after: datetime, before: datetime) -> Iterator[datetime]:
    """The naive local starts in [after, before), both naive local too, in order."""
    if rule.frequency == "once":
        if after <= rule.start < before:
            yield rule.start
        return
    weekdays = [rrule.weekday(day, nth) if nth else rrule.weekday(day) for day, nth in rule.days]
    last = datetime.combine(rule.until, datetime.max.time()) if rule.until else None
    series = rrule.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=_near(rule, after),
        interval=rule.interval,
        byweekday=weekdays or None,
        until=last,
        count=rule.count,
    )
    for moment in series.xafter(after - timedelta(microseconds=1), inc=False):
        if moment >= before:
            return
        yield moment


def _near(rule: Rule, after: datetime) -> datetime:
    """A start of the same rhythm at least one step before `after`, so that no years are counted.

    The rule's own where it is counted how often, or where none is nearer.
    """
    if rule.count is not None or after <= rule.start:
        return rule.start
    if rule.frequency in _STEPS:
        step = rule.interval * _STEPS[rule.frequency]
        return rule.start + max(0, (after - rule.start) // step - 1) * step
    months = 12 * (after.year - rule.start.year) + after.month - rule.start.month
    steps = months // rule.interval - 1
    if steps < 1 or not rule.days:
        return rule.start
    years, month = divmod(rule.start.month - 1 + steps * rule.interval, 12)
    return rule.start.replace(year=rule.start.year + years, month=month + 1, day=1)


def first(rule: Rule) -> datetime | None:
    """The first local start that the rule really has on or after its own start."""
    far = rule.start + timedelta(days=800)
    return next(local_times(rule, after=rule.start, before=far), None)


def exists(local: datetime, zone: str) -> bool:
    """Whether the clocks of `zone` ever show this local time (they skip an hour in spring)."""
    here = local.replace(tzinfo=ZoneInfo(zone))
    return here.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


def instant(local: datetime, zone: str) -> datetime:
    """The instant, in UTC, at which the clocks of `zone` show the naive `local`.

    A time shown twice in autumn means the first of the two; a time skipped in spring is counted
    with the offset before the change (PEP 495, fold=0).
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def snapped(rule: Rule) -> Rule | None:
    """The rule beginning with a day it really has; None when it has none within two years."""
    start = first(rule)
    return replace(rule, start=start) if start else None


def twice(local: datetime, zone: str) -> bool:
    """Whether the clocks of `zone` show this local time two times (they go back in autumn)."""
    here = local.replace(tzinfo=ZoneInfo(zone))
    return exists(local, zone) and here.utcoffset() != here.replace(fold=1).utcoffset()


def same_clock(one: str, other: str, day: date) -> bool:
    """Whether the clocks of two zones show the same, on this day and half a year later."""
    noons = [datetime.combine(day + half, time(12)) for half in (timedelta(), timedelta(days=182))]
    return all(instant(noon, one) == instant(noon, other) for noon in noons)


@dataclass(frozen=True)
class Change:
    """A meeting that would fall into a change of the clocks: its hour is not there, or twice."""

    local: datetime
    there: bool


def changes(rule: Rule, zone: str, *, before: datetime) -> Iterator[Change]:
    """The meetings until `before` (naive local) whose hour the clocks skip, or show two times."""
    for local in local_times(rule, after=rule.start, before=before):
        if not exists(local, zone):
            yield Change(local, there=False)
        elif twice(local, zone):
            yield Change(local, there=True)


NEAR = timedelta(days=3)


def pairs(old: Sequence[date], new: Sequence[date]) -> dict[date, date]:
    """Which old day becomes which new one when a rule changes: the same day, else the nearest.

    Nothing moves further than three days, and no two meet on one day.
    """
    found = {day: day for day in old if day in set(new)}
    free = [day for day in new if day not in found]
    near = sorted(
        (abs(after - before), before, after)
        for before in old
        if before not in found
        for after in free
        if abs(after - before) <= NEAR
    )
    given: set[date] = set()
    for _far, before, after in near:
        if before not in found and after not in given:
            found[before] = after
            given.add(after)
    return found
