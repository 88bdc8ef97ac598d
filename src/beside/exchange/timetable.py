"""The coming meetings of our own groups, day by day, as anybody may know them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
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
    gone: bool = False  # it had been said for this day and is moved to another


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
    soon = Q(ends_at__gt=now, starts_at__lt=now + AHEAD)
    was_soon = Q(was_starts_at__gt=now, was_starts_at__lt=now + AHEAD)
    rows = list(
        Meeting.objects.filter(group__in=shown(slugs))
        .filter(soon | (was_soon & Q(state=Meeting.State.MOVED)))
        .select_related("group", "venue")
        .order_by("starts_at", "pk")[: MOST + 1]
    )
    lines = [line for row in rows[:MOST] for line in _lines(row, now)]
    # Far zones apart, the order of the instants is that of the days; sorting is stable.
    by_day = groupby(sorted(lines, key=itemgetter(0, 1)), key=itemgetter(0))
    days = [Day(on, [line for _on, _at, line in these]) for on, these in by_day]
    return days, len(rows) > MOST


def _lines(row: Meeting, now: datetime) -> Iterator[tuple[date, datetime, Line]]:
    """Its line on the day on which it is, and one on the day from which it was moved."""
    zone, was = ZoneInfo(row.zone), row.was_starts_at
    if row.ends_at > now and row.starts_at < now + AHEAD:
        yield row.on, row.starts_at, _line(row)
    if row.state == Meeting.State.MOVED and was is not None and now < was < now + AHEAD:
        local = was.astimezone(zone)
        if local.date() != row.on:
            hour = str(moments.zoned(time_format(local.time(), "H:i"), zone))
            yield local.date(), was, Line(row, hour, "", gone=True)


def _line(row: Meeting) -> Line:
    where = ""
    if row.venue is not None and row.way in {"in_person", "hybrid"}:
        where = ", ".join(filter(None, [row.venue.neighbourhood, row.venue.town]))
    hour = moments.zoned(time_format(row.at, "H:i"), ZoneInfo(row.zone))
    return Line(row, str(hour), where)
