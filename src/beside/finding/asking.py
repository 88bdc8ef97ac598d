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
FEW = 1000  # venues whose meetings are looked up one by one; for more, all meetings are read
SOME = 1000  # groups that are named one by one
TWICE = timedelta(days=15)  # whoever meets every week meets twice, should one be cancelled

# Two ranges of one index. With "or" between them every meeting of five weeks would be read.
COMING = """(
    select group_id, starts_at, way, venue_id from meetings_meeting
    where {few} and state <> 'cancelled' and starts_at > %(now)s and starts_at < %(twice)s
    union all
    select group_id, starts_at, way, venue_id from meetings_meeting
    where {few} and state <> 'cancelled' and starts_at >= %(twice)s and starts_at < %(ahead)s
    and (schedule_id is null or schedule_id = any(%(seldom)s::bigint[]))
) m"""
# Where a door is public its exact point counts, else the rounded one of the venue's face. How far
# is measured as the haversine of the angle, which grows with it: no root and no arc for each.
NEAR = """box as materialized (
    select venue_id, case when far <= %(close)s then 2 else 1 end as near
    from (
        select venue_id, sin(radians(lat - %(lat)s) / 2) ^ 2
            + cos(radians(%(lat)s)) * cos(radians(lat)) * sin(radians(lng - %(lng)s) / 2) ^ 2 as far
        from (
            select d.venue_id, d.latitude as lat, d.longitude as lng from meetings_door d
            where d.public and d.latitude between %(south)s and %(north)s
            and d.longitude between %(west)s and %(east)s
            union all
            select v.id, v.latitude, v.longitude from meetings_venue v
            where v.latitude between %(south)s and %(north)s
            and v.longitude between %(west)s and %(east)s
            and not exists (select from meetings_door d where d.venue_id = v.id and d.public)
        ) points
    ) there where far <= %(far)s
), """
FITTING = """
    select {each} g.key collate "C" as key, {fit} as fit,
        coalesce(m.starts_at, 'infinity') as next
    from groups_group g {join} (
        select {first} m.group_id, m.starts_at, {near} as near, {offers} as offers
        from {coming} {places} where {meets} {soonest}
    ) m on m.group_id = g.id and {offered}
    where g.listed and g.closed_at is null and {is_for} {whose}"""
PAGE = """with {box}fit as materialized ({fitting})
select (select count(*) from fit), array(
    select f.key from fit f where coalesce(
        (-f.fit, f.next, f.key) > (select -fit, next, key from fit where key = %(after)s), true)
    order by -f.fit, f.next, f.key limit %(most)s)"""
GROUPS = """select array_agg(id)::text from (
    select g.id from groups_group g
    where g.listed and g.closed_at is null and {is_for} limit {few} + 1
) found having count(*) <= {few}"""
VENUES = """with {box}found as (select venue_id from box limit {few} + 1)
select array_agg(venue_id)::text from found having count(*) <= {few}"""
FEW_OF = {
    "only": "group_id = any(%(only)s::bigint[])",
    "there": "venue_id = any(%(there)s::bigint[])",
}
NONE = "{}"
HASHING = "set local enable_nestloop to off; set local enable_mergejoin to off"
AS_USUAL = "set local enable_nestloop to on; set local enable_mergejoin to on"
COUNT = "with {box}fit as materialized ({fitting}) select count(*) from fit"


@dataclass
class Asking:
    """The questions of one look, at one moment, on the clock of `zone`.

    `seldom` are the schedules that do not meet every week. What few groups or places a wish leaves
    is asked first and remembered, so that only their meetings are gone through.
    """

    zone: ZoneInfo
    seldom: list[int]
    now: datetime = field(default_factory=clock.now)
    _known: dict[Any, str | None] = field(default_factory=dict)

    def page(self, wish: Wish, after: str, most: int) -> tuple[int, list[str]]:
        """How many groups fit, and the keys of at most `most` that stand behind the key `after`.

        Where that key stands no more, the list begins again.
        """
        count, keys = self._ask(PAGE, wish, {"after": after, "most": most}) or (0, [])
        return count, keys

    def count(self, wish: Wish) -> int:
        """How many groups fit."""
        found = self._ask(COUNT, wish, {})
        return found[0] if found else 0

    def _ask(self, asked: str, wish: Wish, more: dict[str, Any]) -> tuple[Any, ...] | None:
        """One row, or None where nothing fits.

        The planner is told to join by hashing: where it cannot know how many groups or places
        there are it guesses one, and goes through all meetings for each.
        """
        told = _told(wish, self.seldom, self.now) | more
        told["only"], told["there"] = self._groups(wish, told), self._venues(wish, told)
        if NONE in (told["only"], told["there"]):
            return None
        box = NEAR if wish.point else ""
        few = [words for name, words in FEW_OF.items() if told[name] is not None]
        chosen = told["only"] is not None
        local = local_time(self.zone, self.now, self.now + AHEAD)
        words = asked.format(
            box=box, fitting=fitting(wish, " and ".join(few), local, chosen=chosen)
        )
        with connection.cursor() as cursor:
            cursor.execute(f"{HASHING}; {words}; {AS_USUAL}", told)
            cursor.nextset()
            cursor.nextset()
            found: tuple[Any, ...] = cursor.fetchone()
        return found

    def _groups(self, wish: Wish, told: dict[str, Any]) -> str | None:
        """The groups for what and whom the wish is, where they are few."""
        about = (wish.experiences, wish.languages, wish.safety)
        if not any(about):
            return None
        return self._few(about, GROUPS.format(is_for=" and ".join(_about(wish)), few=SOME), told)

    def _venues(self, wish: Wish, told: dict[str, Any]) -> str | None:
        """The venues that are near, where nothing but a room would do and they are few."""
        if not _must_be_near(wish):
            return None
        return self._few((wish.point, wish.km), VENUES.format(box=NEAR, few=FEW), told)

    def _few(self, name: Any, words: str, told: dict[str, Any]) -> str | None:
        """Numbers as PostgreSQL writes an array, so that thousands go back as they came."""
        if name not in self._known:
            with connection.cursor() as cursor:
                cursor.execute(words, told)
                row = cursor.fetchone()
            self._known[name] = (row[0] or NONE) if row else None
        return self._known[name]


def fitting(wish: Wish, few: str, local: str, *, chosen: bool) -> str:
    """The question for all that fit this wish, with their place in the order; `few` says which
    meetings are gone through, all where it is empty; `local` what the visitor's clock shows at
    each; `chosen` whether the groups are named."""
    # Where every group may do, its first meeting is found before it is put beside the group; who
    # offers the access asked for is known only there.
    apart = not any((wish.experiences, wish.languages, wish.safety, wish.access))
    return FITTING.format(
        each="" if apart else "distinct on (g.id)",
        whose="" if apart else "order by g.id, m.starts_at",
        first="distinct on (m.group_id)" if apart else "",
        soonest="order by m.group_id, m.starts_at" if apart else "",
        fit=_fit(wish),
        join="left join" if wish.any_time else "join",
        near="coalesce(p.near, 0)" if wish.point else "0",
        offers="v.access" if wish.access else "null",
        coming=COMING.format(few=few or "true"),
        places=_places(wish),
        meets=_meets(wish, local),
        offered="%(access)s::varchar[] <@ (g.access || m.offers)" if wish.access else "true",
        is_for=_is_for(wish, chosen=chosen),
    )


def _fit(wish: Wish) -> str:
    """As `matching` counts it: what is shared, then our own, then near, then at that time."""
    own = "4 * (g.source = '')::int + coalesce(m.near, 0)"
    timed = " + (m.group_id is not null)::int" if wish.days or wish.parts else ""
    shared = [f"(%(e_{each})s = any(g.experiences))" for each in _named(wish)]
    if NO_NAME in wish.experiences:
        shared.append(_NO_NAME)
    return own + timed + "".join(f" + 8 * {each}::int" for each in shared)


def _named(wish: Wish) -> list[str]:
    return sorted(wish.experiences - {NO_NAME})


_NO_NAME = (
    f"('{NO_NAME}' = any(g.experiences) or '{WELLNESS}' = any(g.experiences)"
    f" or '{NEWCOMERS}' = any(g.safety))"
)


def _places(wish: Wish) -> str:
    words = "left join box p on p.venue_id = m.venue_id" if wish.point else ""
    if wish.access:
        words += " left join meetings_venue v on v.id = m.venue_id"
    return words


def _meets(wish: Wish, local: str) -> str:
    """Which meetings answer when, how and where."""
    said = ["true"]
    if wish.kinds:
        said.append("m.way = any(%(kinds)s)")
    if wish.days:
        said.append(f"date_part('isodow', {local}) = any(%(days)s::float8[])")
    if wish.parts:
        said.append(f"date_part('hour', {local}) = any(%(hours)s::float8[])")
    if _must_be_near(wish):
        said.append("p.near is not null")
    elif wish.point:
        said.append("(p.near is not null or m.way <> all(%(rooms)s))")
    return " and ".join(said)


def _must_be_near(wish: Wish) -> bool:
    """Whether nothing but a room nearby would do."""
    return wish.point is not None and bool(wish.kinds) and wish.kinds <= IN_A_ROOM


def _is_for(wish: Wish, *, chosen: bool) -> str:
    """Which groups: what and whom they are for, and whether they have to meet to be found."""
    said = ["g.id = any(%(only)s::bigint[])"] if chosen else _about(wish)
    if wish.any_time:
        said.append(f"(m.group_id is not null or {_any_time(wish)})")
    return " and ".join(said)


def _about(wish: Wish) -> list[str]:
    said = ["true"]
    if wish.experiences:
        named = "g.experiences && %(named)s::varchar[]"
        said.append(f"({named} or {_NO_NAME})" if NO_NAME in wish.experiences else named)
    if wish.languages:
        said.append("g.languages && %(languages)s::varchar[]")
    if wish.safety:
        said.append("g.safety @> %(safety)s::varchar[]")
    return said


def _any_time(wish: Wish) -> str:
    """Whether it can be joined without a date: in writing, or by appointment.

    A group that offers itself all the access asked for, and for which no meeting was found, has
    none coming of these ways.
    """
    ways = []
    if not wish.ways or WRITING in wish.ways:
        ways.append(f"'{WRITING}' = any(g.ways)")
    if not {"days", "parts", "point"} & set(wish.says):
        ways.append("g.ways && %(kinds)s::varchar[]" if wish.ways else "true")
    access = "%(access)s::varchar[] <@ g.access and " if wish.access else ""
    return f"{access}({' or '.join(ways) or 'false'})"


def _told(wish: Wish, seldom: list[int], now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "now": now, "twice": now + TWICE, "ahead": now + AHEAD, "seldom": seldom,
        "named": _named(wish), **{f"e_{each}": each for each in _named(wish)},
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
    """What a clock in `zone` shows at `m.starts_at`, for moments between the two (aware).

    PostgreSQL looks a zone's name up again for every row, which takes longer than all the rest; an
    offset is only added. So it is told the offsets, and when the clocks change in between.
    """
    words, before = "", begin.astimezone(UTC)
    while before < end:
        after = min(before + timedelta(days=1), end)
        if _offset(zone, before) != _offset(zone, after):
            change = _change(zone, before, after)
            words += f" when m.starts_at < timestamptz '{change:%Y-%m-%d %H:%M:%S}+00'"
            words += f" then interval '{_offset(zone, before)} s'"
        before = after
    last = f"interval '{_offset(zone, end)} s'"
    return f"m.starts_at at time zone {f'(case{words} else {last} end)' if words else last}"


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
