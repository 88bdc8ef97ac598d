"""The coming meetings of our own groups, day by day, as anybody may know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.dateformat import time_format

from beside.groups.models import Group
from beside.groups.words import Entry
from beside.kernel import clock
from beside.look import moments
from beside.meetings.models import Meeting

AHEAD = timedelta(days=14)
MOST = 100  # meetings on one page


@dataclass(frozen=True)
class Line:
    """One meeting, and its hour with whose hour it is."""

    meeting: Meeting
    hour: str
    where: str


@dataclass(frozen=True)
class Day:
    """One day on the calendar of the meetings in it."""

    on: date
    lines: list[Line]


def shown(slugs: Sequence[str] = ()) -> QuerySet[Group]:
    """Our listed groups that one can come to without being invited; of these only `slugs`."""
    groups = Group.objects.listed().filter(source="").exclude(entry=Entry.INVITATION)
    return groups.filter(slug__in=slugs) if slugs else groups


def coming(slugs: Sequence[str] = ()) -> tuple[list[Day], bool]:
    """Two weeks, and whether there are more meetings than one page holds. One question."""
    now = clock.now()
    rows = list(
        Meeting.objects.filter(group__in=shown(slugs))
        .filter(ends_at__gt=now, starts_at__lt=now + AHEAD)
        .select_related("group", "venue")
        .order_by("starts_at", "pk")[: MOST + 1]
    )
    # Far zones apart, the order of the instants is that of the days; sorting is stable.
    by_day = groupby(sorted(rows[:MOST], key=lambda row: row.on), key=lambda row: row.on)
    return [Day(on, [_line(row) for row in these]) for on, these in by_day], len(rows) > MOST


def _line(row: Meeting) -> Line:
    where = ""
    if row.venue is not None and row.way in {"in_person", "hybrid"}:
        where = ", ".join(filter(None, [row.venue.neighbourhood, row.venue.town]))
    hour = moments.zoned(time_format(row.at, "H:i"), ZoneInfo(row.zone))
    return Line(row, str(hour), where)
