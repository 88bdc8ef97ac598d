"""The week of all groups, as coordinators look at it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateformat import format as in_words

from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Holding, Meeting, Schedule
from beside.meetings.occurrences import planned
from beside.meetings.recurrence import exists
from beside.meetings.rows import HOLDS

A_PAGE = 40  # meetings
# One way through the days for the names and for how many there are in all.
WOULD_REST = """with meets as (
    select group_id as id, count(*) as meetings from meetings_meeting
    where "on" between %(first)s and %(last)s and ends_at > %(now)s and state <> 'cancelled'
    group by group_id)
select g.id, coalesce(m.meetings, 0) + coalesce(r.meetings, 0),
    (sum(coalesce(m.meetings, 0) + coalesce(r.meetings, 0)) over ())::bigint
from groups_group g left join meets m using (id)
left join unnest(%(planned)s::bigint[], %(numbers)s::bigint[]) r (id, meetings) using (id)
where g.source = '' and g.closed_at is null and (m.id is not null or r.id is not null)
order by g.name, g.id offset %(after)s limit %(most)s"""


@dataclass(frozen=True)
class Day:
    """One day of the week, and how much is on it."""

    on: date
    meetings: int
    uncovered: int
    clashes: int

    @property
    def iso(self) -> str:
        """For an address: "2026-11-24"."""
        return self.on.isoformat()

    @property
    def label(self) -> str:
        """ "Tue 24 (12)"; with a mark where something is missing."""
        words = f"{in_words(self.on, 'D j')} ({self.meetings})"
        return f"{words} •" if self.uncovered or self.clashes else words


def monday(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def ours() -> Q:
    """Meetings of groups that really meet here, not those listed elsewhere."""
    return Q(group__source="", group__closed_at=None)


def uncovered() -> Q:
    """Meetings that nobody has said they hold."""
    held = Holding.objects.filter(meeting=OuterRef("pk"), part__in=HOLDS)
    return ~Exists(held) & ~Q(state=Meeting.State.CANCELLED)


def days_of(first: date) -> list[Day]:
    """The seven days from `first` (local days of each meeting's own place), for coordinators.

    Two questions.
    """
    last = first + timedelta(days=6)
    with connection.cursor() as cursor:
        cursor.execute("select * from week_in_numbers(%s, %s)", [first, last])
        by_day = {day: (meetings, uncovered) for day, meetings, uncovered in cursor.fetchall()}
    clashing = _clashing(first, last)
    days = [first + timedelta(days=number) for number in range(7)]
    return [Day(day, *by_day.get(day, (0, 0)), clashing.get(day, 0)) for day in days]


def on_day(day: date, *, after: int = 0, only_uncovered: bool = False) -> list[Meeting]:
    """The meetings of one day, `A_PAGE` and one more, in order; each knows whether it is `held`.

    Which they are is asked first, so that nothing else is read of those that are passed over.
    """
    rows = Meeting.objects.filter(ours(), on=day).order_by("starts_at", "pk")
    if only_uncovered:
        rows = rows.filter(uncovered())
    page = list(rows.values_list("pk", flat=True)[after : after + A_PAGE + 1])
    held = Holding.objects.filter(meeting=OuterRef("pk"), part__in=HOLDS)
    shown = Meeting.objects.filter(pk__in=page).annotate(held=Exists(held))
    return list(shown.select_related("group", "venue__door").order_by("starts_at", "pk"))


@dataclass(frozen=True)
class Resting:
    """What holidays would cancel: some groups by name, each with how many meetings, and all."""

    groups: list[tuple[Group, int]]
    more: bool
    meetings: int


def would_rest(first: date, last: date, *, after: int, most: int) -> Resting:
    """Which of our groups meet on these local days, `most` of them behind the first `after`.

    Rows, and what the rules say for days that are no rows yet. Nothing is written.
    """
    ours_here = Group.objects.filter(source="", closed_at=None)
    by_rule = Counter(each.group_id for each in planned(ours_here, first, last))
    asked: dict[str, Any] = {
        "now": clock.now(), "first": first, "last": last, "after": after, "most": most + 1,
        "planned": list(by_rule), "numbers": list(by_rule.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WOULD_REST, asked)
        found = cursor.fetchall()
    if after and not found:  # the last of them rest by now
        return replace(would_rest(first, last, after=0, most=most), groups=[], more=False)
    groups = Group.objects.in_bulk([group for group, _meetings, _all in found[:most]])
    return Resting(
        groups=[(groups[group], meetings) for group, meetings, _all in found[:most]],
        more=len(found) > most,
        meetings=found[0][2] if found else 0,
    )


def without_a_meeting(day: date) -> tuple[list[Schedule], list[Schedule]]:
    """Rules that have no meeting on this day: the room is taken; the clocks skip the hour."""
    living = _clash().filter(clashes__contains=[day], group__closed_at=None)
    found = list(living.select_related("group", "venue__door").order_by("at", "pk")[:A_PAGE])
    skipped = {each.pk for each in found if not exists(datetime.combine(day, each.at), each.zone)}
    rooms = [each for each in found if each.pk not in skipped]
    return rooms, [each for each in found if each.pk in skipped]


def _clashing(first: date, last: date) -> dict[date, int]:
    found: dict[date, int] = {}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for schedule in _clash().filter(clashes__overlap=days).only("clashes"):
        for day in schedule.clashes:
            found[day] = found.get(day, 0) + 1
    return found


def _clash() -> QuerySet[Schedule]:
    """The few rules that have days without a meeting, by their own index."""
    return Schedule.objects.exclude(clashes=[])
