"""From what is public to candidates: a few questions to the database, however many groups."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    FloatField,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract, ExtractHour, ExtractIsoWeekDay

from beside.finding.matching import (
    IN_A_ROOM,
    NEWCOMERS,
    NO_NAME,
    WELLNESS,
    Candidate,
    Point,
    Slot,
    Wish,
    around,
    part_of,
)
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting, Schedule, Venue

FEW = 500  # groups that are named one by one; for more, asking for all of them is cheaper
Row = tuple[int, str, list[str], list[str], list[str], list[str], list[str], str]
AHEAD = timedelta(days=36)  # so that whoever meets once a month has a next meeting
TWICE = timedelta(days=15)  # whoever meets every week meets twice, should one be cancelled


def candidates(wish: Wish, zone: ZoneInfo) -> list[Candidate]:
    """The groups that may answer the wish, with their coming meetings on the clock of `zone`.

    The database leaves out only what surely does not fit; `matching.find` decides. Groups and
    meetings are asked for apart: joined, the planner errs by seconds once there are thousands.
    """
    groups = _groups(wish)
    near = _near(wish)
    if wish.any_time:
        rows = list(groups)
        slots = _slots(wish, zone, near, only=[row[0] for row in rows] if len(rows) < FEW else None)
    else:
        slots = _slots(wish, zone, near)
        rows = list(groups.filter(pk__in=list(slots)))
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


@lru_cache(maxsize=4096)
def _set(words: tuple[str, ...]) -> frozenset[str]:
    """Thousands of groups share a few sets."""
    return frozenset(words)


def _groups(wish: Wish) -> QuerySet[Group, Row]:
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


def _near(wish: Wish) -> dict[int, Point]:
    """The venues in the box around the place, each with its exact point where its door is public,
    else the rounded one of its face."""
    if wish.point is None:
        return {}
    box = around(wish.point, wish.km)
    public = Q(door__public=True)
    rows = (
        Venue.objects.annotate(
            lat=Case(When(public, then=F("door__latitude")), default=F("latitude")),
            lng=Case(When(public, then=F("door__longitude")), default=F("longitude")),
        )
        .filter(lat__range=(box.south, box.north), lng__range=(box.west, box.east))
        .values_list("pk", "lat", "lng")
    )
    return {pk: (latitude, longitude) for pk, latitude, longitude in rows}


def _slots(
    wish: Wish, zone: ZoneInfo, near: dict[int, Point], only: list[int] | None = None
) -> dict[int, list[Slot]]:
    """By group (all, or only these): the next time for each weekday, hour, way and place."""
    now = clock.now()
    rows = (
        Meeting.objects.going_ahead()
        .filter(starts_at__gt=now, starts_at__lt=now + AHEAD)
        .filter(Q(starts_at__lt=now + TWICE) | Q(schedule=None) | Q(schedule__in=_seldom()))
        .filter(Q() if only is None else Q(group__in=only))
        .annotate(
            day=ExtractIsoWeekDay("starts_at", tzinfo=zone),
            hour=ExtractHour("starts_at", tzinfo=zone),
        )
        .filter(_coarse(wish, near))
        .values_list("group", "day", "hour", "way")
        .annotate(
            next=Cast(Extract(Min("starts_at"), "epoch", tzinfo=UTC), FloatField()),
            # What is not asked is not looked up.
            at=F("venue") if wish.point else Value(None, BigIntegerField()),
            offers=F("venue__access") if wish.access else Value([], ArrayField(CharField())),
        )
        .order_by()
    )
    found: dict[int, list[Slot]] = defaultdict(list)
    for group, day, hour, way, starts, venue, offers in rows:
        point = near.get(venue) if venue else None
        access = _set(tuple(offers or ()))
        part = part_of(hour)
        found[group].append(Slot(day - 1, part, way, starts, point, access))
    return found


def _seldom() -> list[int]:
    """The schedules that do not meet every week."""
    often = Q(frequency__in=[Schedule.Frequency.DAILY, Schedule.Frequency.WEEKLY], interval=1)
    return list(Schedule.objects.filter(ended_at=None).exclude(often).values_list("pk", flat=True))


def _coarse(wish: Wish, near: dict[int, Point]) -> Q:
    """What the database can leave out by itself."""
    may = Q()
    if wish.kinds:
        may &= Q(way__in=sorted(wish.kinds))
    if wish.days:
        may &= Q(day__in=[day + 1 for day in wish.days])
    if wish.parts:
        may &= Q(hour__in=[hour for hour in range(24) if part_of(hour) in wish.parts])
    if wish.point and wish.kinds and wish.kinds <= IN_A_ROOM:
        may &= Q(venue__in=list(near))
    elif wish.point:
        may &= Q(venue__in=list(near)) | ~Q(way__in=sorted(IN_A_ROOM)) | Q(way="hybrid")
    return may
