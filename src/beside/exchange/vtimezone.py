"""A zone's clock changes as a VTIMEZONE (RFC 5545 §3.6.5) that every reader understands. Pure.

Calendars in the field know zones by their IANA name or not at all; the second kind trusts what
stands here. Where the zone's own rule (the POSIX TZ string at the end of its file, RFC 9636)
tells the wanted years, it becomes an RRULE. Every other change is an observance of its own: some
readers see only the first value of a list of RDATEs.
"""

from __future__ import annotations

import re
import struct
import zoneinfo
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")  # as POSIX counts them
_LONG_AGO = "19700101T000000"
_A_DAY = 24 * 3600
_HEADER = struct.Struct(">4sc15x6I")
_NAME = r"(<[A-Za-z0-9+-]+>|[A-Za-z]+)"
_OFFSET = r"([+-]?\d+(?::\d+){0,2})"
_POSIX = re.compile(rf"{_NAME}{_OFFSET}(?:{_NAME}{_OFFSET}?(?:,([^,]+),([^,]+))?)?")


@dataclass(frozen=True)
class Change:
    """The clocks of a zone are set at `at` (Unix seconds), from one offset to another (seconds).

    `summer` is whether they go forward for a season. The files' own mark does not say that: those
    of Dublin and Casablanca mark the winter.
    """

    at: int
    before: int
    after: int
    name: str
    summer: bool
    rule: Rule | None = None

    @property
    def onset(self) -> datetime:
        """The naive local time at which it happens, on the clock as it was before."""
        return datetime.fromtimestamp(self.at + self.before, UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Rule:
    """A yearly day and time of day (seconds; also negative or past midnight), as POSIX has it."""

    month: int  # 0: `day` counts from the year's beginning
    week: int
    day: int
    seconds: int
    leaps: bool = True  # whether 29 February is counted, where `day` counts days

    @classmethod
    def read(cls, words: str) -> Rule:
        """From "M3.5.0/1", "J60" or "59"."""
        told, _slash, at = words.partition("/")
        seconds = _seconds(at) if at else 2 * 3600
        if told.startswith("M"):
            month, week, day = (int(each) for each in told[1:].split("."))
            return cls(month, week, day, seconds)
        if told.startswith("J"):
            return cls(0, 0, int(told[1:]) - 1, seconds, leaps=False)
        return cls(0, 0, int(told), seconds)

    def in_year(self, year: int) -> int:
        """Its day and time in that year, in seconds as if local time were UTC."""
        begins = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
        if self.month:
            return begins + (self._nth(year) - date(year, 1, 1)).days * _A_DAY + self.seconds
        leap = monthrange(year, 2)[1] == 29
        days = self.day + (1 if leap and not self.leaps and self.day >= 59 else 0)
        return begins + days * _A_DAY + self.seconds

    def _nth(self, year: int) -> date:
        first = date(year, self.month, 1)
        found = 1 + (self.day - first.isoweekday()) % 7 + 7 * (self.week - 1)
        while found > monthrange(year, self.month)[1]:
            found -= 7
        return date(year, self.month, found)

    @property
    def rrule(self) -> str | None:
        """The same in a calendar's words; None where it has no plain ones."""
        if not self.month or not 0 <= self.seconds < _A_DAY:
            return None
        week = -1 if self.week == 5 else self.week
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={week}{DAYS[self.day]}"


@dataclass(frozen=True)
class Tail:
    """What holds after the last change that a zone's file lists one by one."""

    standard: tuple[str, int]
    summer: tuple[str, int] | None = None
    begins: Rule | None = None
    ends: Rule | None = None

    @classmethod
    def read(cls, words: str) -> Tail:
        """From a POSIX TZ string, "GMT0BST,M3.5.0/1,M10.5.0". Raises ValueError for others."""
        found = _POSIX.fullmatch(words)
        if found is None:
            raise ValueError(words)
        name, offset, other, other_offset, begins, ends = found.groups()
        standard = -_seconds(offset)
        if not other or not begins:
            return cls((name.strip("<>"), standard))
        summer = -_seconds(other_offset) if other_offset else standard + 3600
        told = (Rule.read(begins), Rule.read(ends))
        return cls((name.strip("<>"), standard), (other.strip("<>"), summer), *told)

    def changes(self, years: range) -> list[Change]:
        """What it says of these years, in order."""
        if self.summer is None or self.begins is None or self.ends is None:
            return []
        (winter_name, winter), (summer_name, summer) = self.standard, self.summer
        found = []
        for year in years:
            to, back = self.begins.in_year(year) - winter, self.ends.in_year(year) - summer
            found.append(Change(to, winter, summer, summer_name, summer > winter, self.begins))
            found.append(Change(back, summer, winter, winter_name, winter > summer, self.ends))
        return sorted(found, key=lambda change: change.at)


@lru_cache(maxsize=256)
def vtimezone(zone: str, first: int, last: int) -> tuple[str, ...]:
    """The lines of a VTIMEZONE for `zone` that is right from year `first` to year `last`.

    Raises zoneinfo.ZoneInfoNotFoundError or ValueError for a name that is no zone.
    """
    known, tail = _read(zone)
    since = int(datetime(first, 1, 1, tzinfo=UTC).timestamp()) - 2 * _A_DAY
    until = int(datetime(last + 1, 1, 1, tzinfo=UTC).timestamp()) + 2 * _A_DAY
    told = tail.changes(range(first - 1, last + 2))
    end = known[-1].at if known else since - 1
    every = known + [change for change in told if change.at > end]
    before = [change for change in every if change.at < since]
    within = [change for change in every if since <= change.at < until]
    ruled = _as_ruled(within, [change for change in told if since <= change.at < until])
    lines = [f"TZID:{zone}", *_in_force(before, within, tail)]
    written: set[Rule] = set()
    for change in (*within[: len(within) - len(ruled)], *ruled):
        if change.rule is not None and change.rule.rrule:
            if change.rule in written:
                continue
            written.add(change.rule)
        lines += _observance(change)
    return ("BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE")


def _as_ruled(within: list[Change], told: list[Change]) -> list[Change]:
    """The last of the changes, as many as follow the zone's own rule without a gap."""
    ruled: list[Change] = []
    for real, rule in zip(reversed(within), reversed(told), strict=False):
        if (real.at, real.before, real.after) != (rule.at, rule.before, rule.after):
            break
        ruled.insert(0, rule)
    return ruled


def _in_force(before: list[Change], within: list[Change], tail: Tail) -> Iterator[str]:
    """What the clocks show when the wanted years begin."""
    if before and within:
        # Without its rule: what it says of later years is said by observances of their own.
        yield from _observance(replace(before[-1], rule=None))
        return
    name, offset = (before[-1].name, before[-1].after) if before else tail.standard
    offset = within[0].before if within else offset
    yield from _lines("STANDARD", _LONG_AGO, offset, offset, name)


def _observance(change: Change) -> Iterator[str]:
    kind = "DAYLIGHT" if change.summer else "STANDARD"
    onset = f"{change.onset:%Y%m%dT%H%M%S}"
    rule = change.rule.rrule if change.rule else None
    yield from _lines(kind, onset, change.before, change.after, change.name, rule)


def _lines(
    kind: str, onset: str, before: int, after: int, name: str, rule: str | None = None
) -> Iterator[str]:
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{onset}"
    if rule:
        yield f"RRULE:{rule}"
    yield f"TZOFFSETFROM:{_offset(before)}"
    yield f"TZOFFSETTO:{_offset(after)}"
    yield f"TZNAME:{name}"
    yield f"END:{kind}"


def _offset(seconds: int) -> str:
    minutes, rest = divmod(abs(seconds), 60)
    shown = f"{'-' if seconds < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"
    return f"{shown}{rest:02}" if rest else shown


def _seconds(words: str) -> int:
    """ "-3:30" in seconds."""
    parts = [int(each) for each in words.lstrip("+-").split(":")]
    total = sum(part * size for part, size in zip(parts, (3600, 60, 1), strict=False))
    return -total if words.startswith("-") else total


def _file(zone: str) -> bytes:
    """The zone's file: where `zoneinfo` itself looks for it, in the same order."""
    zoneinfo.ZoneInfo(zone)  # refuses what is no zone, or would lead out of the folder
    for folder in zoneinfo.TZPATH:
        path = Path(folder, zone)
        if path.is_file():
            return path.read_bytes()
    return files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()


@lru_cache(maxsize=256)
def _read(zone: str) -> tuple[list[Change], Tail]:
    """Every change that a zone's file (TZif, version 2 or later) lists, and what holds after."""
    octets = _file(zone)
    start = _data_block(octets, 0, 4)[1]
    (times, types, signs, _more), end = _data_block(octets, start, 8)
    at = start + _HEADER.size
    moments = struct.unpack_from(f">{times}q", octets, at)
    kinds = struct.unpack_from(f">{times}B", octets, at + times * 8)
    told = list(struct.iter_unpack(">iBB", octets[at + times * 9 : at + times * 9 + types * 6]))
    names = octets[at + times * 9 + types * 6 :][:signs]
    known = []
    offset, marked, _name = told[0]
    for moment, kind in zip(moments, kinds, strict=True):
        after, mark, name = told[kind]
        if after != offset:
            words = names[name : names.index(b"\0", name)].decode()
            season = after > offset and mark != marked
            known.append(Change(moment, offset, after, words, season))
        offset, marked = after, mark
    return known, Tail.read(octets[end:].decode().strip("\n"))


def _data_block(octets: bytes, at: int, width: int) -> tuple[tuple[int, int, int, int], int]:
    """How much stands in the block at `at`, and where it ends; `width` octets for an instant."""
    magic, version, utc, std, leaps, times, types, signs = _HEADER.unpack_from(octets, at)
    if magic != b"TZif" or version < b"2":
        raise ValueError("not a zone file of version 2 or later")
    size = times * (width + 1) + types * 6 + signs + leaps * (width + 4) + std + utc
    return (times, types, signs, leaps), at + _HEADER.size + size


def wall(moment: datetime, zone: str) -> datetime | None:
    """The naive local time of an instant, or None where the clocks show that time twice."""
    here = moment.astimezone(zoneinfo.ZoneInfo(zone))
    other = here.replace(fold=1 - here.fold)
    twice = here.utcoffset() != other.utcoffset()
    return None if twice else here.replace(tzinfo=None)


def years_of(first: datetime, last: datetime) -> tuple[int, int]:
    """The years, in any zone, that the instants from `first` to `last` may fall in."""
    a_day = timedelta(days=1)
    return (first.astimezone(UTC) - a_day).year, (last.astimezone(UTC) + a_day).year
