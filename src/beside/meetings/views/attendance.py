"""At the door: who comes, the code, and "I am here"."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beside.groups.here import here
from beside.meetings import actions, policy
from beside.meetings.forms import CodeForm
from beside.meetings.models import Booking, DoorCode, Guest
from beside.meetings.saying import put_words
from beside.meetings.squares import drawn
from beside.meetings.views.finding import read_or_write, the_meeting
from beside.people import throttle
from beside.people.forms import too_often
from beside.people.http import Request

TRIES = throttle.Limit("door", 10, 15 * 60)


@require_safe
def door(request: Request, key: str, meeting: str) -> HttpResponse:
    """A facilitator's page for one meeting: who comes, and who waits."""
    place = here(request.user, key)
    one = the_meeting(request.user, key, meeting)
    if not policy.may_see_who_comes(request.user, one):
        raise Http404
    put_words([one], request.user)
    rows = Booking.objects.filter(meeting=one).select_related("persona")
    guests = Guest.objects.filter(group=place.group)
    page = {
        "here": place,
        "meeting": one,
        "coming": rows.coming().order_by("persona__name"),
        "line": rows.in_line().order_by("-offer_until", "waiting_since"),
        "guests": set(guests.values_list("persona", flat=True)),
        "open": policy.door_is_open(one),
        "opens_at": one.starts_at - policy.DOOR_OPENS,
    }
    return render(request, "meetings/door.html", page)


@read_or_write
def code(request: Request, key: str, meeting: str) -> HttpResponse:
    """What is held up at the door: the code and its square, no name of anybody and no group."""
    here(request.user, key)
    one = the_meeting(request.user, key, meeting)
    if not policy.may_see_who_comes(request.user, one):
        raise Http404
    if request.method == "POST":
        actions.show_code(one, anew=request.POST.get("act") == "anew", by=request.user)
        return redirect(request.path)
    shown = DoorCode.objects.filter(meeting=one).first()
    if shown is None or not policy.door_is_open(one):
        return redirect("meetings:door", key=key, meeting=meeting)
    page = {"meeting": one, "code": shown, "square": drawn(_address(request, shown.code))}
    return render(request, "meetings/code.html", page)


@require_POST
def tap(request: Request, key: str, booking: str) -> HttpResponse:
    """A facilitator taps somebody in who has no phone, or takes it back."""
    here(request.user, key)
    seen = Booking.objects.visible_to(request.user).select_related("meeting__group")
    one = get_object_or_404(seen, key=booking, meeting__group__key=key)
    actions.tap_in(one, here=request.POST.get("here") == "yes", by=request.user)
    return redirect("meetings:door", key=key, meeting=one.meeting.key)


@read_or_write
def come_in(request: Request, code: str = "") -> HttpResponse:
    """Somebody says on their own phone that they are here."""
    form = CodeForm(request.POST or None, initial={"code": code}, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        wait = throttle.count(TRIES, f"door:{request.user.pk}")
        if wait:
            form.add_error("code", too_often(wait))
            return render(request, "meetings/here.html", {"form": form}, status=429)
        try:
            booking = actions.come_in(form.cleaned_data["code"], by=request.user)
        except (actions.NoSuchCode, actions.DoesNotTakePlace):
            form.add_error("code", _("No door of yours has this code now. Ask who shows it."))
        except actions.Full:
            form.add_error("code", _("Every place is taken. Whoever facilitates can help you."))
        else:
            throttle.forgive(TRIES, f"door:{request.user.pk}")
            messages.success(request, _("Good that you are here."))
            one = booking.meeting
            return redirect("meetings:visit", key=one.group.key, meeting=one.key)
    return render(request, "meetings/here.html", {"form": form, "code": code})


def _address(request: Request, code: str) -> str:
    """What the square says: the address of "I am here" with its code, and nothing of the group."""
    path = reverse("meetings:here_with", kwargs={"code": code})
    public: str = settings.PUBLIC_URL
    return public + path if public else request.build_absolute_uri(path)
