"""How a group keeps its meetings, as its facilitators say it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beside.groups.here import here
from beside.meetings import actions, policy
from beside.meetings.forms import MannerForm
from beside.meetings.models import Manner, Meeting
from beside.meetings.views.finding import read_or_write, the_meeting
from beside.people.http import Request

SHOWN = 8


@read_or_write
def manner(request: Request, key: str) -> HttpResponse:
    """Supporters, the exact place, offers, attendance; and which meetings take visitors."""
    place = here(request.user, key)
    if not policy.may_keep_manner(request.user, place.group):
        raise Http404
    form = MannerForm(request.POST or None, manner=Manner.of(place.group))
    if request.method == "POST" and form.is_valid():
        actions.keep_manner(place.group, **form.cleaned_data, by=request.user)
        messages.success(request, _("Kept. It holds from now on."))
        return redirect("meetings:manner", key=key)
    coming = Meeting.objects.filter(group=place.group).to_come().going_ahead()
    page = {"here": place, "form": form, "meetings": coming[:SHOWN]}
    return render(request, "meetings/manner.html", page)


@require_POST
def visitors(request: Request, key: str, meeting: str) -> HttpResponse:
    """Whether visitors may come to one meeting."""
    here(request.user, key)
    one = the_meeting(request.user, key, meeting)
    actions.welcome_visitors(one, welcome=request.POST.get("welcome") == "yes", by=request.user)
    return redirect("meetings:manner", key=key)
