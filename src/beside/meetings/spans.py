"""From when to when a rule meets, and where another takes over."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting, Schedule
from beside.meetings.recurrence import NEAR, instant, local_times

FAR = timedelta(days=800)
A_LIFE = timedelta(days=50 * 366)


def still_meets(schedule: Schedule) -> bool:
    """Whether the rule has a meeting that is not over, whatever became of that one meeting."""
    ended = schedule.ended_at
    for_ever = not (ended or schedule.until or schedule.count)
    if for_ever and schedule.frequency != Schedule.Frequency.ONCE:
        return True
    rule = schedule.rule
    running = clock.now() - timedelta(minutes=schedule.minutes)
    since = running.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    since = max(since, rule.start)
    coming = next(local_times(rule, after=since, before=since + FAR), None)
    return coming is not None and (ended is None or instant(coming, schedule.zone) < ended)


def joins_until(group: Group) -> datetime | None:
    """When the first of a group's courses with the same people began, or begins; None without."""
    courses = Schedule.objects.filter(group=group, fixed=True).select_related("follows")
    return min((_begins(each) for each in courses if still_meets(each)), default=None)


def _begins(course: Schedule) -> datetime:
    """When it began, also where its hour was changed since."""
    while course.follows is not None and course.follows.fixed:
        course = course.follows
    return instant(datetime.combine(course.first_on, course.at), course.zone)


def living(schedules: Iterable[Schedule]) -> list[Schedule]:
    """Those of these rules that still meet."""
    return [each for each in schedules if still_meets(each)]


def last_on(schedule: Schedule) -> date | None:
    """The last local day of a rule that ends, by the rule alone; None where it has no end."""
    ended = schedule.ended_at
    for_ever = not (ended or schedule.until or schedule.count)
    if for_ever or schedule.frequency == Schedule.Frequency.ONCE:
        return None
    rule = schedule.rule
    after, before = rule.start, rule.start + A_LIFE
    if ended is not None:
        before = ended.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    elif rule.until is not None:
        before = datetime.combine(rule.until, time.max)
    if not rule.count:
        after = max(after, before - FAR)
    days = deque(local_times(rule, after=after, before=before), maxlen=1)
    return days[0].date() if days else None


def earliest(meeting: Meeting) -> date:
    """The first day on which another rule may take over from this meeting.

    Its own, or one of the three days before, as far as no other meeting of the rule lies there.
    """
    own, rule = meeting.original_on or meeting.on, meeting.schedule
    rules = [rule.pk, rule.follows_id] if rule else []
    before = Meeting.objects.filter(schedule__in=rules, original_on__lt=own)
    last = before.order_by("-original_on").values_list("original_on", flat=True).first()
    return max(own - NEAR, last + timedelta(days=1)) if last else own - NEAR
