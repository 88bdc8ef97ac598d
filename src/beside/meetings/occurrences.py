"""From a schedule to its rows: every meeting of the coming weeks is a row of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from beside.kernel import clock
from beside.meetings.models import Meeting, Schedule
from beside.meetings.recurrence import instant, local_times

AHEAD, SELDOM_AHEAD = timedelta(days=60), timedelta(days=180)
SELDOM = 28  # days from one meeting to the next, or more
_DAYS = {"daily": 1, "weekly": 7, "monthly": SELDOM, "once": SELDOM}


def reach(schedule: Schedule) -> timedelta:
    """How far ahead the meetings of a schedule are rows: further for those that meet seldom.

    So that a calendar holds half a year of last Sundays, and no more rows than of a weekly group.
    """
    seldom = _DAYS[schedule.frequency] * schedule.interval >= SELDOM
    return SELDOM_AHEAD if seldom else AHEAD


def occurrences(schedule: Schedule, *, after: datetime, until: datetime) -> Iterator[Meeting]:
    """The meetings of a schedule that start between two instants (aware), not saved.

    A day's slack on both sides covers every zone; what is outside is left out.
    """
    zone = ZoneInfo(schedule.zone)
    a_day = timedelta(days=1)
    first = after.astimezone(zone).replace(tzinfo=None) - a_day
    last = until.astimezone(zone).replace(tzinfo=None) + a_day
    for local in local_times(schedule.rule, after=first, before=last):
        starts = instant(local, schedule.zone)
        if not after <= starts < until or (schedule.ended_at and starts >= schedule.ended_at):
            continue
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


def make_ahead(schedule: Schedule, until: datetime) -> int:
    """Make the rows from now until `until` (aware) that are not there yet, as the house.

    Doing it again changes nothing: a row stands for its schedule and original day, whatever became
    of it. Days on which the venue is taken have no row; the schedule says which. Returns how many.
    """
    wanted = list(occurrences(schedule, after=clock.now(), until=until))
    Meeting.objects.bulk_create(wanted, ignore_conflicts=True)
    days = {meeting.on for meeting in wanted}
    made = Meeting.objects.filter(schedule=schedule, original_on__in=days)
    clashes = sorted(days - set(made.values_list("original_on", flat=True)))
    if clashes != schedule.clashes:
        schedule.clashes = clashes
        schedule.save(update_fields=["clashes"])
    return len(clashes)
