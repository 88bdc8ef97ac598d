"""From what is public to candidates: a few questions to the database, however many groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    F,
    FloatField,
    Func,
    IntegerField,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract, ExtractHour, ExtractIsoWeekDay

from beside.finding import asking, matching, results
from beside.finding.asking import Asking
from beside.finding.matching import (
    IN_A_ROOM,
    NEWCOMERS,
    NO_NAME,
    WELLNESS,
    Candidate,
    Match,
    Point,
    Slot,
    Wish,
    around,
    part_of,
)
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting, Schedule, Venue

NOTHING: frozenset[str] = frozenset()


_EARLIEST = Cast(Extract(Min("starts_at"), "epoch", tzinfo=UTC), FloatField())


def look(wish: Wish, zone: ZoneInfo, after: str) -> tuple[int, list[Match], str]:
    """How many groups fit, those of one page behind the key `after`, and the last key if more do.

    The database counts and puts in order; only the page's groups are looked at closely.
    """
    seldom = _seldom()
    count, keys = Asking(zone, seldom).page(wish, after, results.PAGE + 1)
    page = keys[: results.PAGE]
    shown = matching.find(candidates(wish, zone, page, seldom), wish) if page else []
    return count, shown, page[-1] if len(keys) > results.PAGE else ""


def counts(wishes: Sequence[Wish], zone: ZoneInfo) -> list[int]:
    """How many groups fit each of these wishes."""
    asked = Asking(zone, _seldom())
    return [asked.count(wish) if wish.says else Group.objects.listed().count() for wish in wishes]


def candidates(
    wish: Wish,
    zone: ZoneInfo,
    keys: list[str] | None = None,
    seldom: list[int] | None = None,
) -> list[Candidate]:
    """The groups that may answer the wish, with their coming meetings on the clock of `zone`; all,
    or only those with these keys.

    The database leaves out only what surely does not fit; `matching.find` decides. Groups and
    meetings are asked for apart: joined, the planner errs by seconds once there are thousands.
    """
    groups, seldom = _groups(wish), _seldom() if seldom is None else seldom
    if keys is not None:
        rows = _rows(groups.filter(key__in=keys))
        slots = _slots(wish, zone, seldom, [row[0] for row in rows])
    elif wish.any_time:
        rows, slots = _rows(groups), _slots(wish, zone, seldom)
    else:
        slots = _slots(wish, zone, seldom)
        rows = _rows(groups.filter(_among("pk", slots)))
    return [
        Candidate(
            key,
            _set(tuple(experiences)),
            _set(tuple(ways)),
            _set(tuple(safety)),
            _set(tuple(access)),
            _set(tuple(languages)),
            source != "",
            tuple(slots.get(pk, ())),
        )
        for pk, key, experiences, ways, safety, access, languages, source in rows
    ]


def _rows(asked: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """What the database answers, as it is: thousands of rows pass through no converter."""
    try:
        sql, told = asked.query.sql_with_params()
    except EmptyResultSet:  # "one of none": Django knows the answer without asking
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, told)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _among(name: str, numbers: Collection[int]) -> Func:
    """Whether a number is one of these: one value of an array, where "in" would send thousands."""
    told = Value(list(numbers), ArrayField(BigIntegerField()))
    words = "(%(expressions)s))"
    return Func(F(name), told, template=words, arg_joiner=" = any(", output_field=BooleanField())


@lru_cache(maxsize=4096)
def _set(words: tuple[str, ...]) -> frozenset[str]:
    """Thousands of groups share a few sets."""
    return frozenset(words)


def _groups(wish: Wish) -> QuerySet[Group, Any]:
    groups = Group.objects.listed()
    if wish.experiences:
        wanted, also = set(wish.experiences), Q()
        if NO_NAME in wanted:
            wanted.add(WELLNESS)
            also = Q(safety__contains=[NEWCOMERS])
        groups = groups.filter(Q(experiences__overlap=sorted(wanted)) | also)
    if wish.languages:
        groups = groups.filter(languages__overlap=sorted(wish.languages))
    if wish.safety:
        groups = groups.filter(safety__contains=sorted(wish.safety))
    return groups.values_list(
        "pk", "key", "experiences", "ways", "safety", "access", "languages", "source"
    )


def _near(wish: Wish, only: Collection[int] | None = None) -> dict[int, Point]:
    """The venues (all, or of only these) in the box around the place, each with its exact point
    where its door is public, else the rounded one of its face."""
    if wish.point is None:
        return {}
    box = around(wish.point, wish.km)
    public = Q(door__public=True)
    there = Q() if only is None else Q(pk__in=only)
    rows = _rows(
        Venue.objects.filter(there)
        .annotate(
            lat=Case(When(public, then=F("door__latitude")), default=F("latitude")),
            lng=Case(When(public, then=F("door__longitude")), default=F("longitude")),
        )
        .filter(lat__range=(box.south, box.north), lng__range=(box.west, box.east))
        .values_list("pk", "lat", "lng")
    )
    return {pk: (latitude, longitude) for pk, latitude, longitude in rows}


def _slots(
    wish: Wish, zone: ZoneInfo, seldom: list[int], only: list[int] | None = None
) -> dict[int, list[Slot]]:
    """By group (all, or only these): the next time for each weekday, hour, way and place."""
    near = _near(wish) if only is None else None
    coming = _coming(seldom).filter(Q() if only is None else Q(_among("group", only)))
    rows = _rows(
        coming.annotate(
            day=Cast(ExtractIsoWeekDay("starts_at", tzinfo=zone), IntegerField()),
            hour=Cast(ExtractHour("starts_at", tzinfo=zone), IntegerField()),
        )
        .filter(_coarse(wish, near))
        .values_list("group", "day", "hour", "way")
        .annotate(
            next=_EARLIEST,
            # What is not asked is not looked up.
            at=F("venue") if wish.point else Value(None, BigIntegerField()),
            offers=F("venue__access") if wish.access else Value([], ArrayField(CharField())),
        )
        .order_by()
    )
    if near is None:
        near = _near(wish, {row[5] for row in rows if row[5] is not None})
    found: dict[int, list[Slot]] = defaultdict(list)
    parts = [part_of(hour) for hour in range(24)]
    for group, day, hour, way, starts, venue, offers in rows:
        point = near.get(venue) if venue else None
        access = _set(tuple(offers)) if offers else NOTHING
        found[group].append(Slot(day - 1, parts[hour], way, starts, point, access))
    return found


def _coming(seldom: list[int]) -> QuerySet[Meeting]:
    """Enough of the coming meetings to know when each group meets next."""
    now = clock.now()
    soon = Q(starts_at__lt=now + asking.TWICE) | Q(schedule=None) | Q(_among("schedule", seldom))
    ahead = Q(starts_at__gt=now, starts_at__lt=now + asking.AHEAD)
    return Meeting.objects.going_ahead().filter(ahead, soon)


def _seldom() -> list[int]:
    """The schedules that do not meet every week."""
    often = Q(frequency__in=[Schedule.Frequency.DAILY, Schedule.Frequency.WEEKLY], interval=1)
    return list(Schedule.objects.filter(ended_at=None).exclude(often).values_list("pk", flat=True))


def _coarse(wish: Wish, near: dict[int, Point] | None) -> Q:
    """What the database can leave out by itself."""
    may = Q()
    if wish.kinds:
        may &= Q(way__in=sorted(wish.kinds))
    if wish.days:
        may &= Q(day__in=[day + 1 for day in wish.days])
    if wish.parts:
        may &= Q(hour__in=[hour for hour in range(24) if part_of(hour) in wish.parts])
    if near is None:  # a few groups, whose venues are looked up afterwards
        return may
    if wish.point and wish.kinds and wish.kinds <= IN_A_ROOM:
        may &= Q(_among("venue", near))
    elif wish.point:
        may &= Q(_among("venue", near)) | ~Q(way__in=sorted(IN_A_ROOM)) | Q(way="hybrid")
    return may
