"""From a schedule to its rows: every meeting of the coming weeks is a row of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting, Schedule
from beside.meetings.recurrence import exists, instant, local_times

AHEAD, SELDOM_AHEAD = timedelta(days=60), timedelta(days=180)
AT_ONCE = 2000  # rows
SELDOM = 28  # days from one meeting to the next, or more
_DAYS = {"daily": 1, "weekly": 7, "monthly": SELDOM, "once": SELDOM}


def reach(schedule: Schedule) -> timedelta:
    """How far ahead the meetings of a schedule are rows: further for those that meet seldom.

    So that a calendar holds half a year of last Sundays, and no more rows than of a weekly group.
    """
    seldom = _DAYS[schedule.frequency] * schedule.interval >= SELDOM
    return SELDOM_AHEAD if seldom else AHEAD


@dataclass(frozen=True)
class Missing:
    """A day of a rule for which there is no meeting: the hour is skipped, or the venue taken."""

    local: datetime
    skipped: bool


def occurrences(schedule: Schedule, *, after: datetime, until: datetime) -> Iterator[Meeting]:
    """The meetings of a schedule that start between two instants (aware), not saved.

    Never at another hour than the rule's: where the clocks skip it, there is no meeting.
    """
    for local in local_starts(schedule, after=after, until=until):
        starts = instant(local, schedule.zone)
        yield Meeting(
            group_id=schedule.group_id,
            schedule=schedule,
            original_on=local.date(),
            on=local.date(),
            at=local.time(),
            zone=schedule.zone,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=schedule.minutes),
            way=schedule.way,
            venue_id=schedule.venue_id,
            places=schedule.places,
            takes_visitors=schedule.takes_visitors and not schedule.fixed,
        )


def local_starts(schedule: Schedule, *, after: datetime, until: datetime) -> Iterator[datetime]:
    """The naive local starts of a schedule between two instants (aware), none that is skipped."""
    return (local for local in _days(schedule, after, until) if exists(local, schedule.zone))


def _days(schedule: Schedule, after: datetime, until: datetime) -> Iterator[datetime]:
    """The naive local starts between two instants, skipped hours among them.

    A day's slack on both sides covers every zone; what is outside is left out.
    """
    zone = ZoneInfo(schedule.zone)
    a_day = timedelta(days=1)
    first = after.astimezone(zone).replace(tzinfo=None) - a_day
    last = until.astimezone(zone).replace(tzinfo=None) + a_day
    for local in local_times(schedule.rule, after=first, before=last):
        starts = instant(local, schedule.zone)
        if after <= starts < until and not (schedule.ended_at and starts >= schedule.ended_at):
            yield local


def make_ahead(schedule: Schedule, until: datetime) -> int:
    """Make the rows from now until `until` (aware) that are not there yet, as the house.

    Doing it again changes nothing: a row stands for its schedule and original day, whatever became
    of it. The schedule keeps the days that have no row, because the venue is taken or the clocks
    skip the hour. Returns on how many the venue is taken.
    """
    now = clock.now()
    wanted = list(occurrences(schedule, after=now, until=until))
    Meeting.objects.bulk_create(wanted, ignore_conflicts=True)
    days = {local.date() for local in _days(schedule, now, until)}
    made = Meeting.objects.filter(schedule=schedule, original_on__in=days)
    clashes = sorted(days - set(made.values_list("original_on", flat=True)))
    if clashes != schedule.clashes:
        schedule.clashes = clashes
        schedule.save(update_fields=["clashes"])
    return sum(1 for each in missing(schedule) if not each.skipped)


def planned(
    groups: Collection[Group] | QuerySet[Group], first: date, last: date
) -> Iterator[Meeting]:
    """What the rules of these groups say for these local days, and is no row yet; not saved.

    Two questions, however many rules, and nothing is written. Days that clash, as far as that is
    known so early, are left out.
    """
    now, a_day = clock.now(), timedelta(days=1)
    after, until = (datetime.combine(day, time(), UTC) for day in (first - a_day, last + 2 * a_day))
    if until <= now + AHEAD:
        return  # the rows are there
    rules = Schedule.objects.not_ended().filter(group__in=groups, group__closed_at=None)
    made = Meeting.objects.filter(schedule__in=rules, original_on__gte=first, original_on__lte=last)
    there = set(made.values_list("schedule", "original_on"))
    for rule in rules.iterator():
        for row in occurrences(rule, after=max(now, after), until=until):
            known = (rule.pk, row.on) in there or row.on in rule.clashes
            if first <= row.on <= last and not known:
                yield row


def make_within(groups: Collection[Group] | QuerySet[Group], first: date, last: date) -> None:
    """Make the rows of these groups for these local days, ends included, as the house.

    A few statements, however many rules. Which of these days clash is seen when they come near.
    """
    wanted = planned(groups, first, last)
    while some := list(islice(wanted, AT_ONCE)):
        Meeting.objects.bulk_create(some, ignore_conflicts=True)


def missing(schedule: Schedule) -> list[Missing]:
    """The coming days of its rule that have no meeting, and why."""
    starts = [datetime.combine(day, schedule.at) for day in schedule.clashes]
    return [Missing(local, not exists(local, schedule.zone)) for local in starts]
