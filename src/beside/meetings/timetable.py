"""A timetable for paper: the rules by weekday, and what differs in the next two weeks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from itertools import chain, islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.dateformat import format as in_format
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from beside.groups.models import Group
from beside.groups.words import Way
from beside.kernel import clock
from beside.look import moments
from beside.meetings.models import Door, Meeting, Schedule, Venue
from beside.meetings.occurrences import local_starts
from beside.meetings.recurrence import DAYS, Rule, instant
from beside.meetings.rhythm import dated, lasting, rhythm
from beside.meetings.spans import last_on, living

TOLD_AHEAD = timedelta(days=14)
ONCE_AHEAD = timedelta(days=60)
THREE = timedelta(days=3 * 366)  # within which three meetings of any rule lie
DAY = "D j M"
EVERY_DAY, OTHER_DAYS = -1, 7
HEADINGS = (*range(7), EVERY_DAY, OTHER_DAYS)
WHOLE, A_PAGE = 200, 40  # rules that make one sheet; lines of a page where there are more
_AFTER = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)-([-\w]{0,120})")


@dataclass
class Line:
    """One group at one hour. `notes` are what differs soon; a rare rule has its next `dates`."""

    at: time
    hour: str
    group: Group
    rhythm: str
    lasts: str
    way: str
    venue: Venue | None
    address: str = ""
    notes: list[str] = field(default_factory=list)
    dates: str = ""


@dataclass(frozen=True)
class Sheet:
    """What is printed: each day's name with its lines; the city of the hours where there is one."""

    days: list[tuple[str, list[Line]]]
    city: str
    on: date
    until: date
    after: str = ""  # from here the next page goes on, where there is one


def sheet(
    groups: QuerySet[Group], zone: ZoneInfo, *, venues: QuerySet[Venue] | None = None
) -> Sheet:
    """The timetable of these groups, or of what they do at some venues; `zone` says what day it is.

    Four questions, however many groups. The exact address only where everybody may know it.
    """
    today = clock.now().astimezone(zone).date()
    rules = living(_rules(groups, venues).order_by("pk"))
    meetings = chain(*_meetings(groups, venues, today, _rare(rules)))
    return _made(rules, list(meetings), today)


def is_long(groups: QuerySet[Group], venues: QuerySet[Venue] | None = None) -> bool:
    """Whether there are more rules than one sheet of paper, or one page, can bear."""
    return _rules(groups, venues).order_by().values("pk")[: WHOLE + 1].count() > WHOLE


def part(
    groups: QuerySet[Group],
    zone: ZoneInfo,
    day: int,
    after: str = "",
    *,
    venues: QuerySet[Venue] | None = None,
) -> Sheet:
    """Some lines under one heading of `HEADINGS`, in order of hour and address of the group.

    Five questions that read no more for ten thousand groups than for some hundreds. `after` is what
    the page before said; anything else begins at the beginning.
    """
    today = clock.now().astimezone(zone).date()
    under = _rules(groups, venues).filter(_under(day, today)).exclude(until__lt=today)
    read = list(_following(under, after))
    rules = living(read)
    _without, differing = _meetings(groups, None, today, _rare(rules))
    soon = list(differing.filter(schedule__in=[rule.pk for rule in rules]))
    found: list[Rows] = [read]
    if day in range(7):
        for alone in _alone_on(groups, venues, today, day):
            found.append(rows := list(_following(alone, after)))
            soon += rows
    made = _made(rules, soon, today, only=day)
    lines = [line for _name, lines in made.days for line in lines]
    lines.sort(key=lambda line: (line.at, line.group.slug, line.rhythm))
    shown, following = _cut(lines, found)
    if following and not shown:  # all that was read is over
        return part(groups, zone, day, following, venues=venues)
    return replace(made, days=[(_name(day), shown)] if shown else [], after=following)


def headings() -> list[tuple[int, str]]:
    """By which a long timetable is divided."""
    return [(day, _name(day)) for day in HEADINGS]


def _made(
    rules: list[Schedule], meetings: list[Meeting], today: date, *, only: int | None = None
) -> Sheet:
    zones = {rule.zone for rule in rules} | {meeting.zone for meeting in meetings}
    addresses = _addresses([*rules, *meetings])
    soon: dict[int, list[Meeting]] = defaultdict(list)
    planned = {rule.pk for rule in rules}
    for meeting in meetings:
        by_rule = meeting.schedule_id if meeting.schedule_id in planned else None
        soon[by_rule or 0].append(meeting)
    lines: dict[int, list[Line]] = defaultdict(list)
    for rule in rules:
        plain = rule.rule
        dates = _dates(rule) if _is_rare(rule) else []
        differ = [row for row in soon.get(rule.pk, []) if _is_told(row, today, dates)]
        notes = [note for row in differ if (note := _note(row, rule, addresses))]
        under = [day for day in _days(plain) if only in {None, day}]
        said = _rhythm(rule, plain, today) if under else ""
        for day in under:
            line = _line(rule, zones, addresses, said, notes)
            line.dates = ", ".join(in_format(each, DAY) for each in dates)
            lines[day].append(line)
    for meeting in soon.get(0, []):
        lines[meeting.on.weekday()].append(_alone(meeting, zones, addresses))
    for each in lines.values():
        each.sort(key=lambda line: (line.at, line.group.name, line.rhythm))
    city = moments.city(ZoneInfo(zones.pop())) if len(zones) == 1 else ""
    days = [(_name(day), lines[day]) for day in sorted(lines)]
    return Sheet(days, city, today, today + TOLD_AHEAD)


def _rules(groups: QuerySet[Group], venues: QuerySet[Venue] | None) -> QuerySet[Schedule]:
    found = Schedule.objects.not_ended()
    if venues is not None:
        found = found.filter(venue__in=venues)
    return found.filter(group__in=groups).select_related("group", "venue")


def _under(day: int, today: date) -> Q:
    """Rules that stand under this heading; what `_days` says, as the database can say it."""
    if day == EVERY_DAY:
        return Q(frequency="daily", interval=1)
    if day == OTHER_DAYS:
        return Q(frequency="daily", interval__gt=1) | Q(frequency="monthly", byday=[])
    there = Q(first_on__iso_week_day=day + 1)
    named = [f"{nth}{DAYS[day]}" for nth in ("", *range(-5, 0), *range(1, 6))]
    return (
        Q(frequency__in=["weekly", "monthly"], byday__overlap=named)
        | Q(there, frequency="weekly", byday=[])
        | Q(there, frequency="once", first_on__gte=today)
    )


def _alone_on(
    groups: QuerySet[Group], venues: QuerySet[Venue] | None, today: date, day: int
) -> list[QuerySet[Meeting]]:
    """Meetings on this day of the week without a rule, and those whose rule has ended."""
    without, differing = _meetings(groups, venues, today, [])
    on = Q(on__iso_week_day=day + 1)
    return [without.filter(on), differing.filter(on, schedule__ended_at__lte=clock.now())]


M = TypeVar("M", Schedule, Meeting)
Rows = list[Schedule] | list[Meeting]


def _following(found: QuerySet[M], after: str) -> QuerySet[M]:
    """A page and one more of what comes after a line, by hour and then by address."""
    said = _AFTER.fullmatch(after)
    if said:
        hour, slug = time(int(said[1]), int(said[2]), int(said[3])), said[4]
        found = found.filter(Q(at__gt=hour) | Q(at=hour, group__slug__gt=slug))
    return found.order_by("at", "group__slug", "pk")[: A_PAGE + 1]


def _cut(lines: list[Line], found: list[Rows]) -> tuple[list[Line], str]:
    """A page of them, and after which place the next one goes on; a group at an hour stays whole.

    `found` was read a page and one more at a time: past the end of one, lines may be missing.
    """
    ends = [_place(rows[-1]) for rows in found if len(rows) > A_PAGE]
    over = min([*ends, *map(_place, lines[A_PAGE : A_PAGE + 1])], default="")
    if not over:
        return lines, ""
    before = [place for rows in found for row in rows if (place := _place(row)) < over]
    if not before:  # one group fills the page at one hour
        return [line for line in lines if _place(line) == over], over
    return [line for line in lines if _place(line) < over], max(before)


def _place(row: Line | Schedule | Meeting) -> str:
    return f"{row.at:%H%M%S}-{row.group.slug}"


def _meetings(
    groups: QuerySet[Group], venues: QuerySet[Venue] | None, today: date, rare: list[Schedule]
) -> tuple[QuerySet[Meeting], QuerySet[Meeting]]:
    """Meetings without a rule, and those that differ from theirs soon, or ever where it is rare.

    Asked apart, so that an index answers each however many meetings there are; whatever differs has
    been changed at least once.
    """
    last = today + TOLD_AHEAD
    differs = (
        Q(state__in=[Meeting.State.CANCELLED, Meeting.State.MOVED])
        | ~Q(way=F("schedule__way"))
        | (~Q(venue=F("schedule__venue")) & Q(venue__isnull=False, schedule__venue__isnull=False))
        | Q(venue=None, schedule__venue__isnull=False)
        | Q(venue__isnull=False, schedule__venue=None)
    )
    rows = Meeting.objects.filter(group__in=groups).select_related("group", "venue")
    rows = rows.order_by("on", "at", "pk")
    now = clock.now()
    without = rows.filter(schedule=None, on__lte=today + ONCE_AHEAD, ends_at__gt=now)
    soon = Q(on__range=(today, last)) | Q(original_on__range=(today, last)) | Q(schedule__in=rare)
    differing = rows.filter(soon, differs, sequence__gt=0, schedule__isnull=False)
    differing = differing.filter(Q(ends_at__gt=now) | Q(original_on__gte=today))
    if venues is not None:
        without = without.filter(venue__in=venues)
        differing = differing.filter(Q(venue__in=venues) | Q(schedule__venue__in=venues))
    return without, differing


def _addresses(rows: Iterable[Schedule | Meeting]) -> dict[int, str]:
    venues = {row.venue_id for row in rows if row.venue_id}
    doors = Door.objects.filter(public=True, venue__in=venues)
    return dict(doors.values_list("venue", "address"))


def _is_rare(rule: Schedule) -> bool:
    """Whether its words do not say on which days it meets: not each week or each day."""
    rare = rule.interval > 1 or rule.frequency == Schedule.Frequency.MONTHLY
    return rare and rule.frequency != Schedule.Frequency.ONCE


def _rare(rules: list[Schedule]) -> list[Schedule]:
    return [rule for rule in rules if _is_rare(rule)]


def _dates(rule: Schedule) -> list[date]:
    """The next three days of a rule."""
    now, plain = clock.now(), rule.rule
    since = max(plain.start, now.astimezone(ZoneInfo(rule.zone)).replace(tzinfo=None))
    coming = local_starts(rule, after=now, until=instant(since, rule.zone) + THREE)
    days = (local.date() for local in coming)
    return list(islice((day for day in days if day not in rule.clashes), 3))


def _is_told(row: Meeting, today: date, dates: list[date]) -> bool:
    """Whether it differs soon, or on one of the dates that are printed."""
    last = today + TOLD_AHEAD
    planned = row.original_on or row.on
    return today <= row.on <= last or today <= planned <= last or planned in dates


def _days(rule: Rule) -> list[int]:
    """Under which headings it stands."""
    if rule.frequency == "once":
        return [rule.start.weekday()]
    if rule.frequency == "daily":
        return [EVERY_DAY if rule.interval == 1 else OTHER_DAYS]
    if rule.frequency == "monthly" and not rule.days:
        return [OTHER_DAYS]
    return sorted({day for day, _nth in rule.days} or {rule.start.weekday()})


def _name(day: int) -> str:
    if day == EVERY_DAY:
        return _("Every day")
    return _("On other days") if day == OTHER_DAYS else str(WEEKDAYS[day])


def _rhythm(rule: Schedule, plain: Rule, today: date) -> str:
    """In words, with the first day where that is still to come, and the last where there is one."""
    said = rhythm(plain)
    if rule.frequency == Schedule.Frequency.ONCE:
        return said
    return dated(said, first=rule.first_on if rule.first_on > today else None, last=last_on(rule))


def _line(
    row: Schedule | Meeting,
    zones: set[str],
    addresses: dict[int, str],
    said: str,
    notes: list[str],
) -> Line:
    hour = f"{row.at:%H:%M}"
    return Line(
        at=row.at,
        hour=hour if len(zones) == 1 else moments.zoned(hour, ZoneInfo(row.zone)),
        group=row.group,
        rhythm=said,
        lasts=lasting(row.minutes),
        way=str(Way(row.way).label),
        venue=row.venue,
        address=addresses.get(row.venue_id or 0, ""),
        notes=notes,
    )


def _alone(meeting: Meeting, zones: set[str], addresses: dict[int, str]) -> Line:
    """A meeting without a rule."""
    said = _("Once, on %(day)s") % {"day": in_format(meeting.on, "j F Y")}
    notes = [_("Cancelled.")] if meeting.state == Meeting.State.CANCELLED else []
    return _line(meeting, zones, addresses, said, notes)


def _note(meeting: Meeting, rule: Schedule, addresses: dict[int, str]) -> str:
    """What differs this once, in one sentence; never why, which is for those who come.

    Empty where nothing does: a new rule took the meeting over, and says when it is.
    """
    planned = in_format(meeting.original_on or meeting.on, DAY)
    if meeting.state == Meeting.State.CANCELLED:
        return _("Not on %(day)s: cancelled.") % {"day": planned}
    parts = []
    if meeting.on != (meeting.original_on or meeting.on) or meeting.at != rule.at:
        when = {"day": in_format(meeting.on, DAY), "hour": in_format(meeting.at, "H:i")}
        parts.append(_("moved to %(day)s, %(hour)s") % when)
    if meeting.way != rule.way:
        parts.append(str(meeting.get_way_display()))
    if meeting.venue is not None and meeting.venue_id != rule.venue_id:
        exact = addresses.get(meeting.venue.pk, "")
        where = ", ".join(filter(None, [meeting.venue.face, exact]))
        parts.append(_("at %(place)s") % {"place": where})
    if not parts:
        return ""
    return _("%(day)s: %(what)s.") % {"day": planned, "what": "; ".join(parts)}
