"""Waiting for a place, and the offer of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beside.kernel import clock
from beside.meetings import actions, line, policy
from beside.meetings.clocks import zone_behind
from beside.meetings.equivalents import instead
from beside.meetings.models import Booking, Manner, Meeting
from beside.meetings.places import places_left
from beside.meetings.reminding import lasts_over_night
from beside.meetings.saying import put_words
from beside.meetings.views.finding import own_booking, say_cancelled, still_on, the_meeting
from beside.people.http import Request
from beside.people.models import Person


def in_line(request: HttpRequest, person: Person, one: Meeting, booking: Booking) -> HttpResponse:
    """The page of somebody who waits, or who is offered a place."""
    if not booking.is_offered and (not booking.is_waiting or places_left([one]).get(one.pk) != 0):
        actions.settle(booking, by=person)  # nobody has swept since; what stands here is true now
        if booking.standing not in policy.IN_LINE:
            return redirect(request.path)
    put_words([one], person)
    page = {
        "meeting": one,
        "booking": booking,
        "begun": not policy.may_still_wait(one),
        "before": line.before(booking),
        "over_night": booking.is_offered and _over_night(booking),
        "supporters": Manner.of(one.group).supporters,
        "others": instead(person, one),
    }
    return render(request, "meetings/waiting.html", page)


def _over_night(booking: Booking) -> bool:
    until = booking.offer_until or clock.now()
    return lasts_over_night(clock.now(), until, zone_behind(booking))


@require_POST
def wait(request: Request, key: str, meeting: str) -> HttpResponse:
    """A member waits for a place, in one tap."""
    one = the_meeting(request.user, key, meeting)
    try:
        actions.wait_for_seat(still_on(one), by=request.user)
    except actions.DoesNotTakePlace:
        say_cancelled(request)
        return redirect("meetings:of_group", key=key)
    return redirect("meetings:visit", key=key, meeting=meeting)


@require_POST
def accept(request: Request, key: str, meeting: str) -> HttpResponse:
    """Yes to the place that is offered, in one tap."""
    one, booking = _own(request, key, meeting)
    try:
        actions.accept(booking, by=request.user)
        messages.success(request, _("Good. Your place is kept."))
    except actions.OfferOver:
        actions.settle(booking, by=request.user)
        messages.warning(request, _("There is no offer for you any more. Nothing is booked."))
    return redirect("meetings:visit", key=key, meeting=one.key)


@require_POST
def bring(request: Request, key: str, meeting: str) -> HttpResponse:
    """Bring somebody, or come alone after all."""
    one, booking = _own(request, key, meeting)
    along = request.POST.get("along") == "yes"
    try:
        actions.bring_supporter(booking, along=along, by=request.user)
    except actions.Full:
        messages.warning(request, _("There is no second place. Yours is kept as it was."))
    return redirect("meetings:visit", key=key, meeting=one.key)


def _own(request: Request, key: str, meeting: str) -> tuple[Meeting, Booking]:
    one = the_meeting(request.user, key, meeting)
    booking = own_booking(request.user, one)
    if booking is None:
        raise Http404
    return one, booking
