"""Which meetings stand in whose calendar, and in which words."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Max, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from beside import wall
from beside.exchange.calendar import Event
from beside.exchange.models import CalendarAddress
from beside.exchange.vtimezone import years_of
from beside.groups.models import Group
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings.models import Booking, Door, Meeting, Venue
from beside.meetings.saying import put_words
from beside.people.models import Person
from beside.vault.box import fingerprint

# A week, so that a phone that was off still hears that something was cancelled.
BACK = timedelta(days=7)
AT_ONCE = 2000
NEEDED = (
    *("key", "zone", "starts_at", "ends_at", "way", "was_way"),
    *("state", "sequence", "changed_at"),
    *("group__key", "group__slug", "group__name"),
    *("venue__name", "venue__neighbourhood", "venue__town"),
)
IN_A_CALL = {Way.CALL, Way.TELEPHONE, Way.WRITING}

Zones = Mapping[str, tuple[int, int]]
Absolute = Callable[[str], str]


@dataclass(frozen=True)
class Feed:
    """A calendar to be written: its name, the zones in it with their years, and its events."""

    name: str
    zones: Zones
    events: Iterable[Event]


def found(secret: str) -> CalendarAddress | None:
    """The address with this secret, while its person is there; or nothing."""
    with wall.house("exchange.find_calendar"):
        there = CalendarAddress.objects.filter(person__is_active=True, person__erased_at=None)
        wanted = there.filter(secret_hash=CalendarAddress.digest(secret))
        return wanted.select_related("person").first()


def of_person(address: CalendarAddress, absolute: Absolute) -> Feed:
    """The meetings of somebody's groups, and those they are booked for. As that person."""
    person = address.person
    booked = Booking.objects.of(person).coming().filter(persona__retired_at=None)
    mine = Q(group__in=Group.objects.of(person).values("pk")) | Q(pk__in=booked.values("meeting"))
    rows = list(_lately(Meeting.objects.visible_to(person).filter(mine)))
    words = address.words or _("Group meeting")
    named = address.shows == CalendarAddress.Shows.NAME
    doors, ways = _doors(person, rows) if address.place else {}, _ways()
    salt = fingerprint(f"calendar:{address.key}:uid")

    def event(row: Meeting) -> Event:
        where = _where(row, ways, doors.get(row.venue_id or 0)) if address.place else ""
        link = absolute(reverse("meetings:of_group", args=[row.group.key])) if named else ""
        title = row.group.name if named else words
        way = address.place or address.shows != CalendarAddress.Shows.OWN
        return as_event(row, _uid(salt, row), title, where, link, named=named, way=way)

    if named:
        put_words(rows, person)
    name = words if address.words else _("Group meetings")
    return Feed(name, _zones_of(rows), map(event, rows))


def of_meeting(row: Meeting, person: Person | None) -> Feed:
    """One meeting, for the calendar of whoever looks at it, in neutral words."""
    salt = fingerprint(f"calendar:{person.pk}:uid" if person else "calendar:uid")
    event = as_event(row, _uid(salt, row), _("Group meeting"), where="")
    return Feed(_("Group meetings"), _zones_of([row]), [event])


def of_groups(absolute: Absolute, group: Group | None = None) -> Feed:
    """The meetings of one open group, or of all of them, as anybody sees them."""
    open_ones = Meeting.objects.visible_to(None).filter(group__in=Group.objects.published())
    rows = _lately(open_ones.filter(group=group) if group else open_ones)
    ways = _ways()

    @cache
    def face(slug: str) -> str:
        return absolute(reverse("groups:face", args=[slug]))

    def event(row: Meeting) -> Event:
        uid, where = f"{row.key}@beside", _where(row, ways)
        return as_event(row, uid, row.group.name, where, face(row.group.slug), named=True)

    told = rows.order_by().values_list("zone")
    spans = told.annotate(first=Min("starts_at"), last=Max("ends_at"))
    zones = {zone: years_of(first, last) for zone, first, last in spans}
    name = group.name if group else _("Open groups")
    return Feed(name, zones, map(event, rows.iterator(chunk_size=AT_ONCE)))


def webcal(request: HttpRequest, name: str, *parts: str) -> str:
    """The address behind a link that opens in the calendar of a phone or computer."""
    address = request.build_absolute_uri(reverse(name, args=parts))
    return f"webcal:{address.partition(':')[2]}"


def _lately(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """From a week back on, cancelled ones among them."""
    recent = rows.filter(ends_at__gt=clock.now() - BACK).order_by("starts_at", "pk")
    return recent.select_related("group", "venue").only(*NEEDED)


def as_event(
    row: Meeting,
    uid: str,
    title: str,
    where: str,
    link: str = "",
    *,
    named: bool = False,
    way: bool = True,
) -> Event:
    """A meeting in these words, and why it changed where that was put beside it.

    `named` and `way`: whether it names the group, and whether it may say that people meet in
    another way this once.
    """
    cancelled = row.state == Meeting.State.CANCELLED
    told = []
    if cancelled:
        # Some calendars hide what is cancelled and others show it like any other: the words say it.
        title = _("Cancelled: %(meeting)s") % {"meeting": title}
        told = [_("This one is cancelled.")]
    elif row.state == Meeting.State.MOVED:
        told = [_("Moved, this once.")]
    if way and not cancelled and row.was_way not in {"", row.way}:
        told.append(_("This once: %(way)s.") % {"way": row.get_way_display()})
    if told and row.said:
        told.append(row.said)
    return Event(
        uid=uid,
        zone=row.zone,
        starts=row.starts_at,
        ends=row.ends_at,
        summary=title,
        sequence=row.sequence,
        cancelled=cancelled,
        description=" ".join(told),
        location=where,
        url=link,
        # The second of a change would lead from "Group meeting" to the same second in public.
        changed=row.changed_at if named else None,
    )


def _uid(salt: bytes, row: Meeting) -> str:
    """Its name in one person's calendar: the same after every change, and found nowhere else.

    The meeting's own key stands on public pages and would lead from "Group meeting" to the group.
    """
    return f"{hmac.digest(salt, row.key.encode(), 'sha256').hex()[:32]}@beside"


def _ways() -> dict[str, str]:
    """How people meet, in the reader's language: looked up once for a long calendar."""
    return {way.value: str(way.label) for way in Way}


def _where(row: Meeting, ways: dict[str, str], door: Door | None = None) -> str:
    """The face of the place, or its door where that is known; for a call, that it is one."""
    if row.way in IN_A_CALL or row.venue is None:
        return ways[row.way]
    venue: Venue = row.venue
    if door is None:
        return venue.face
    return ", ".join(
        filter(None, [door.name or venue.name, door.address or venue.neighbourhood, venue.town])
    )


def _doors(person: Person, rows: list[Meeting]) -> dict[int, Door]:
    """By venue, its door as far as this person is told it."""
    venues = {row.venue_id for row in rows if row.venue_id}
    return Door.objects.visible_to(person).filter(venue__in=venues).in_bulk()


def _zones_of(rows: list[Meeting]) -> Zones:
    spans: dict[str, list[datetime]] = {}
    for row in rows:
        spans.setdefault(row.zone, []).extend((row.starts_at, row.ends_at))
    return {zone: years_of(min(told), max(told)) for zone, told in spans.items()}
