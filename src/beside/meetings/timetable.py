"""A timetable for paper: the rules by weekday, and what differs in the next two weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.dateformat import format as in_format
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from beside.groups.models import Group
from beside.kernel import clock
from beside.look import moments
from beside.meetings.models import Door, Meeting, Schedule, Venue
from beside.meetings.recurrence import local_times
from beside.meetings.rhythm import lasting, rhythm

TOLD_AHEAD = timedelta(days=14)
ONCE_AHEAD = timedelta(days=60)
FAR = timedelta(days=800)
DAY = "D j M"
EVERY_DAY, OTHER_DAYS = -1, 7


@dataclass
class Line:
    """One group at one hour. `notes` are what differs soon."""

    at: time
    hour: str
    group: Group
    rhythm: str
    lasts: str
    way: str
    venue: Venue | None
    address: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """What is printed: each day's name with its lines; the city of the hours where there is one."""

    days: list[tuple[str, list[Line]]]
    city: str
    on: date
    until: date


def sheet(groups: QuerySet[Group], zone: ZoneInfo, *, venue: Venue | None = None) -> Sheet:
    """The timetable of these groups, or of what they do at one venue; `zone` says what day it is.

    Three questions, however many groups. The exact address only where everybody may know it.
    """
    today = clock.now().astimezone(zone).date()
    rules, meetings = _rules(groups, venue), _meetings(groups, venue, today)
    zones = {rule.zone for rule in rules} | {meeting.zone for meeting in meetings}
    addresses = _addresses([*rules, *meetings])
    soon: dict[int, list[Meeting]] = defaultdict(list)
    planned = {rule.pk for rule in rules}
    for meeting in meetings:
        by_rule = meeting.schedule_id if meeting.schedule_id in planned else None
        soon[by_rule or 0].append(meeting)
    lines: dict[int, list[Line]] = defaultdict(list)
    for rule in rules:
        notes = [_note(each, rule, addresses) for each in soon.get(rule.pk, [])]
        for day in _days(rule, today):
            lines[day].append(_line(rule, zones, addresses, _rhythm(rule, today), notes))
    for meeting in soon.get(0, []):
        lines[meeting.on.weekday()].append(_alone(meeting, zones, addresses))
    for each in lines.values():
        each.sort(key=lambda line: (line.at, line.group.name, line.rhythm))
    only = moments.city(ZoneInfo(zones.pop())) if len(zones) == 1 else ""
    days = [(_name(day), lines[day]) for day in sorted(lines)]
    return Sheet(days, only, today, today + TOLD_AHEAD)


def _rules(groups: QuerySet[Group], venue: Venue | None) -> list[Schedule]:
    found = Schedule.objects.filter(Q(ended_at=None) | Q(ended_at__gt=clock.now()))
    if venue is not None:
        found = found.filter(venue=venue)
    return list(found.filter(group__in=groups).select_related("group", "venue").order_by("pk"))


def _meetings(groups: QuerySet[Group], venue: Venue | None, today: date) -> list[Meeting]:
    """Meetings without a rule, and those that differ from theirs soon."""
    last = today + TOLD_AHEAD
    alone = Q(schedule=None) & Q(on__lte=today + ONCE_AHEAD)
    soon = Q(on__range=(today, last)) | Q(original_on__range=(today, last))
    differs = (
        Q(state__in=[Meeting.State.CANCELLED, Meeting.State.MOVED])
        | ~Q(way=F("schedule__way"))
        | (~Q(venue=F("schedule__venue")) & Q(venue__isnull=False, schedule__venue__isnull=False))
        | Q(venue=None, schedule__venue__isnull=False)
        | Q(venue__isnull=False, schedule__venue=None)
    )
    found = Meeting.objects.filter(alone | (soon & differs & Q(schedule__isnull=False)))
    if venue is not None:
        found = found.filter(Q(venue=venue) | Q(schedule__venue=venue))
    found = found.filter(Q(ends_at__gt=clock.now()) | Q(original_on__gte=today))
    rows = found.filter(group__in=groups).select_related("group", "venue")
    return list(rows.order_by("on", "at", "pk"))


def _addresses(rows: Iterable[Schedule | Meeting]) -> dict[int, str]:
    venues = {row.venue_id for row in rows if row.venue_id}
    doors = Door.objects.filter(public=True, venue__in=venues)
    return dict(doors.values_list("venue", "address"))


def _days(rule: Schedule, today: date) -> list[int]:
    """Under which headings it stands; none when it is over."""
    plain = rule.rule
    if plain.frequency == "once":
        return [rule.first_on.weekday()] if rule.first_on >= today else []
    if plain.until or plain.count:
        start = datetime.combine(max(today, rule.first_on), time())
        if next(local_times(plain, after=start, before=start + FAR), None) is None:
            return []
    if plain.frequency == "daily":
        return [EVERY_DAY if plain.interval == 1 else OTHER_DAYS]
    if plain.frequency == "monthly" and not plain.days:
        return [OTHER_DAYS]
    return sorted({day for day, _nth in plain.days} or {rule.first_on.weekday()})


def _name(day: int) -> str:
    if day == EVERY_DAY:
        return _("Every day")
    return _("On other days") if day == OTHER_DAYS else str(WEEKDAYS[day])


def _rhythm(rule: Schedule, today: date) -> str:
    """In words, with the first day where that is still to come."""
    said = rhythm(rule.rule)
    if rule.first_on <= today or rule.frequency == Schedule.Frequency.ONCE:
        return said
    return _("%(rhythm)s, from %(day)s") % {
        "rhythm": said,
        "day": in_format(rule.first_on, "j F Y"),
    }


def _line(
    row: Schedule | Meeting,
    zones: set[str],
    addresses: dict[int, str],
    said: str,
    notes: list[str],
) -> Line:
    hour = in_format(row.at, "H:i")
    return Line(
        at=row.at,
        hour=hour if len(zones) == 1 else moments.zoned(hour, ZoneInfo(row.zone)),
        group=row.group,
        rhythm=said,
        lasts=lasting(row.minutes),
        way=str(row.get_way_display()),
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
    """What differs this once, in one sentence; never why, which is for those who come."""
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
    said = "; ".join(parts) or _("moved")
    return _("%(day)s: %(what)s.") % {"day": planned, "what": said}
