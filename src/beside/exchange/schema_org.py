"""An open group's meetings as schema.org Events, for the head of its public page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe

from beside.exchange.feed import public_door
from beside.exchange.meeting_guide import without_contacts
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting, Schedule, Venue
from beside.meetings.recurrence import DAYS
from beside.people.models import Organisation

Event = dict[str, Any]
AHEAD = timedelta(days=60)
_FREQUENCY = {"daily": "D", "weekly": "W", "monthly": "M"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MODE = {"in_person": "Offline", "hybrid": "Mixed"}
# Inside a script block nothing may look like markup (HTML, "restrictions for script contents").
_SIGNS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def block(events: Sequence[Event]) -> SafeString:
    """A data block; browsers never run it, so no policy for scripts has to allow it."""
    if not events:
        return SafeString("")
    told = json.dumps({"@context": "https://schema.org", "@graph": events}, ensure_ascii=False)
    words = told.translate(_SIGNS)
    return mark_safe(f'<script type="application/ld+json">{words}</script>')  # noqa: S308


def events(group: Group, page: str, home: str) -> list[Event]:
    """One event for each living rule, with its rhythm; one for each single meeting to come.

    `page` is the group's public address, `home` the house's. Two questions.
    """
    now = clock.now()
    coming = list(
        Meeting.objects.filter(group=group, starts_at__gt=now, starts_at__lt=now + AHEAD)
        .select_related("schedule", "venue__door")
        .order_by("starts_at", "pk")
    )
    ours = Organisation.ours()
    about: Event = {
        "@type": "Event",
        "name": group.name,
        "url": page,
        "isAccessibleForFree": True,
        "inLanguage": list(group.languages),
    }
    if group.about:
        about["description"] = without_contacts(group.about)
    if ours is not None:
        about["organizer"] = {"@type": "Organization", "name": ours.name, "url": home}
    told: dict[int, Event] = {}
    single: list[Event] = []
    for meeting in coming:
        rule = meeting.schedule
        if rule is None or rule.frequency == Schedule.Frequency.ONCE or _is_else(meeting, rule):
            single.append(about | _once(meeting, page))
        elif rule.pk not in told and not rule.fixed and _is_as_the_rule_says(meeting, rule):
            told[rule.pk] = about | _once(meeting, page) | {"eventSchedule": _rhythm(rule, coming)}
    return [*told.values(), *single]


def _is_as_the_rule_says(meeting: Meeting, rule: Schedule) -> bool:
    same = (meeting.way, meeting.venue_id) == (rule.way, rule.venue_id)
    return meeting.state == Meeting.State.PLANNED and same


def _is_else(meeting: Meeting, rule: Schedule) -> bool:
    """Whether it takes place at another hour, in another way or elsewhere than the rule says."""
    goes_ahead = meeting.state != Meeting.State.CANCELLED
    return goes_ahead and not _is_as_the_rule_says(meeting, rule)


def _once(meeting: Meeting, page: str) -> Event:
    """One meeting: when it is, with the offset that holds then, how, and where."""
    zone = ZoneInfo(meeting.zone)
    cancelled = meeting.state == Meeting.State.CANCELLED
    mode = _MODE.get(meeting.way, "Online")
    return {
        "startDate": meeting.starts_at.astimezone(zone).isoformat(timespec="minutes"),
        "endDate": meeting.ends_at.astimezone(zone).isoformat(timespec="minutes"),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": _where(meeting, page),
    }


def _where(meeting: Meeting, page: str) -> Event | list[Event]:
    # Never a link into a room: the public page says how one gets there.
    call = {"@type": "VirtualLocation", "url": page}
    if meeting.venue is None or meeting.way not in _MODE:
        return call
    place = _place(meeting.venue)
    return [place, call] if meeting.way == "hybrid" else place


def _place(venue: Venue) -> Event:
    """The exact place where its door is public, else the part of the town."""
    door = public_door(venue)
    address = {
        "@type": "PostalAddress",
        "streetAddress": door.address if door else "",
        "postalCode": venue.postcode if door else "",
        "addressLocality": ", ".join(filter(None, [venue.neighbourhood, venue.town])),
        "addressCountry": venue.country,
    }
    said: Event = {"@type": "Place", "name": venue.name}
    said["address"] = {name: words for name, words in address.items() if words}
    if door and door.latitude is not None and door.longitude is not None:
        said["geo"] = {
            "@type": "GeoCoordinates", "latitude": door.latitude, "longitude": door.longitude,
        }  # fmt: skip
    return said


def _rhythm(rule: Schedule, coming: Sequence[Meeting]) -> Event:
    """The rule, on the clock of its zone; `byDay` of the nth weekday as iCalendar writes it."""
    ends = datetime.combine(rule.first_on, rule.at) + timedelta(minutes=rule.minutes)
    told: Event = {
        "@type": "Schedule",
        "repeatFrequency": f"P{rule.interval}{_FREQUENCY[rule.frequency]}",
        "startDate": rule.first_on.isoformat(),
        "startTime": f"{rule.at:%H:%M:%S}",
        "endTime": f"{ends:%H:%M:%S}",
        "duration": f"PT{rule.minutes}M",
        "scheduleTimezone": rule.zone,
    }
    days = [
        f"{nth}{DAYS[day]}" if nth else f"https://schema.org/{_WEEKDAYS[day]}"
        for day, nth in rule.rule.days
    ]
    if days:
        told["byDay"] = days
    if rule.until is not None:
        told["endDate"] = rule.until.isoformat()
    if rule.count is not None:
        told["repeatCount"] = rule.count
    mine = [each for each in coming if each.schedule_id == rule.pk and each.original_on]
    away = {each.original_on for each in mine if not _is_as_the_rule_says(each, rule)}
    today = clock.now().astimezone(ZoneInfo(rule.zone)).date()
    away |= {day for day in rule.clashes if today <= day <= today + AHEAD}  # they have no row
    if away:
        told["exceptDate"] = [f"{day:%Y-%m-%d}" for day in sorted(filter(None, away))]
    return told
