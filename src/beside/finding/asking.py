"""What the database answers for all groups that fit: how many, and the keys of one page.

It says what `matching.find` says, in the same order, so that thousands of groups never leave the
database. Tests hold both against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from beside.finding.matching import (
    EARTH,
    IN_A_ROOM,
    NEWCOMERS,
    NO_NAME,
    WELLNESS,
    WRITING,
    Wish,
    around,
    part_of,
)
from beside.kernel import clock

AHEAD = timedelta(days=36)  # so that whoever meets once a month has a next meeting

# The next meeting of an occasion behind a moment: `starts` is in order, so that it is looked up and
# not searched for.
ROWS = """select o.group_id, o.key, o.way, o.group_ways, o.access, o.experiences, o.safety, o.ours,
    o.starts[width_bucket(%(since_{number})s::timestamptz, o.starts) + 1] as next, {near} as near
    from finding_occasion o {there} where {is_for}"""
# How far is measured as the haversine of the angle, which grows with it: no root, no arc for each.
# "Offset 0" keeps the planner from counting it again for every condition.
THERE = """left join lateral (
    select sin(radians(o.latitude - %(lat)s) / 2) ^ 2 + cos(radians(%(lat)s))
        * cos(radians(o.latitude)) * sin(radians(o.longitude - %(lng)s) / 2) ^ 2 as far
    where {box} offset 0
) there on true"""
BOX = """o.latitude between %(south)s and %(north)s
    and o.longitude between %(west)s and %(east)s"""
NEAR = "case when far <= %(close)s then 2 when far <= %(far)s then 1 else 0 end"
ANSWERS = """from ({rows}) o {join} lateral (
    select o.next, o.near where {meets} offset 0
) m on true where {or_any_time}"""
PAGE = """with fit as materialized (
    select distinct on (o.group_id) o.key collate "C" as key, {fit} as fit,
        coalesce(m.next, 'infinity') as next {answers} order by o.group_id, m.next)
select (select count(*) from fit), array(
    select key from fit {behind} order by -fit, next, key limit %(most)s)"""
BEHIND = """where coalesce(
    (-fit, next, key) > (select -fit, next, key from fit where key = %(after)s), true)"""
COUNT = "select count(distinct o.group_id) {answers}"


@dataclass
class Asking:
    """The questions of one look, at one moment, on the clock of `zone`."""

    zone: ZoneInfo
    now: datetime = field(default_factory=clock.now)

    def page(self, wish: Wish, after: str, most: int) -> tuple[int, list[str]]:
        """How many groups fit, and the keys of at most `most` that stand behind the key `after`.

        Where that key stands no more, the list begins again.
        """
        count, keys = self._ask(PAGE, wish, after=after, most=most)
        return count, keys

    def count(self, wish: Wish) -> int:
        """How many groups fit."""
        found: int = self._ask(COUNT, wish)[0]
        return found

    def _ask(self, asked: str, wish: Wish, **more: Any) -> tuple[Any, ...]:
        since = instants(self.zone, self.now)
        told = _told(wish, self.now) | {f"since_{n}": each for n, each in enumerate(since)} | more
        answers = ANSWERS.format(
            rows=" union all ".join(_rows(wish, number) for number in range(len(since))),
            join="left join" if wish.any_time else "join",
            meets=_meets(wish, local_time(self.zone, self.now, self.now + AHEAD)),
            or_any_time=f"m.next is not null or ({_any_time(wish)})" if wish.any_time else "true",
        )
        behind = BEHIND if more.get("after") else ""
        with connection.cursor() as cursor:
            cursor.execute(asked.format(answers=answers, fit=_fit(wish), behind=behind), told)
            found: tuple[Any, ...] = cursor.fetchone()
        return found


def instants(zone: ZoneInfo, now: datetime) -> list[datetime]:
    """Behind which moments the next meeting of an occasion is looked for: now, and each change of
    the visitor's clock to come, from which on it may be in another part of their day."""
    just_before = timedelta(microseconds=1)
    return [now, *(change - just_before for change, _ in _changes(zone, now, now + AHEAD))]


def _rows(wish: Wish, number: int) -> str:
    return ROWS.format(
        number=number,
        near=NEAR if wish.point else "0",
        there=THERE.format(box=BOX) if wish.point else "",
        is_for=" and ".join(_is_for(wish)),
    )


def _fit(wish: Wish) -> str:
    """As `matching` counts it: what is shared, then our own, then near, then at that time."""
    own = "4 * o.ours::int + coalesce(m.near, 0)"
    timed = " + (m.next is not null)::int" if wish.days or wish.parts else ""
    shared = [f"(%(e_{each})s = any(o.experiences))" for each in _named(wish)]
    if NO_NAME in wish.experiences:
        shared.append(_NO_NAME)
    return own + timed + "".join(f" + 8 * {each}::int" for each in shared)


def _named(wish: Wish) -> list[str]:
    return sorted(wish.experiences - {NO_NAME})


_NO_NAME = (
    f"('{NO_NAME}' = any(o.experiences) or '{WELLNESS}' = any(o.experiences)"
    f" or '{NEWCOMERS}' = any(o.safety))"
)


def _meets(wish: Wish, local: str) -> str:
    """Which meetings answer when, how and where; `local` is what the visitor's clock shows."""
    said = ["o.next < %(ahead)s"]
    if wish.kinds:
        said.append("o.way = any(%(kinds)s)")
    if wish.days:
        said.append(f"date_part('isodow', {local}) = any(%(days)s::float8[])")
    if wish.parts:
        said.append(f"date_part('hour', {local}) = any(%(hours)s::float8[])")
    if _must_be_near(wish):
        said.append("o.near > 0")
    elif wish.point:
        said.append("(o.near > 0 or o.way <> all(%(rooms)s))")
    return " and ".join(said)


def _must_be_near(wish: Wish) -> bool:
    """Whether nothing but a room nearby would do."""
    return wish.point is not None and bool(wish.kinds) and wish.kinds <= IN_A_ROOM


def _is_for(wish: Wish) -> list[str]:
    """What and whom a group is for, and the access that it or the venue offers."""
    said = ["true"]
    if wish.experiences:
        named = "o.experiences && %(named)s::varchar[]"
        said.append(f"({named} or {_NO_NAME})" if NO_NAME in wish.experiences else named)
    if wish.languages:
        said.append("o.languages && %(languages)s::varchar[]")
    if wish.safety:
        said.append("o.safety @> %(safety)s::varchar[]")
    if wish.access:
        said.append("o.offers @> %(access)s::varchar[]")
    if _must_be_near(wish):
        said.append(BOX)
    return said


def _any_time(wish: Wish) -> str:
    """Whether it can be joined without a date: in writing, or by appointment."""
    ways = []
    if not wish.ways or WRITING in wish.ways:
        ways.append(f"'{WRITING}' = any(o.group_ways)")
    if not {"days", "parts", "point"} & set(wish.says):
        ways.append("o.group_ways && %(kinds)s::varchar[]" if wish.ways else "true")
    access = "o.access @> %(access)s::varchar[] and " if wish.access else ""
    return f"{access}({' or '.join(ways) or 'false'})"


def _told(wish: Wish, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ahead": now + AHEAD, "named": _named(wish), **{f"e_{each}": each for each in _named(wish)},
        "kinds": sorted(wish.kinds), "days": [day + 1 for day in sorted(wish.days)],
        "hours": [hour for hour in range(24) if part_of(hour) in wish.parts],
        "languages": sorted(wish.languages), "safety": sorted(wish.safety),
        "access": sorted(wish.access), "rooms": _rooms(wish),
    }  # fmt: skip
    if wish.point:
        box = around(wish.point, wish.km)
        told |= {
            "lat": wish.point[0], "lng": wish.point[1],
            "far": _angle(wish.km), "close": _angle(wish.km / 3),
            "south": box.south, "north": box.north, "west": box.west, "east": box.east,
        }  # fmt: skip
    return told


def _angle(km: float) -> float:
    """The haversine of the angle that a distance spans on the earth."""
    return math.sin(km / EARTH / 2) ** 2


def local_time(zone: ZoneInfo, begin: datetime, end: datetime) -> str:
    """What a clock in `zone` shows at `o.next`, for moments between the two (aware).

    PostgreSQL looks a zone's name up again for every row, which takes longer than all the rest; an
    offset is only added. So it is told the offsets, and when the clocks change in between.
    """
    words = "".join(
        f" when o.next < timestamptz '{change:%Y-%m-%d %H:%M:%S}+00' then interval '{offset} s'"
        for change, offset in _changes(zone, begin, end)
    )
    last = f"interval '{_offset(zone, end)} s'"
    return f"o.next at time zone {f'(case{words} else {last} end)' if words else last}"


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> list[tuple[datetime, int]]:
    """When a clock in `zone` changes between two moments (aware), with its offset until then."""
    found, before = [], begin.astimezone(UTC)
    while before < end:
        after = min(before + timedelta(days=1), end)
        if _offset(zone, before) != _offset(zone, after):
            found.append((_change(zone, before, after), _offset(zone, before)))
        before = after
    return found


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    """Seconds ahead of universal time."""
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second (in UTC) at which a clock shows what it shows at `after`."""
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(zone, datetime.fromtimestamp(middle, UTC)) == _offset(zone, before)
        low, high = (middle, high) if same else (low, middle)
    return datetime.fromtimestamp(high, UTC)


def _rooms(wish: Wish) -> list[str]:
    """The ways one must travel for: a hybrid meeting is there as a call, for who would take one."""
    takes_calls = not wish.kinds or "call" in wish.kinds
    return sorted(IN_A_ROOM - ({"hybrid"} if takes_calls else set()))
