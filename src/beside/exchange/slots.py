"""What calendars and feeds put on the pages of others, and into everybody's own data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from beside.exchange import schema_org
from beside.exchange.calendars import webcal
from beside.exchange.models import CalendarAddress
from beside.groups.models import Group
from beside.look import slots
from beside.meetings.models import Meeting
from beside.people import export
from beside.people.http import who
from beside.people.models import Person

PAGES_OF_MEETINGS = {"meetings:of_group", "meetings:visit"}


def fill_all() -> None:
    """Tell the look and the export, once, when Django starts."""
    slots.fill("meeting.acts", add_to_calendar, queries=1, order=40)
    slots.fill("meeting.row", one_of_many, queries=0, order=40)
    slots.fill("group.face", subscribe, queries=0, order=40)
    slots.fill("group.head", events, queries=2)
    slots.fill("desk.coordinating", organisation, queries=0, order=40)
    slots.fill("me.more", mine, queries=0, order=40)
    export.part("calendars", exported)


def organisation(request: HttpRequest, person: Person) -> SafeString:
    """On a coordinator's desk: what is done for all groups at once, and seldom."""
    return render_to_string("exchange/slots/organisation.html", {}, request)


def add_to_calendar(request: HttpRequest, meeting: Meeting) -> SafeString:
    """This meeting as a file for a calendar, where the page is about meetings."""
    match = request.resolver_match
    if match is None or match.view_name not in PAGES_OF_MEETINGS or not meeting.is_to_come:
        return SafeString("")
    page = {"meeting": meeting, "alone": match.view_name == "meetings:visit"}
    return render_to_string("exchange/slots/meeting.html", page, request)


def one_of_many(request: HttpRequest, meeting: Meeting) -> SafeString:
    """The same, small, for each meeting of a list."""
    if not meeting.is_to_come:
        return SafeString("")
    return render_to_string("exchange/slots/row.html", {"meeting": meeting}, request)


def subscribe(request: HttpRequest, group: Group) -> SafeString:
    """An open group's meetings for anybody's calendar."""
    if not group.is_published:
        return SafeString("")
    page = {"group": group, "webcal": webcal(request, "exchange:group_calendar", group.slug)}
    return render_to_string("exchange/slots/group.html", page, request)


def events(request: HttpRequest, group: Group) -> SafeString:
    """An open group's meetings for search engines, on the page that a stranger sees."""
    if who(request) is not None or not group.is_published:
        return SafeString("")
    page = request.build_absolute_uri(reverse("groups:face", args=[group.slug]))
    home = request.build_absolute_uri("/")
    return schema_org.block(schema_org.events(group, page, home))


def mine(request: HttpRequest, person: Person) -> SafeString:
    """The way to one's own addresses."""
    return render_to_string("exchange/slots/me.html", {}, request)


def exported(person: Person) -> list[dict[str, Any]]:
    """What is held about their calendars."""
    return [
        {
            "label": address.label,
            "shows": str(address.get_shows_display()),
            "words": address.words,
            "says where": address.place,
            "made on": str(address.made_on),
            "last asked on": str(address.asked_on or ""),
        }
        for address in CalendarAddress.objects.visible_to(person)
    ]
