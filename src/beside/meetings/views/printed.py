"""Timetables for paper: of a group, of a venue, of everything."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beside.groups import policy as groups
from beside.groups.here import here
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.text import tidy
from beside.meetings.models import Venue
from beside.meetings.timetable import HEADINGS, headings, is_long, part, sheet
from beside.people.http import Request, who
from beside.people.models import Organisation, Person

LARGE = "large"
HOURS = (6, 9, 12, 15, 18, 20)  # to which one can jump in a long day


@require_safe
def of_group(request: Request, key: str) -> HttpResponse:
    """For members: their own group, listed or not."""
    group = here(request.user, key).group
    back = reverse("meetings:of_group", args=[key])
    return _printed(request, Group.objects.filter(pk=group.pk), title=group.name, back=back)


@login_not_required
@require_safe
def of_face(request: HttpRequest, slug: str) -> HttpResponse:
    """For everybody: a group that is open to be found."""
    found = Group.objects.visible_to(who(request)).filter(listed=True, closed_at=None)
    group = get_object_or_404(found, slug=slug, source="")
    back = reverse("groups:face", args=[slug])
    return _printed(request, Group.objects.filter(pk=group.pk), title=group.name, back=back)


@login_not_required
@require_safe
def of_venue(request: HttpRequest, key: str) -> HttpResponse:
    """Everything at one place, to hang beside its door."""
    venue = get_object_or_404(Venue.objects.visible_to(who(request)), key=key)
    back = reverse("meetings:venue", args=[key])
    return _printed(request, _known(who(request)), title=venue.name, back=back, venue=venue)


@login_not_required
@require_safe
def of_organisation(request: HttpRequest) -> HttpResponse:
    """All groups that everybody may find; for coordinators, all.

    Where there are many: those of one town or part of a town, or one day a page at a time.
    """
    groups, place = _known(who(request)), tidy(request.GET.get("place", ""))[:120]
    venues = Venue.objects.in_place(place) if place else None
    organisation = Organisation.ours()
    zone = _zone(organisation)
    page: dict[str, Any] = {"title": "", "back": "/find/", "place": place}
    if is_long(groups, venues):
        day, after = _day(request.GET.get("day", ""), zone), request.GET.get("after", "")
        page["sheet"] = part(groups, zone, day, after, venues=venues)
        page |= {"headings": headings(), "day": day, "after": after}
        page["hours"] = HOURS if day in range(7) else ()
    else:
        page["sheet"] = sheet(groups, zone, venues=venues)
    return _answer(request, organisation, page)


def _day(said: str, zone: ZoneInfo) -> int:
    """One of the headings; today where nothing else is said."""
    today = clock.now().astimezone(zone).weekday()
    return next((day for day in HEADINGS if str(day) == said), today)


def _known(person: Person | None) -> QuerySet[Group]:
    if groups.coordinates(person):
        return Group.objects.filter(closed_at=None, source="")
    return Group.objects.listed().filter(source="")


def _zone(organisation: Organisation | None) -> ZoneInfo:
    return ZoneInfo(organisation.zone if organisation else "UTC")


def _printed(
    request: HttpRequest,
    rows: QuerySet[Group],
    *,
    title: str,
    back: str,
    venue: Venue | None = None,
) -> HttpResponse:
    """All of it: one group's, or one place's."""
    venues = Venue.objects.filter(pk=venue.pk) if venue else None
    organisation = Organisation.ours()
    made = sheet(rows, _zone(organisation), venues=venues)
    page = {"sheet": made, "title": title, "back": back, "venue": venue}
    return _answer(request, organisation, page)


def _answer(
    request: HttpRequest, organisation: Organisation | None, page: dict[str, Any]
) -> HttpResponse:
    page |= {
        "organisation": organisation,
        "large": request.GET.get("size") == LARGE,
        "find": request.build_absolute_uri("/find/"),
    }
    return render(request, "meetings/printed.html", page)
