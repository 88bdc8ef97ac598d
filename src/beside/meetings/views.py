"""What people see of meetings: a visit, the greeting before it, the questions after it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beside.groups import actions as groups
from beside.groups.forms import WordsForm
from beside.groups.here import here
from beside.groups.models import Persona
from beside.groups.policy import is_member
from beside.groups.views import no_place, suggested
from beside.groups.words import Way
from beside.meetings import actions, policy
from beside.meetings.forms import (
    CancelForm,
    FitForm,
    ListeningForm,
    MoveForm,
    PlanForm,
    VisitForm,
)
from beside.meetings.models import Booking, Door, Meeting
from beside.meetings.places import places_left
from beside.people.http import Request, who
from beside.people.models import Organisation, Person

SHOWN = 8
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


# A visit -----------------------------------------------------------------------------------------


@login_not_required
@read_or_write
def visit(request: HttpRequest, key: str, meeting: str) -> HttpResponse:
    """Book a visit; afterwards the same address is the page of that visit."""
    person = who(request)
    one = _meeting(person, key, meeting)
    if person is None:
        return redirect(f"/join/?next={request.path}")
    booking = _own_booking(person, one)
    if booking and booking.standing in policy.COMING:
        return _booked(request, person, one, booking)
    if is_member(person, one.group):
        return redirect("meetings:of_group", key=key)
    if not policy.may_visit(person, one):
        page = {"meeting": one, "over": not one.is_to_come} | no_place(person, one.group)
        return render(request, "meetings/no_visit.html", page)
    return _book(request, person, one, booking)


def _book(
    request: HttpRequest, person: Person, one: Meeting, before: Booking | None
) -> HttpResponse:
    known = Persona.objects.worn_by(person).filter(group=one.group).first()
    form = (ListeningForm if known else VisitForm)(
        request.POST or None, initial={**suggested(person), "greet": True}
    )
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"name": "", "pebble": 1, **form.cleaned_data}
        try:
            actions.book_visit(one, **said, by=person)
        except groups.NameTaken:
            form.add_error("name", _("Somebody in this group has that name already. Try another."))
        except actions.Full:
            messages.warning(request, _("The last place has just been taken. Nothing is booked."))
            return redirect("groups:face", slug=one.group.slug)
        else:
            return redirect(request.path)
    page = {"meeting": one, "form": form, "known": known, "before": before}
    return render(request, "meetings/visit.html", page)


def _booked(request: HttpRequest, person: Person, one: Meeting, booking: Booking) -> HttpResponse:
    said = _greetings(booking)
    written = [greeting for greeting in said if greeting.persona_id != booking.persona_id]
    door = Door.objects.visible_to(person).filter(venue=one.venue_id).first()
    page = {
        "meeting": one,
        "booking": booking,
        "greetings": said,
        "may_answer": bool(written),
        # The exact place comes with a greeter's first words, unless everybody may know it.
        "door": door if door and (door.public or written or not _is_visit(booking)) else None,
        "form": WordsForm(label=_("Your answer")),
        "over": not one.is_to_come,
    }
    return render(request, "meetings/booked.html", page)


@require_POST
def stay_away(request: Request, key: str, meeting: str) -> HttpResponse:
    """Not tonight, in one tap."""
    one = _meeting(request.user, key, meeting)
    booking = _own_booking(request.user, one)
    if booking is None:
        raise Http404
    actions.not_tonight(booking, by=request.user)
    messages.success(request, _("That is all right. Your place is free for somebody else."))
    if is_member(request.user, one.group):
        return redirect("meetings:of_group", key=key)
    return redirect("/today/")


@require_POST
def say(request: Request, key: str, booking: str) -> HttpResponse:
    """A greeter writes a few words to a visitor, or the visitor answers."""
    seen = Booking.objects.visible_to(request.user).select_related("meeting__group", "persona")
    one = get_object_or_404(seen, key=booking, meeting__group__key=key)
    form = WordsForm(request.POST)
    if form.is_valid():
        actions.greet(one, form.cleaned_data["words"], by=request.user)
    else:
        messages.warning(request, _("There were no words yet. Nothing was sent."))
    if policy.is_own(request.user, one):
        return redirect("meetings:visit", key=key, meeting=one.meeting.key)
    return redirect("meetings:greet", key=key, booking=booking)


@read_or_write
def afterwards(request: Request, key: str, meeting: str) -> HttpResponse:
    """Three short questions, and what may come next."""
    one = _meeting(request.user, key, meeting)
    if not policy.may_answer_fit(request.user, one):
        raise Http404
    form = FitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.answer_fit(one, form.cleaned_data, by=request.user)
        return _next_step(request, one)
    page = {
        "meeting": one,
        "form": form,
        "again": _following(one),
        "member": is_member(request.user, one.group),
    }
    return render(request, "meetings/afterwards.html", page)


def _next_step(request: Request, one: Meeting) -> HttpResponse:
    """Join, visit again, or not for me: where somebody goes after the questions."""
    step = request.POST.get("next", "")
    if step == "join":
        return redirect("groups:join", key=one.group.key)
    if step == "again":
        following = _following(one)
        if following is not None:
            return redirect("meetings:visit", key=one.group.key, meeting=following.key)
    if step == "not_for_me":
        groups.leave(one.group, by=request.user)
        messages.success(
            request, _("Thank you for going. The group learns only that you left. Here are others.")
        )
        return redirect("/find/" + _others(one))
    messages.success(request, _("Thank you. Nobody in the group sees what you answered."))
    return redirect("/today/")


def _following(one: Meeting) -> Meeting | None:
    """The group's next meeting that takes visitors."""
    coming = Meeting.objects.filter(group=one.group, takes_visitors=True).exclude(pk=one.pk)
    return coming.to_come().going_ahead().first()


def _others(one: Meeting) -> str:
    """The finder, asked for the same experiences, and other ways of meeting."""
    asked = [("experience", value) for value in one.group.experiences]
    asked += [("way", way.value) for way in Way if way.value not in one.group.ways]
    return "?" + urlencode(asked)


# In the group ------------------------------------------------------------------------------------


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
    for row in rows:
        row.free = left.get(row.pk)
    page = {
        "here": place,
        "meetings": rows,
        "newcomers": _newcomers(rows) if place.greets else [],
        "may_plan": policy.may_plan(request.user, place.group),
    }
    return render(request, "meetings/of_group.html", page)


def _newcomers(rows: list[Meeting]) -> list[Booking]:
    expected = Booking.objects.filter(meeting__in=rows).visits().coming()
    found = expected.select_related("meeting__group", "persona").prefetch_related("greetings")
    return list(found.order_by("meeting__starts_at", "made_at"))


@require_POST
def come(request: Request, key: str, meeting: str) -> HttpResponse:
    """A member will come."""
    one = _meeting(request.user, key, meeting)
    try:
        actions.book_seat(one, by=request.user)
        messages.success(request, _("Good. Your place is kept."))
    except actions.Full:
        messages.warning(request, _("Every place is taken this time."))
    return redirect("meetings:of_group", key=key)


@require_safe
def greet(request: Request, key: str, booking: str) -> HttpResponse:
    """A greeter's page for one visitor: who they would like to be, and what was written."""
    place = here(request.user, key)
    seen = Booking.objects.visible_to(request.user).visits()
    one = get_object_or_404(
        seen.select_related("meeting__group", "persona"), key=booking, meeting__group=place.group
    )
    if not place.greets:
        raise Http404
    form = WordsForm(label=_("A few words"), hint=_("They can answer you here, before they come."))
    page = {"here": place, "booking": one, "greetings": _greetings(one), "form": form}
    return render(request, "meetings/greet.html", page)


@read_or_write
def plan(request: Request, key: str) -> HttpResponse:
    """A facilitator says how the group meets."""
    place = here(request.user, key)
    if not policy.may_plan(request.user, place.group):
        raise Http404
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.plan(
            place.group,
            zone=_zone(),
            first_on=said["on"],
            at=said["at"],
            minutes=said["minutes"],
            way=said["way"],
            places=said["places"],
            **form.rule(),
            by=request.user,
        )
        messages.success(request, _("Planned. Everybody in the group sees it."))
        return redirect("meetings:of_group", key=key)
    return render(request, "meetings/plan.html", {"here": place, "form": form, "zone": _zone()})


@read_or_write
def change(request: Request, key: str, meeting: str) -> HttpResponse:
    """Move or cancel one meeting."""
    place = here(request.user, key)
    one = _meeting(request.user, key, meeting)
    if not policy.may_change(request.user, one):
        raise Http404
    cancels = request.POST.get("act") == "cancel"
    move_form = MoveForm(
        request.POST if request.POST and not cancels else None, initial={"on": one.on, "at": one.at}
    )
    cancel_form = CancelForm(request.POST if cancels else None)
    if cancels and cancel_form.is_valid():
        actions.cancel(one, cancel_form.cleaned_data["reason"], by=request.user)
        return redirect("meetings:of_group", key=key)
    if request.method == "POST" and not cancels and move_form.is_valid():
        try:
            actions.move(one, **move_form.cleaned_data, by=request.user)
        except actions.VenueTaken:
            move_form.add_error("at", _("Another meeting is at this place at this time."))
        else:
            return redirect("meetings:of_group", key=key)
    page = {"here": place, "meeting": one, "move_form": move_form, "cancel_form": cancel_form}
    return render(request, "meetings/change.html", page)


# Finding things ----------------------------------------------------------------------------------


def _meeting(person: Person | None, key: str, meeting: str) -> Meeting:
    seen = Meeting.objects.visible_to(person).select_related("group", "venue", "schedule")
    return get_object_or_404(seen, group__key=key, key=meeting)


def _own_booking(person: Person, one: Meeting) -> Booking | None:
    """This person's booking under the name they wear now."""
    worn = Persona.objects.worn_by(person)
    found = Booking.objects.filter(meeting=one, persona__in=worn)
    return found.select_related("persona", "meeting__group").first()


def _greetings(booking: Booking) -> list[Any]:
    return list(booking.greetings.select_related("persona").order_by("at", "pk"))


def _is_visit(booking: Booking) -> bool:
    return booking.kind == Booking.Kind.VISIT


def _zone() -> str:
    organisation = Organisation.ours()
    return organisation.zone if organisation else "UTC"
