"""How a group meets, as its people see it and as its facilitators say it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beside.groups.forms import WordsForm
from beside.groups.here import here
from beside.groups.models import Group
from beside.meetings import actions, policy
from beside.meetings.models import Booking, Meeting, Schedule, to_greet
from beside.meetings.occurrences import Missing, missing
from beside.meetings.places import places_left
from beside.meetings.saying import put_holders, put_words
from beside.meetings.told import told_of, told_of_places
from beside.meetings.views.finding import say_cancelled, still_on, the_meeting
from beside.meetings.views.visits import greetings_of
from beside.people.http import Request

SHOWN = 8


@require_safe
def of_group(request: Request, key: str) -> HttpResponse:
    """The meetings to come, my place in each, and for those who greet, who is new."""
    place = here(request.user, key)
    mine = Booking.objects.of(request.user)
    coming = (
        Meeting.objects.filter(group=place.group).to_come().select_related("venue", "venue__door")
    )
    rows = list(coming.prefetch_related(Prefetch("bookings", mine, to_attr="mine"))[:SHOWN])
    left = places_left(rows)
    put_words(rows, request.user)
    put_holders(rows, request.user)
    told = told_of(rows, request.user) if place.facilitates else {}
    told_places = told_of_places(rows, request.user) if place.facilitates else {}
    for row in rows:
        row.free, row.told = left.get(row.pk), told.get(row.pk)
        row.told_place = told_places.get(row.pk)
    may_plan = policy.may_plan(request.user, place.group)
    in_a_room = any(row.venue is not None for row in rows)
    page = {
        "here": place,
        "meetings": rows,
        "waits": in_a_room
        and not place.greets
        and policy.waits_for_talk(request.user, place.group),
        "newcomers": _newcomers(rows) if place.greets else [],
        "may_plan": may_plan,
        "missing": _missing(place.group) if may_plan else [],
    }
    return render(request, "meetings/of_group.html", page)


def _missing(group: Group) -> list[Missing]:
    """Days on which the group would meet by its rules, and cannot."""
    rules = Schedule.objects.filter(group=group).exclude(clashes=[]).order_by("pk")
    return [each for rule in rules for each in missing(rule)]


def _newcomers(rows: list[Meeting]) -> list[Booking]:
    expected = to_greet().filter(meeting__in=rows)
    found = expected.select_related("meeting__group", "persona").prefetch_related("greetings")
    return list(found.order_by("meeting__starts_at", "made_at"))


@require_POST
def come(request: Request, key: str, meeting: str) -> HttpResponse:
    """A member will come."""
    one = the_meeting(request.user, key, meeting)
    try:
        actions.book_seat(still_on(one), by=request.user)
        messages.success(request, _("Good. Your place is kept."))
    except actions.DoesNotTakePlace:
        say_cancelled(request)
    except actions.Full:
        messages.warning(request, _("Every place is taken this time."))
    return redirect("meetings:of_group", key=key)


@require_safe
def greet(request: Request, key: str, booking: str) -> HttpResponse:
    """A greeter's page for somebody new: who they would like to be, and what was written."""
    place = here(request.user, key)
    seen = Booking.objects.visible_to(request.user)
    one = get_object_or_404(
        seen.select_related("meeting__group", "persona"), key=booking, meeting__group=place.group
    )
    if not place.greets:
        raise Http404
    form = WordsForm(label=_("A few words"), hint=_("They can answer you here, before they come."))
    page = {"here": place, "booking": one, "greetings": greetings_of(one), "form": form}
    return render(request, "meetings/greet.html", page)
