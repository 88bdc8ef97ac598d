"""The first page of the site, and the first page of a day."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from beside.groups.models import Group
from beside.groups.policy import may_open_first
from beside.groups.words import Experience, Way
from beside.kernel import clock
from beside.look.middleware import findable
from beside.meetings.models import Meeting
from beside.notices import heard
from beside.people.http import Request, who
from beside.people.models import Organisation, Profile

SOON = 4
WAYS = [Way.CALL, Way.IN_PERSON, Way.WRITING]


@login_not_required
@findable
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """What this is, for somebody who has just found it, perhaps at two in the morning."""
    if who(request):
        return redirect("home:today")
    to_come = (
        Meeting.objects.to_come()
        .going_ahead()
        .filter(
            group__in=Group.objects.listed().filter(source="", visits=True),
            takes_visitors=True,
            starts_at__gt=clock.now(),
        )
        .select_related("group", "venue")[: SOON * 6]
    )
    first_of_each = {meeting.group_id: meeting for meeting in reversed(to_come)}
    soon = sorted(first_of_each.values(), key=lambda meeting: meeting.starts_at)[:SOON]
    page = {
        "organisation": Organisation.ours(),
        "experiences": Experience.choices,
        "ways": [(way.value, way.label) for way in WAYS],
        "soon": soon,
    }
    return render(request, "home/welcome.html", page)


@require_safe
def today(request: Request) -> HttpResponse:
    """What waits for this person now, gathered from every app that has something to say."""
    groups = list(Group.objects.of(request.user).order_by("name"))
    profile = Profile.objects.visible_to(request.user).first()
    page = {
        "groups": groups,
        "called": profile.name if profile else "",
        "live": heard.name(request.user.pk),
        "opens_first": not groups and may_open_first(request.user),
    }
    return render(request, "home/today.html", page)
