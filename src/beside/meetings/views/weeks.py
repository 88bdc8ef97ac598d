"""What coordinators see: the week of all groups, and holidays over many of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings import actions, policy, weeks
from beside.meetings.forms.rests import RestForm
from beside.meetings.occurrences import AHEAD
from beside.meetings.views.finding import read_or_write
from beside.people.http import Request

A_PAGE = 100  # groups


@require_safe
def week(request: Request) -> HttpResponse:
    """One week in days, and the meetings of one of them: held or not, cancelled, without a room."""
    if not policy.may_rest(request.user):
        raise Http404
    day = _day(request.GET.get("day", "")) or clock.now().date()
    after = int(after) if (after := request.GET.get("after", "")).isdecimal() else 0
    first = weeks.monday(day)
    rows = weeks.on_day(day, after=min(after, 100_000), only_uncovered="uncovered" in request.GET)
    without_a_room, without_an_hour = weeks.without_a_meeting(day)
    page = {
        "day": day,
        "days": weeks.days_of(first),
        "before": first - timedelta(days=7),
        "following": first + timedelta(days=7),
        "far": day > clock.now().date() + AHEAD,
        "rows": rows[: weeks.A_PAGE],
        "more": after + weeks.A_PAGE if len(rows) > weeks.A_PAGE else None,
        "without_a_room": without_a_room,
        "without_an_hour": without_an_hour,
        "only_uncovered": "uncovered" in request.GET,
    }
    return render(request, "meetings/week.html", page)


@read_or_write
def rest(request: Request) -> HttpResponse:
    """Holidays: first which meetings would be cancelled, group by group; then it is done."""
    if not policy.may_rest(request.user):
        raise Http404
    form = RestForm(request.POST or None)
    page: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        looked = form.cleaned_data["looked"] == form.days
        if looked and request.POST.get("act") == "rest":
            return _rest(request, form)
        page |= _resting(form, form.cleaned_data["after"] if looked else 0)
    return render(request, "meetings/rest.html", page, status=422 if form.errors else 200)


def _rest(request: Request, form: RestForm) -> HttpResponse:
    ours = Group.objects.visible_to(request.user).filter(source="", closed_at=None)
    said = {name: form.cleaned_data[name] for name in ("first", "last", "reason")}
    rested = actions.rest(ours.exclude(key__in=form.left_out), **said, by=request.user)
    told = ngettext(
        "One meeting is cancelled. Whoever booked is told.",
        "%(n)d meetings are cancelled. Whoever booked is told.",
        len(rested),
    )
    messages.success(request, told % {"n": len(rested)})
    return redirect(f"/week/?day={said['first'].isoformat()}")


def _resting(form: RestForm, after: int) -> dict[str, Any]:
    """Some of the groups that meet in these days, with how many meetings each would miss."""
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    found = weeks.would_rest(first, last, after=after, most=A_PAGE)
    return {
        "groups": found.groups,
        "shown": " ".join(group.key for group, _meetings in found.groups),
        "spared": " ".join(form.left_out),
        "looked": form.days,
        "more": after + A_PAGE if found.more else None,
        "all": found.meetings,
        "far": last > clock.now().date() + AHEAD,
    }


def _day(said: str) -> date | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None
