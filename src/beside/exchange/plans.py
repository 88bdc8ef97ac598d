"""What an import would do: the listings of a file beside what the same source brought before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from beside.exchange.meeting_guide import Listing, Reading
from beside.groups.models import Group
from beside.groups.words import Entry
from beside.meetings.models import Door, Meeting, Schedule, Venue
from beside.meetings.recurrence import DAYS

A_DAY = date(2000, 1, 1)  # the first day of a rule that is only said, not kept
IN_A_ROOM = {"in_person", "hybrid"}
Fields = dict[str, Any]


@dataclass
class Here:
    """A group that came from this source, with everything that belongs to it alone."""

    group: Group
    schedules: list[Schedule] = field(default_factory=list)
    venues: list[Venue] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Where listings come from, and for whom its groups are."""

    name: str
    experiences: tuple[str, ...]


@dataclass
class Plan:
    """What would be done. Nothing is changed by making one."""

    source: Source
    reading: Reading
    added: list[Listing] = field(default_factory=list)
    updated: list[tuple[Listing, Here]] = field(default_factory=list)
    unchanged: list[Here] = field(default_factory=list)
    gone: list[Here] = field(default_factory=list)
    replace: bool = False


def make(reading: Reading, source: Source, *, replace: bool) -> Plan:
    """Lay the listings beside what is here. With `replace`, groups that are gone close."""
    here = everything_from(source.name)
    plan = Plan(source, reading, replace=replace)
    for listing in reading.listings:
        known = here.pop(listing.slug, None)
        if known is None:
            plan.added.append(listing)
        elif different(known, listing, source):
            plan.updated.append((listing, known))
        else:
            plan.unchanged.append(known)
    # A row that could not be read says nothing about its group, which stays as it is.
    refused = {row.slug for row in reading.refused}
    plan.gone = [
        known
        for slug, known in here.items()
        if replace and known.group.closed_at is None and slug not in refused
    ]
    return plan


def everything_from(source: str) -> dict[str, Here]:
    """By slug, all that this source brought before."""
    found = {group.pk: Here(group) for group in Group.objects.filter(source=source)}
    gather(found)
    return {here.group.source_slug: here for here in found.values()}


def gather(found: dict[int, Here]) -> None:
    """Complete each of these (by the group's number) with its schedules, venues and doors."""
    venues: dict[int, Here] = {}
    for schedule in Schedule.objects.filter(group__in=found).order_by("pk"):
        found[schedule.group_id].schedules.append(schedule)
        if schedule.venue_id:
            venues[schedule.venue_id] = found[schedule.group_id]
    for venue in Venue.objects.filter(pk__in=venues).order_by("pk"):
        venues[venue.pk].venues.append(venue)
    for door in Door.objects.filter(pk__in=venues).order_by("pk"):
        venues[door.pk].doors.append(door)


def meetings_of(groups: Collection[int]) -> dict[int, list[Model]]:
    """All meetings of these groups (by number)."""
    found: dict[int, list[Model]] = defaultdict(list)
    for meeting in Meeting.objects.filter(group__in=groups).order_by("pk"):
        found[meeting.group_id].append(meeting)
    return found


def group_fields(listing: Listing, source: Source) -> Fields:
    """The face of a group that is listed elsewhere: no visit, no promise."""
    return {
        "name": listing.name,
        "about": listing.about,
        "experiences": sorted(listing.experiences or source.experiences),
        "ways": [listing.way],
        "safety": list(listing.safety),
        "access": list(listing.access),
        "languages": list(listing.languages),
        "entry": Entry.OPEN.value,
        "visits": False,
        "listed": True,
        "closed_at": None,
    }


def venue_fields(listing: Listing, source: Source) -> Fields | None:
    """The public face of its place, or None where it does not meet in one at set times."""
    place = listing.place
    if listing.way not in IN_A_ROOM or not listing.days:
        return None
    # A place that is told only approximately is shown as one, and has no door.
    known = place.name or place.address or place.town or place.postcode
    return {
        "name": known[:120] or listing.name,
        "neighbourhood": place.neighbourhood,
        "town": place.town,
        "postcode": place.postcode,
        "country": place.country,
        "latitude": None if place.latitude is None else round(place.latitude, 2),
        "longitude": None if place.longitude is None else round(place.longitude, 2),
        "access": list(listing.access),
        "source": source.name,
    }


def door_fields(listing: Listing) -> Fields | None:
    """The exact place, which its source has published to everybody; None where it has not."""
    place = listing.place
    if place.approximate:
        return None
    return {
        "address": place.address,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "directions": place.directions,
        "public": True,
    }


def schedule_fields(listing: Listing) -> Fields | None:
    """Its rule, always weekly in this standard; None by appointment."""
    if not listing.days or listing.at is None:
        return None
    return {
        "zone": listing.zone,
        "at": listing.at,
        "minutes": listing.minutes,
        "frequency": Schedule.Frequency.WEEKLY.value,
        "interval": 1,
        "byday": [DAYS[day] for day in listing.days],
        "way": listing.way,
        "ended_at": None,
    }


def different(here: Here, listing: Listing, source: Source) -> set[str]:
    """What is not as the listing tells it: fields of the group, "way", "venue", "door", "rule"."""
    schedule, venue = schedule_fields(listing), venue_fields(listing, source)
    found = {
        name
        for name, value in group_fields(listing, source).items()
        if getattr(here.group, name) != value
    }
    if not _all_hold(here.schedules, schedule):
        found.add("rule")
    if not _all_hold(here.venues, venue):
        found.add("venue")
    if not _all_hold(here.doors, door_fields(listing) if venue else None):
        found.add("door")
    return found


def _all_hold(rows: list[Any], fields: Fields | None) -> bool:
    if fields is None:
        return not rows
    return len(rows) == 1 and _holds(rows[0], fields)


def _holds(row: Model, fields: Fields) -> bool:
    return all(getattr(row, name) == value for name, value in fields.items())
