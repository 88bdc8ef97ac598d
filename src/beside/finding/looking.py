"""From what is public to candidates: a few questions to the database, however many groups."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, CharField, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

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
from beside.meetings.models import Meeting, Venue

AHEAD = timedelta(days=36)  # so that whoever meets once a month has a next meeting


def candidates(wish: Wish, zone: ZoneInfo) -> list[Candidate]:
    """The groups that may answer the wish, with their coming meetings on the clock of `zone`.

    The database leaves out only what surely does not fit; `matching.find` decides.
    """
    groups = _groups(wish)
    slots = _slots(wish, zone, groups, _near(wish))
    if not wish.any_time:
        groups = groups.filter(pk__in=list(slots))
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
    wish: Wish, zone: ZoneInfo, groups: QuerySet[Group], near: dict[int, Point]
) -> dict[int, list[Slot]]:
    """By group, when and where it meets next: once for each weekday, hour, way and place."""
    now = clock.now()
    rows = (
        Meeting.objects.going_ahead()
        .filter(starts_at__gt=now, starts_at__lt=now + AHEAD)
        .filter(group__in=groups.values("pk"))
        .annotate(
            day=ExtractIsoWeekDay("starts_at", tzinfo=zone),
            hour=ExtractHour("starts_at", tzinfo=zone),
        )
        .filter(_coarse(wish, near))
        .values_list("group", "day", "hour", "way")
        .annotate(
            next=Min("starts_at"),
            # What is not asked is not looked up.
            at=F("venue") if wish.point else Value(None, BigIntegerField()),
            offers=F("venue__access") if wish.access else Value([], ArrayField(CharField())),
        )
        .order_by()
    )
    found: dict[int, list[Slot]] = defaultdict(list)
    for group, day, hour, way, starts, venue, offers in rows:
        point = near.get(venue) if venue else None
        access = frozenset(offers or ())
        found[group].append(Slot(day - 1, part_of(hour), way, starts.timestamp(), point, access))
    return found


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
