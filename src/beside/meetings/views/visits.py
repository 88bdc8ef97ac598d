"""A visit, the greeting before it, the questions after it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beside.groups import actions as groups
from beside.groups.forms import WordsForm
from beside.groups.models import Persona
from beside.groups.policy import is_member
from beside.groups.views import no_place, suggested
from beside.groups.words import Way
from beside.meetings import actions, policy
from beside.meetings.equivalents import instead
from beside.meetings.forms import (
    FitForm,
    ListeningForm,
    VisitForm,
)
from beside.meetings.models import Booking, Door, Manner, Meeting
from beside.meetings.places import places_left
from beside.meetings.saying import put_holders, put_words
from beside.meetings.views.finding import own_booking, read_or_write, say_cancelled, the_meeting
from beside.meetings.views.waiting import in_line
from beside.notices import actions as notices
from beside.people.http import Request, who
from beside.people.models import Person


@login_not_required
@read_or_write
def visit(request: HttpRequest, key: str, meeting: str) -> HttpResponse:
    """Book a visit; afterwards the same address is the page of that visit."""
    person = who(request)
    one = the_meeting(person, key, meeting)
    if person is None:
        join = f"/join/?next={request.path}"
        page = {"meeting": one, "join": join}
        return render(request, "meetings/changed.html", page) if one.is_changed else redirect(join)
    booking = own_booking(person, one)
    if booking and booking.standing in policy.COMING:
        return _booked(request, person, one, booking)
    if booking and booking.standing in policy.IN_LINE:
        return in_line(request, person, one, booking)
    if is_member(person, one.group):
        return _to_my_group(request, person, one)
    if not policy.may_visit(person, one):
        page = {"meeting": one, "over": not one.is_to_come} | no_place(person, one.group)
        return render(request, "meetings/no_visit.html", page)
    return _book(request, person, one, booking)


def _to_my_group(request: HttpRequest, person: Person, one: Meeting) -> HttpResponse:
    """A member's old link: what became of that meeting first, then the list of all of them."""
    put_words([one], person)
    if not one.is_changed:
        return redirect("meetings:of_group", key=one.group.key)
    notices.see_about({"meeting": one.key}, by=person)
    return render(request, "meetings/changed.html", {"meeting": one, "member": True})


def _book(
    request: HttpRequest, person: Person, one: Meeting, before: Booking | None
) -> HttpResponse:
    known = Persona.objects.worn_by(person).filter(group=one.group).first()
    full = places_left([one]).get(one.pk) == 0
    form = (ListeningForm if known else VisitForm)(
        request.POST or None,
        initial={**suggested(person), "greet": True},
        supporters=Manner.of(one.group).supporters,
    )
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"name": "", "pebble": 1, **form.cleaned_data}
        waits = request.POST.get("act") == "wait"
        try:
            (actions.wait_to_visit if waits else actions.book_visit)(one, **said, by=person)
        except groups.NameTaken:
            form.add_error("name", _("Somebody in this group has that name already. Try another."))
        except actions.DoesNotTakePlace:
            say_cancelled(request)
            return redirect(request.path)
        except actions.Full:
            messages.warning(request, _("The last place has just been taken. Nothing is booked."))
            full = True
        else:
            return redirect(request.path)
    page = {
        "meeting": one,
        "form": form,
        "known": known,
        "before": before,
        "full": full,
        "may_wait": policy.may_wait_to_visit(person, one),
        "others": instead(person, one) if full else [],
    }
    return render(request, "meetings/visit.html", page)


def _booked(request: HttpRequest, person: Person, one: Meeting, booking: Booking) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        notices.see_about({"meeting": one.key}, by=person)
        if one.venue is not None:
            notices.see_about({"venue": one.venue.key}, by=person)
    put_words([one], person)
    put_holders([one], person)
    said = greetings_of(booking)
    written = [greeting for greeting in said if greeting.persona_id != booking.persona_id]
    door = Door.objects.visible_to(person).filter(venue=one.venue_id).first()
    waits = one.venue is not None and door is None and policy.waits_for_talk(person, one.group)
    page = {
        "meeting": one,
        "booking": booking,
        "greetings": said,
        "thread": bool(said) or waits or booking.kind == Booking.Kind.VISIT,
        "waits": waits,
        "may_answer": bool(written),
        "door": door,
        "way_in_changed": door and door.told_at and door.told_at > booking.made_at,
        "form": WordsForm(label=_("Your answer")),
        "over": not one.is_to_come,
        "door_is_open": policy.door_is_open(one),
        "supporters": Manner.of(one.group).supporters,
    }
    return render(request, "meetings/booked.html", page)


@require_POST
def stay_away(request: Request, key: str, meeting: str) -> HttpResponse:
    """Not tonight, in one tap."""
    one = the_meeting(request.user, key, meeting)
    booking = own_booking(request.user, one)
    if booking is None:
        raise Http404
    had_a_place = booking.standing in policy.HOLDING
    actions.not_tonight(booking, by=request.user)
    if had_a_place:
        messages.success(request, _("That is all right. Your place is free for somebody else."))
    else:
        messages.success(request, _("That is all right. You wait no longer."))
    if is_member(request.user, one.group):
        return redirect("meetings:of_group", key=key)
    return redirect("/today/")


@require_POST
def say(request: Request, key: str, booking: str) -> HttpResponse:
    """A greeter writes a few words to somebody new, or they answer."""
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
    one = the_meeting(request.user, key, meeting)
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


def greetings_of(booking: Booking) -> list[Any]:
    return list(booking.greetings.select_related("persona").order_by("at", "pk"))
