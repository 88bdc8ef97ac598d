"""Booking for somebody without an account, and the sheet by which they are reminded."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beside.groups.actions import NameTaken
from beside.groups.here import Here, here
from beside.kernel import clock
from beside.look import moments
from beside.meetings import actions, policy, texting
from beside.meetings.forms import GuestForm
from beside.meetings.models import Booking, Door, Guest, Meeting, Posted
from beside.meetings.saying import put_words
from beside.meetings.sheet import rows_of
from beside.meetings.views.finding import read_or_write, say_cancelled, still_on, the_meeting
from beside.meetings.wording import of_change
from beside.people import gateway
from beside.people.http import Request

WINDOW = 5  # lines of the usual size that a window shows


@read_or_write
def guests(request: Request, key: str, meeting: str) -> HttpResponse:
    """Book for somebody new, or for somebody who was booked before."""
    place, one = _held(request, key, meeting)
    form = GuestForm(request.POST or None, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        try:
            guest = actions.welcome_guest(still_on(one), **form.cleaned_data, by=request.user)
        except actions.DoesNotTakePlace:
            say_cancelled(request)
            return redirect("meetings:calls", key=key, meeting=meeting)
        except NameTaken:
            form.add_error("name", _("Somebody in this group has that name already. Try another."))
        else:
            _book(request, one, guest)
            return redirect("meetings:calls", key=key, meeting=meeting)
    booked = Booking.objects.filter(meeting=one, standing__in=[*policy.HOLDING, *policy.IN_LINE])
    known = Guest.objects.filter(group=place.group).select_related("persona")
    page = {
        "here": place,
        "meeting": one,
        "form": form,
        "known": known.order_by("persona__name"),
        "booked": set(booked.values_list("persona", flat=True)),
        "texts_go": gateway.is_set(),
    }
    return render(request, "meetings/guests.html", page)


@require_POST
def book_guest(request: Request, key: str, meeting: str, guest: str) -> HttpResponse:
    """A place for somebody who was booked before; or yes or no to what is theirs."""
    _place, one = _held(request, key, meeting)
    known = _guest(request, key, guest)
    booking = Booking.objects.filter(meeting=one, persona=known.persona_id).first()
    act, posted = request.POST.get("act", ""), request.POST.get("posted", "")
    if act == "book":
        _book(request, one, known)
    elif booking is not None and (act == "not_posted" or posted.isdecimal()):
        about = None if act else min(int(posted), one.sequence)
        actions.say_posted(booking, about, by=request.user)
    elif booking is not None and act == "not_tonight":
        actions.not_tonight(booking, by=request.user)
    elif booking is not None and act == "accept":
        try:
            actions.accept(booking, by=request.user)
        except actions.OfferOver:
            messages.warning(request, _("The offer ran out, and the place went on."))
    return redirect("meetings:calls", key=key, meeting=meeting)


@require_POST
def forget_guest(request: Request, key: str, guest: str) -> HttpResponse:
    """Take somebody out, with how to reach them and every place they had."""
    here(request.user, key)
    actions.forget_guest(_guest(request, key, guest), by=request.user)
    messages.success(request, _("Taken out. Their name and how to reach them are erased."))
    return redirect("meetings:of_group", key=key)


@require_safe
def calls(request: Request, key: str, meeting: str) -> HttpResponse:
    """Whom to call, text or write to about one meeting; to print."""
    place, one = _held(request, key, meeting)
    put_words([one], request.user)
    rows = rows_of(one, request.user)
    kinds = [(kind, [row for row in rows if row.guest.reach == kind]) for kind in Guest.Reach]
    page = {
        "here": place,
        "meeting": one,
        "kinds": [(kind, of_kind) for kind, of_kind in kinds if of_kind],
        "texts_go": gateway.is_set(),
    }
    return render(request, "meetings/calls.html", page)


@require_safe
def letter(request: Request, key: str, meeting: str, guest: str) -> HttpResponse:
    """One letter to print: the address where a window shows it, all else beneath the first fold."""
    _place, one = _held(request, key, meeting)
    known = _guest(request, key, guest)
    asked = Booking.objects.filter(meeting=one, standing__in=[*policy.HOLDING, *policy.IN_LINE])
    booking = asked.filter(persona=known.persona_id).first()
    if booking is None or known.reach != Guest.Reach.POST:
        raise Http404
    page = {
        "meeting": one,
        "guest": known,
        "booking": booking,
        "many_lines": known.contact.count("\n") >= WINDOW,
        "begins": _spoken(one.starts_at, one),
        "change": _change(one, booking),
        "door": Door.objects.visible_to(request.user).filter(venue=one.venue_id).first(),
    }
    return render(request, "meetings/letter.html", page)


def _held(request: Request, key: str, meeting: str) -> tuple[Here, Meeting]:
    place = here(request.user, key)
    one = the_meeting(request.user, key, meeting)
    if not policy.may_see_who_comes(request.user, one):
        raise Http404
    return place, one


def _guest(request: Request, key: str, guest: str) -> Guest:
    seen = Guest.objects.visible_to(request.user).select_related("group", "persona")
    return get_object_or_404(seen, key=guest, group__key=key)


def _change(meeting: Meeting, booking: Booking) -> str:
    """What a letter says of the latest change; "" where nothing differs from what was planned."""
    if meeting.state != Meeting.State.CANCELLED and not meeting.differs:
        return ""
    since = meeting.sequence if meeting.after_all is None else meeting.after_all
    posted = Posted.objects.filter(booking=booking, sequence__gte=since)
    return of_change(
        meeting,
        lambda moment: _spoken(moment, meeting),
        knows_after_all=posted.filter(sequence__lt=meeting.sequence).exists(),
    )


def _spoken(moment: datetime, meeting: Meeting) -> str:
    """In the hours of the place, whatever clock the facilitator lives by who prints it."""
    return moments.spoken(moment, ZoneInfo(meeting.zone), now=clock.now())


def _book(request: Request, one: Meeting, guest: Guest) -> None:
    try:
        actions.book_guest(still_on(one), guest, by=request.user)
        if texting.will_tell(guest, one):
            messages.success(request, _("Their place is kept, and a text is on its way to them."))
        else:
            messages.success(request, _("Their place is kept. Somebody has to tell them."))
    except actions.DoesNotTakePlace:
        say_cancelled(request)
    except actions.Full:
        booking = actions.book_guest(one, guest, wait=True, by=request.user)
        if booking.is_waiting:
            messages.warning(request, _("Every place is taken. They wait for one now."))
