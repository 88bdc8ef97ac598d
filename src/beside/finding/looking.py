"""From what is public to candidates: two questions to the database, however many groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, F, Min, Q, QuerySet, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from beside.finding.matching import (
    IN_A_ROOM,
    NEWCOMERS,
    NO_NAME,
    WELLNESS,
    Candidate,
    Slot,
    Wish,
    around,
    part_of,
)
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting

AHEAD = timedelta(days=36)  # so that whoever meets once a month has a next meeting


def candidates(wish: Wish, zone: ZoneInfo) -> list[Candidate]:
    """The groups that may answer the wish, with their coming meetings on the clock of `zone`.

    The database leaves out only what surely does not fit; `matching.find` decides.
    """
    groups = _groups(wish)
    slots = _slots(wish, zone, groups)
    rows = groups.values_list(
        "pk", "key", "experiences", "ways", "safety", "access", "languages", "source"
    )
    return [
        Candidate(
            key,
            frozenset(experiences),
            frozenset(ways),
            frozenset(safety),
            frozenset(access),
            frozenset(languages),
            source != "",
            tuple(slots.get(pk, ())),
        )
        for pk, key, experiences, ways, safety, access, languages, source in rows
    ]


def _groups(wish: Wish) -> QuerySet[Group]:
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
    return groups


def _slots(wish: Wish, zone: ZoneInfo, groups: QuerySet[Group]) -> dict[int, list[Slot]]:
    now = clock.now()
    # The exact point where its door is public, else the rounded one of its face.
    point = {
        axis: Case(
            When(venue__door__public=True, then=F(f"venue__door__{axis}")),
            default=F(f"venue__{axis}"),
        )
        for axis in ("latitude", "longitude")
    }
    found = (
        Meeting.objects.going_ahead()
        .filter(starts_at__gt=now, starts_at__lt=now + AHEAD)
        .filter(group__in=groups.values("pk"))
        .annotate(
            day=ExtractIsoWeekDay("starts_at", tzinfo=zone),
            hour=ExtractHour("starts_at", tzinfo=zone),
            lat=point["latitude"],
            lng=point["longitude"],
        )
        .filter(_coarse(wish))
        .values_list("group", "day", "hour", "way", "lat", "lng", "venue__access")
        .annotate(next=Min("starts_at"))
        .order_by()
    )
    return _by_group(found)


def _coarse(wish: Wish) -> Q:
    """What the database can leave out by itself."""
    may = Q()
    if wish.kinds:
        may &= Q(way__in=sorted(wish.kinds))
    if wish.days:
        may &= Q(day__in=[day + 1 for day in wish.days])
    if wish.parts:
        may &= Q(hour__in=[hour for hour in range(24) if part_of(hour) in wish.parts])
    if wish.point:
        box = around(wish.point, wish.km)
        near = Q(lat__range=(box.south, box.north), lng__range=(box.west, box.east))
        may &= near | ~Q(way__in=sorted(IN_A_ROOM)) | Q(way="hybrid")
    return may


Row = tuple[int, int, int, str, float | None, float | None, list[str] | None, datetime]


def _by_group(rows: Iterable[Row]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = defaultdict(list)
    for group, day, hour, way, latitude, longitude, access, starts in rows:
        point = None if latitude is None or longitude is None else (latitude, longitude)
        offers = frozenset(access or ())
        found[group].append(Slot(day - 1, part_of(hour), way, starts.timestamp(), point, offers))
    return found
