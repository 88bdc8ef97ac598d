"""Which groups could be a fit, and why. Pure.

Nothing here is a judgement about anybody: a wish is what somebody ticked, a group fits when it does
not contradict the wish, and it says in words what of it it answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

EARTH = 6371.0088  # km, mean radius (IUGG)
KM_PER_DEGREE = math.pi * EARTH / 180

MORNING, AFTERNOON, EVENING, NIGHT = "morning", "afternoon", "evening", "night"
PARTS = (MORNING, AFTERNOON, EVENING, NIGHT)
WEEKDAYS, WEEKEND = (0, 1, 2, 3, 4), (5, 6)

NO_NAME, WELLNESS, NEWCOMERS, WRITING = "no_name", "wellness", "newcomers", "writing"
# What somebody who ticked a way would also be glad of: a hybrid meeting is in a room and in a call.
MEANS = {
    "call": frozenset({"call", "hybrid"}),
    "in_person": frozenset({"in_person", "hybrid"}),
    "hybrid": frozenset({"hybrid"}),
    "telephone": frozenset({"telephone"}),
    "writing": frozenset({"writing"}),
}
IN_A_ROOM = frozenset({"in_person", "hybrid"})
LATER = float("inf")
FARTHEST = 50.0  # km, the widest circle that can be asked for

Point = tuple[float, float]


def part_of(hour: int) -> str:
    """The part of the day an hour (0–23) belongs to: morning from 5, afternoon from 12, evening
    from 17, night from 22."""
    if 5 <= hour < 12:
        return MORNING
    if 12 <= hour < 17:
        return AFTERNOON
    return EVENING if 17 <= hour < 22 else NIGHT


def distance(one: Point, other: Point) -> float:
    """Kilometres along the earth between two (latitude, longitude) in degrees (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees that hold every point within a distance; wider than needed, never narrower."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, point: Point) -> bool:
        return self.south <= point[0] <= self.north and self.west <= point[1] <= self.east


def around(point: Point, km: float) -> Box:
    """The box around a circle. Near a pole or the date line it spans all longitudes."""
    tall = km / KM_PER_DEGREE * 1.001
    south, north = point[0] - tall, point[0] + tall
    widest = max(abs(south), abs(north))
    if widest >= 89:
        return Box(south, north, -180.0, 180.0)
    wide = tall / math.cos(math.radians(widest))
    west, east = point[1] - wide, point[1] + wide
    if west < -180 or east > 180:
        return Box(south, north, -180.0, 180.0)
    return Box(south, north, west, east)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asked for. Empty means: any. `days` count from Monday 0."""

    experiences: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    days: frozenset[int] = frozenset()
    parts: frozenset[str] = frozenset()
    point: Point | None = None
    km: float = 10.0
    languages: frozenset[str] = frozenset()
    safety: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()

    @cached_property
    def says(self) -> tuple[str, ...]:
        """The questions that were answered."""
        asked = ("experiences", "ways", "days", "parts", "point", "languages", "safety", "access")
        return tuple(name for name in asked if getattr(self, name))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The ways of meeting that would do."""
        return frozenset().union(*(MEANS.get(way, frozenset({way})) for way in self.ways))

    @cached_property
    def any_time(self) -> bool:
        """Whether a group without a date can answer: in writing, or by appointment."""
        timed = {"days", "parts", "point"} & set(self.says)
        return not timed or not self.ways or WRITING in self.ways

    def without(self, *names: str) -> Wish:
        """The same wish with these questions left open."""
        blank = Wish()
        return replace(self, **{name: getattr(blank, name) for name in names})


@dataclass(frozen=True, slots=True)
class Slot:
    """When and where a group meets, on the visitor's clock; `next` is the instant, in seconds."""

    day: int
    part: str
    way: str
    next: float
    point: Point | None = None
    access: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is publicly known of a group and matters for finding it."""

    key: str
    experiences: frozenset[str]
    ways: frozenset[str]
    safety: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    elsewhere: bool = False
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A group that could be a fit: `slot` is the next meeting that fits, None for writing or by
    appointment; `km` how far it is, `shared` which of the ticked experiences it is for."""

    candidate: Candidate
    slot: Slot | None
    km: float | None
    shared: frozenset[str]
    fit: int = field(default=0)

    @property
    def place(self) -> tuple[int, float, str]:
        """Where it stands: the better fit first, then what comes next, then always the same."""
        return (-self.fit, self.slot.next if self.slot else LATER, self.candidate.key)


def find(candidates: Iterable[Candidate], wish: Wish) -> list[Match]:
    """All groups that do not contradict the wish, the best fit first."""
    found = [match for each in candidates if (match := fits(each, wish)) is not None]
    found.sort(key=lambda match: match.place)
    return found


def fits(group: Candidate, wish: Wish) -> Match | None:
    """How this group answers the wish, or None when it does not."""
    shared = experience(group, wish)
    if wish.experiences and not shared:
        return None
    if not (wish.safety <= group.safety and _speaks(group, wish)):
        return None
    chosen = _next(group, wish)
    if chosen is None and not _any_time(group, wish):
        return None
    slot, km = chosen or (None, None)
    return Match(group, slot, km, shared, _fit(group, wish, shared, km, slot))


def experience(group: Candidate, wish: Wish) -> frozenset[str]:
    """Which of the ticked experiences this group is for.

    "I have no name for it" is answered by general wellness and by groups that welcome newcomers.
    """
    shared = wish.experiences & group.experiences
    if NO_NAME in wish.experiences and (WELLNESS in group.experiences or NEWCOMERS in group.safety):
        shared |= {NO_NAME}
    return shared


def _speaks(group: Candidate, wish: Wish) -> bool:
    return not wish.languages or bool(wish.languages & group.languages)


def _next(group: Candidate, wish: Wish) -> tuple[Slot, float | None] | None:
    """The next meeting that answers when, where and how; with its distance in km."""
    kinds = wish.kinds
    best: tuple[Slot, float | None] | None = None
    for slot in group.slots:
        if (
            (kinds and slot.way not in kinds)
            or (wish.days and slot.day not in wish.days)
            or (wish.parts and slot.part not in wish.parts)
            or not wish.access <= (group.access | slot.access)
            or (best and best[0].next <= slot.next)
        ):
            continue
        km = None
        if wish.point and slot.way in IN_A_ROOM:
            km = distance(wish.point, slot.point) if slot.point else LATER
            # A hybrid meeting too far away is still there as a call, for whoever would take a call.
            if km > wish.km and not (slot.way == "hybrid" and (not kinds or "call" in kinds)):
                continue
            km = km if km <= wish.km else None
        best = (slot, km)
    return best


def _any_time(group: Candidate, wish: Wish) -> bool:
    """Whether it can be joined without a date: in writing at any time, or by appointment where none
    of its meetings answers."""
    if not wish.any_time or not wish.access <= group.access:
        return False
    if WRITING in group.ways and (not wish.ways or WRITING in wish.ways):
        return True
    by_appointment = not {"days", "parts", "point"} & set(wish.says)
    return by_appointment and (not wish.ways or bool(wish.kinds & group.ways))


def _fit(
    group: Candidate, wish: Wish, shared: frozenset[str], km: float | None, slot: Slot | None
) -> int:
    """In words: more of what brings you here, then our own groups, then near, then at your time."""
    near = 0 if km is None else 2 if km <= wish.km / 3 else 1
    timed = slot is not None and bool(wish.days or wish.parts)
    return 8 * len(shared) + 4 * (not group.elsewhere) + near + timed


@dataclass(frozen=True)
class Way:
    """Another way on when nothing fits: which questions to leave open, or what to ask instead."""

    wish: Wish
    dropped: tuple[str, ...]
    count: int


Count = Callable[[Sequence[Wish]], list[int]]


def other_ways(counts: Count, wish: Wish, most: int = 2) -> list[Way]:
    """What could be done instead: leave the narrowest question open; meet without a journey.

    The narrowest question is the one whose leaving brings most groups. `counts` tells how many
    groups fit each of some wishes.
    """
    tries = [((name,), wish.without(name)) for name in wish.says if name != "point"]
    if wish.point:
        tries.append((("km",), replace(wish, km=FARTHEST)))
    from_home = replace(wish.without("point", "days", "parts"), ways=frozenset({"writing", "call"}))
    tries.append((("home",), from_home))
    numbers = counts([less for _names, less in tries])
    ways = [Way(less, name, n) for (name, less), n in zip(tries, numbers, strict=True)]
    home = ways.pop()
    ways.sort(key=lambda way: -way.count)
    found = [way for way in ways if way.count][: most - bool(home.count)]
    found += [home] * bool(home.count)
    if len(found) < most and wish.says and (whole := counts([Wish()])[0]):
        found.append(Way(Wish(), ("all",), whole))
    return found
