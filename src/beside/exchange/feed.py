"""Meeting Guide JSON out: every open group of ours that meets weekly, as anybody may know it.

What the format cannot say is not said wrongly: a group that meets every other week, once a month or
for a fixed number of times is left out. Rows are made in small batches, each in a short transaction
of its own that looks as nobody, whoever asked; so nothing is held while a slow reader reads.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.dateformat import format as in_format
from django.utils.translation import gettext as _

from beside import wall
from beside.exchange import codes
from beside.exchange.meeting_guide import without_contacts
from beside.exchange.models import Told
from beside.groups.models import Group
from beside.kernel import clock
from beside.look import moments
from beside.meetings.models import Door, Meeting, Schedule, Venue
from beside.meetings.recurrence import instant
from beside.people.models import Organisation

AT_ONCE = 250  # groups in one batch, and one transaction
SAID_AHEAD = timedelta(days=28)  # for so long, what is different from the rule is said in words
LONGEST_SLUG = 64
ATTENDANCE = {"in_person": "in_person", "hybrid": "hybrid"}  # everything else is online
WHOLE = ""  # the slug under which the whole feed is noted
Line = dict[str, Any]


@dataclass(frozen=True)
class Ours:
    """Our own open groups, told under the public address of this house (without a last slash)."""

    site: str

    def groups(self) -> QuerySet[Group]:
        """Listed, living, and open to anybody."""
        return Group.objects.published()


@dataclass(frozen=True)
class FromSource:
    """What was brought in from one source, as that source called it. For `./beside import show`."""

    name: str
    site = ""

    def groups(self) -> QuerySet[Group]:
        """Everything that is still listed from there."""
        return Group.objects.listed().filter(source=self.name)


What = Ours | FromSource


def stream(what: What) -> Iterator[str]:
    """The feed, piece by piece; never more than a batch of groups is held."""
    begun = False
    yield "["
    for lines in batches(what):
        words = ",\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        if words:
            yield f",\n{words}" if begun else f"\n{words}"
            begun = True
    yield "\n]\n"


def batches(what: What) -> Iterator[list[Line]]:
    """The lines of the feed, a batch of groups at a time. Between two, no transaction is open."""
    after: int | None = 0
    while after is not None:
        lines, after = _batch(what, after)
        yield lines


def _batch(what: What, after: int) -> tuple[list[Line], int | None]:
    """The lines of the next groups, and the number of the last of them; None at the end."""
    with wall.acting_as(None), transaction.atomic():
        groups = list(what.groups().filter(pk__gt=after).order_by("pk")[:AT_ONCE])
        ours = Organisation.ours()
        with translation.override(ours.language if ours else None):
            lines = [line for each in _gathered(groups, what) for line in each.lines(ours)]
            if isinstance(what, Ours):
                _say_when_changed(lines)
    return lines, groups[-1].pk if len(groups) == AT_ONCE else None


@dataclass(frozen=True)
class _Group:
    """A group with its rules, and what is different from them in the coming weeks."""

    group: Group
    schedules: Sequence[Schedule]
    different: Mapping[int, Sequence[Meeting]]
    what: What

    def lines(self, ours: Organisation | None) -> Iterator[Line]:
        """One line for each rule that the format can say."""
        if isinstance(self.what, FromSource):
            zone = ours.zone if ours else "UTC"
            yield _line(self, self.schedules[0] if self.schedules else None, ours, zone)
            return
        roots = _roots(self.schedules)
        told: set[int] = set()
        for schedule in sorted(self.schedules, key=lambda each: (each.first_on, each.pk)):
            place = roots[schedule.pk]
            if place not in told and is_weekly(schedule) and is_living(schedule):
                told.add(place)
                line = _line(self, schedule, ours, schedule.zone)
                line["slug"] = _slug(self.group.slug, place)
                yield line


def _gathered(groups: Sequence[Group], what: What) -> list[_Group]:
    """All that is told of these groups: two questions, however many there are."""
    rules: dict[int, list[Schedule]] = defaultdict(list)
    found = Schedule.objects.filter(group__in=[group.pk for group in groups])
    if isinstance(what, FromSource):
        found = found.filter(ended_at=None)
    for schedule in found.select_related("venue__door").order_by("pk"):
        rules[schedule.group_id].append(schedule)
    different = _different([each.pk for each in groups]) if isinstance(what, Ours) else {}
    return [_Group(group, rules[group.pk], different, what) for group in groups]


def _different(groups: Sequence[int]) -> dict[int, list[Meeting]]:
    """By rule, the coming meetings that are not as it says."""
    found: dict[int, list[Meeting]] = defaultdict(list)
    rows = (
        Meeting.objects.filter(group__in=groups, schedule__isnull=False)
        .filter(original_on__gte=_today(), original_on__lte=_today() + SAID_AHEAD)
        .filter(~Q(state=Meeting.State.PLANNED) | ~Q(way=F("schedule__way")) | _elsewhere())
    )
    for row in rows.select_related("venue__door").order_by("original_on", "pk"):
        found[row.schedule_id or 0].append(row)
    return found


def _elsewhere() -> Q:
    """Meetings that are at another venue than their rule says."""
    there, planned = Q(venue__isnull=False), Q(schedule__venue__isnull=False)
    return (there & ~Q(venue=F("schedule__venue"))) | (there & ~planned) | (~there & planned)


def is_weekly(schedule: Schedule) -> bool:
    """Whether "every week" says all of this rule: not every other one, not n times."""
    often = {Schedule.Frequency.DAILY, Schedule.Frequency.WEEKLY}
    for_ever = schedule.count is None and not schedule.fixed
    return schedule.frequency in often and schedule.interval == 1 and for_ever


def is_living(schedule: Schedule) -> bool:
    """Whether a weekly rule has a meeting within the coming week, counted from today in UTC."""
    meets = days(schedule)
    for ahead in range(8):
        on = _today() + timedelta(days=ahead)
        if on.weekday() not in meets:
            continue
        if on < schedule.first_on or (schedule.until and on > schedule.until):
            continue
        if schedule.ended_at is None:
            return True
        if instant(datetime.combine(on, schedule.at), schedule.zone) < schedule.ended_at:
            return True
    return False


def days(schedule: Schedule) -> list[int]:
    """The weekdays of a weekly or daily rule, from 0 for Monday."""
    if schedule.frequency == Schedule.Frequency.DAILY:
        return list(range(7))
    return sorted({day for day, _nth in schedule.rule.days} or {schedule.first_on.weekday()})


def _roots(schedules: Sequence[Schedule]) -> dict[int, int]:
    """By rule, which of the group's it was first: a rule that follows another keeps its place."""
    before = {each.pk: each.follows_id for each in schedules}
    places: dict[int, int] = {}
    found: dict[int, int] = {}
    for pk in sorted(before):
        root, seen = pk, {pk}
        while (earlier := before.get(root)) in before and earlier not in seen:
            root = earlier or root
            seen.add(root)
        found[pk] = places.setdefault(root, len(places))
    return found


def _slug(slug: str, place: int) -> str:
    """Stays the same as long as the rule goes on. Two hyphens stand in no group's own address."""
    said = f"{slug}--{place + 1}" if place else slug
    if len(said) <= LONGEST_SLUG:
        return said
    return f"{said[:50].rstrip('-')}--{sha256(said.encode()).hexdigest()[:10]}"


def _line(
    of: _Group, schedule: Schedule | None, ours: Organisation | None, zone: str
) -> dict[str, Any]:
    """One meeting in the format's words."""
    group = of.group
    way = schedule.way if schedule else next(iter(group.ways), "call")
    line: Line = {"slug": group.source_slug or group.slug, "name": group.name}
    if schedule is not None:
        told = [(day + 1) % 7 for day in days(schedule)]
        line["day"] = told if len(told) > 1 else told[0]
        line["time"] = f"{schedule.at:%H:%M}"
        line["end_time"] = _end(schedule.at, schedule.minutes)
        zone = schedule.zone
    line |= {"timezone": zone, "types": _types(group, way)}
    # TSML's own word, beside the standard: it says what types and "approximate" only hint at.
    line["attendance_option"] = ATTENDANCE.get(way, "online")
    line |= _place(schedule, way, zone)
    if isinstance(of.what, FromSource) and schedule and schedule.venue:
        line["postal_code"] = schedule.venue.postcode  # its source has published it
    notes = [
        group.about,
        *(_notes(of.different.get(schedule.pk, ()), schedule) if schedule else ()),
    ]
    line["notes"] = without_contacts("\n".join(filter(None, notes)))
    if isinstance(of.what, Ours):
        line |= _addresses(group, way, of.what.site, ours)
    elif group.source_on:
        line["updated"] = f"{group.source_on} 00:00:00"
    return {name: said for name, said in line.items() if said not in ("", [], None)}


def _end(at: time, minutes: int) -> str:
    ends = (at.hour * 60 + at.minute + minutes) % (24 * 60)
    return f"{ends // 60:02}:{ends % 60:02}"


def _types(group: Group, way: str) -> list[str]:
    found = codes.for_words([*group.experiences, *group.safety, *group.access])
    found += codes.for_languages(group.languages)
    found += ["ONL"] * (way not in {"in_person"})
    found += ["TELEPHONE"] * (way == "telephone" and "TELEPHONE" not in found)
    return found


def _place(schedule: Schedule | None, way: str, zone: str) -> Line:
    """The exact place where its door is public; else only about where. "approximate" is always
    said, because some readers guess it from the commas of an address."""
    venue = schedule.venue if schedule and way in {"in_person", "hybrid"} else None
    if venue is None:
        return {"formatted_address": moments.city(ZoneInfo(zone)), "approximate": "yes"}
    door = public_door(venue)
    about = ", ".join(filter(None, [venue.neighbourhood, venue.town, venue.country]))
    point = door or venue
    return {
        "location": venue.name,
        "formatted_address": (door.address if door else about) or about,
        "city": venue.town,
        "postal_code": venue.postcode if door else "",  # some are ten houses long
        "country": venue.country,
        "regions": [each for each in (venue.town, venue.neighbourhood) if each],
        "latitude": point.latitude,
        "longitude": point.longitude,
        "location_notes": door.directions if door else "",
        "approximate": "no" if door else "yes",
    }


def public_door(venue: Venue) -> Door | None:
    """How to get in, where everybody may know it."""
    try:
        door = venue.door
    except Door.DoesNotExist:
        return None
    return door if door.public else None


def _notes(different: Iterable[Meeting], schedule: Schedule) -> Iterator[str]:
    """What the coming weeks hold that "every week" does not say."""
    for day in schedule.clashes:
        if _today() <= day <= _today() + SAID_AHEAD:
            yield _("Not on %(day)s.") % {"day": _day(day)}
    for row in different:
        told = {
            "day": _day(row.original_on or row.on),
            "new": _day(row.on),
            "at": f"{row.at:%H:%M}",
        }
        if row.state == Meeting.State.CANCELLED:
            yield _("Not on %(day)s.") % told
            continue
        if row.state == Meeting.State.MOVED:
            yield _("Not on %(day)s, but on %(new)s at %(at)s.") % told
        what = "; ".join(_otherwise(row, schedule))
        if what:
            yield _("On %(day)s: %(what)s.") % {"day": _day(row.on), "what": what}


def _otherwise(row: Meeting, schedule: Schedule) -> Iterator[str]:
    """How and where it is this once, where the rule says something else."""
    if row.way != schedule.way:
        yield str(row.get_way_display())
    if row.venue is not None and row.venue_id != schedule.venue_id:
        door = public_door(row.venue)
        place = [row.venue.face, door.address if door else ""]
        yield _("at %(place)s") % {"place": ", ".join(filter(None, place))}


def _day(on: date) -> str:
    return in_format(on, "D j F Y")


def _addresses(group: Group, way: str, site: str, ours: Organisation | None) -> Line:
    """Our own pages. A call is reached through the group's public page, never by a secret link."""
    page = f"{site}{reverse('groups:face', args=[group.slug])}"
    return {
        "url": page,
        "conference_url": page if way != "in_person" else "",
        "entity": ours.name if ours else "",
        "entity_url": f"{site}/" if ours else "",
    }


def _today() -> date:
    """The day in UTC: within one, the feed is the same as long as nothing changes."""
    return clock.now().astimezone(UTC).date()


# When something changed ---------------------------------------------------------------------------


NOT_TOLD = {"updated", "url", "conference_url", "entity_url"}  # where this house stands


def digest(line: Line) -> str:
    """By which a line is known to be as it was."""
    told = {name: said for name, said in line.items() if name not in NOT_TOLD}
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _say_when_changed(lines: list[Line]) -> None:
    slugs = [line["slug"] for line in lines]
    noted = {each.slug: each for each in Told.objects.filter(slug__in=slugs)}
    for line in lines:
        known = noted.get(line["slug"])
        at = known.at if known and known.digest == digest(line) else clock.now()
        line["updated"] = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


FINGERPRINT = """
with ours as (
    select * from groups_group
    where listed and closed_at is null and source = '' and entry = 'open'
), rules as (
    select * from meetings_schedule where group_id in (select id from ours)
), otherwise as (
    select m.* from meetings_meeting m join rules r on r.id = m.schedule_id
    where m.original_on >= %s and m.original_on <= %s
        and (m.state <> 'planned' or m.way <> r.way or m.venue_id is distinct from r.venue_id)
), venues as (
    select * from meetings_venue
    where id in (select venue_id from rules union all select venue_id from otherwise)
)
select md5(concat_ws('|', %s::text,
    (select string_agg(md5(o::text), '' order by id) from ours o),
    (select string_agg(md5(r::text), '' order by id) from rules r),
    (select string_agg(md5(v::text), '' order by id) from venues v),
    (select string_agg(md5(d::text), '' order by venue_id) from meetings_door d
        where public and venue_id in (select id from venues)),
    (select string_agg(concat(id, state, "on", at, way, ' ', venue_id), '|' order by id)
        from otherwise),
    (select concat(name, language) from people_organisation)))
"""


def fingerprint() -> str:
    """Of all that the feed of our own groups is made of today: one question, no rows."""
    today = _today()
    with wall.acting_as(None), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FINGERPRINT, [today, today + SAID_AHEAD, today])
        (found,) = cursor.fetchone()
    return str(found)


def noted_at(found: str) -> datetime | None:
    """Since when the whole feed is as this fingerprint says; None where that is not known yet."""
    with wall.acting_as(None), transaction.atomic():
        known = Told.objects.filter(slug=WHOLE, digest=found).first()
    return known.at if known else None
