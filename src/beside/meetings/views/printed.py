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
from beside.meetings.models import Venue
from beside.meetings.timetable import sheet
from beside.people.http import Request, who
from beside.people.models import Organisation, Person

LARGE = "large"


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
    """All groups that everybody may find; for coordinators, all."""
    return _printed(request, _known(who(request)), title="", back="/find/")


def _known(person: Person | None) -> QuerySet[Group]:
    if groups.coordinates(person):
        return Group.objects.filter(closed_at=None, source="")
    return Group.objects.listed().filter(source="")


def _printed(
    request: HttpRequest,
    rows: QuerySet[Group],
    *,
    title: str,
    back: str,
    venue: Venue | None = None,
) -> HttpResponse:
    organisation = Organisation.ours()
    zone = ZoneInfo(organisation.zone if organisation else "UTC")
    page: dict[str, Any] = {
        "sheet": sheet(rows, zone, venue=venue),
        "organisation": organisation,
        "title": title,
        "venue": venue,
        "back": back,
        "large": request.GET.get("size") == LARGE,
        "find": request.build_absolute_uri("/find/"),
    }
    return render(request, "meetings/printed.html", page)
