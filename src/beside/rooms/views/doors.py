"""The door of a room: agreeing, trying one's devices, knocking, waiting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from beside.groups import actions as groups
from beside.groups.agreement import fixed_part
from beside.groups.here import latest_agreement
from beside.groups.models import Agreement, Persona
from beside.kernel import clock
from beside.meetings.models import Booking, Holding, Meeting
from beside.meetings.policy import may_answer_fit
from beside.meetings.saying import put_words
from beside.people.http import Request
from beside.people.models import Organisation
from beside.rooms import policy, reach
from beside.rooms.actions import doors, rooms, seats
from beside.rooms.forms import KnockForm
from beside.rooms.models import HOLDS, Line, Room, Seat
from beside.rooms.views.finding import my_seat, own_seat, room_of

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def of_meeting(request: Request, meeting: str) -> HttpResponse:
    """The way from a meeting to its room; before it opens, when that will be."""
    seen = Meeting.objects.visible_to(request.user).select_related("group")
    found = get_object_or_404(seen, key=meeting)
    if not policy.comes_to(request.user, found):
        raise Http404
    room = Room.objects.visible_to(request.user).filter(meeting=found).first()
    if room is None and request.method == "POST":
        room = rooms.open_room(found, by=request.user)
    if room is not None:
        return _go(request, reverse("rooms:door", args=[room.key]))
    return _early(request, found)


@read_or_write
def door(request: Request, key: str) -> HttpResponse:
    """Before a room: what is agreed for today, microphone and camera, and the wait."""
    room = room_of(request, key)
    seat = own_seat(request, room)
    if seat is not None and seat.is_in and not room.is_closed:
        return _go(request, reverse("rooms:room", args=[key]))
    if policy.is_off(room) and room.meeting is not None and not request.htmx:
        return _early(request, room.meeting)
    agreement = latest_agreement(room.group, _persona(request, room))
    form = KnockForm(request.POST or None, initial=_wishes(request, room))
    if request.method == "POST" and form.is_valid():
        return _knock(request, room, agreement, form)
    page = _page(request, room, seat, agreement, form)
    template = "rooms/door.html#wait" if request.htmx else "rooms/door.html"
    return render(request, template, page, status=422 if form.errors else 200)


def _early(request: Request, meeting: Meeting) -> HttpResponse:
    """What became of the meeting, and when its room opens; there is nothing to knock at now."""
    put_words([meeting], request.user)
    opens = policy.may_open(request.user, meeting)
    page = {
        "meeting": meeting,
        "may_open": opens,
        "live": policy.is_live(meeting),
        "due": policy.has_room(meeting),
    }
    return render(request, "rooms/early.html", page)


@require_POST
def words(request: Request, key: str) -> HttpResponse:
    """A few words to those who let in."""
    seat = my_seat(request, key)
    try:
        doors.write_at_door(seat, request.POST.get("words", ""), by=request.user)
    except doors.TooFast:
        messages.warning(request, _("That was a lot at once. Wait a moment, then write again."))
    return redirect("rooms:door", key=key)


@require_POST
def away(request: Request, key: str) -> HttpResponse:
    """Not knock any more."""
    seats.leave(my_seat(request, key), by=request.user)
    return redirect("home:today")


def _knock(
    request: Request, room: Room, agreement: Agreement | None, form: KnockForm
) -> HttpResponse:
    if agreement is not None:
        groups.accept_agreement(agreement, room.meeting_id, by=request.user)
    said = form.cleaned_data
    seat = doors.knock(
        room, listen_only=said["listen_only"], writes=said["writes"], by=request.user
    )
    return redirect("rooms:room" if seat.is_in else "rooms:door", key=room.key)


def _page(
    request: Request,
    room: Room,
    seat: Seat | None,
    agreement: Agreement | None,
    form: KnockForm,
) -> dict[str, Any]:
    ours = Organisation.ours()
    keepers = Persona.objects.filter(pk__in=_holding(room)).order_by("name")
    waits = seat is not None and seat.standing == Seat.Standing.KNOCKING
    return {
        "room": room,
        "meeting": room.meeting,
        "seat": seat,
        "waits": waits,
        "off": policy.is_off(room),
        "removed": seat is not None and seat.standing == Seat.Standing.REMOVED,
        "me": seat.persona if seat else _persona(request, room),
        "agreement": agreement,
        "fixed": fixed_part(ours.duty_worker_title if ours else "duty worker"),
        "form": form,
        "keepers": list(keepers),
        "keeps": policy.keeps(request.user, room),
        "said": _said(request, seat) if waits and seat else [],
        "relayed": bool(room.voices and reach.addresses(host_of(request))),
        "minutes": _minutes(room),
        "asked": room.is_closed and room.meeting and may_answer_fit(request.user, room.meeting),
    }


def _holding(room: Room) -> Any:
    return Holding.objects.filter(meeting=room.meeting_id, part__in=HOLDS).values("persona")


def _said(request: Request, seat: Seat) -> list[Line]:
    lines = Line.objects.visible_to(request.user).filter(door=seat).select_related("persona")
    return list(lines.order_by("at", "pk"))


def _wishes(request: Request, room: Room) -> dict[str, bool]:
    """What somebody said when they booked: that they would like to listen."""
    booking = Booking.objects.open_doors(request.user).filter(meeting=room.meeting_id).first()
    return {"listen_only": booking.listen_only} if booking else {}


def _persona(request: Request, room: Room) -> Persona:
    worn = Persona.objects.worn_by(request.user).filter(group=room.group_id).first()
    if worn is None:
        raise PermissionDenied
    return worn


def _minutes(room: Room) -> int:
    """Whole minutes until the meeting begins; 0 once it has."""
    if room.meeting is None:
        return 0
    return max(0, -int((clock.now() - room.meeting.starts_at).total_seconds() // 60))


def host_of(request: HttpRequest) -> str:
    """The name by which the browser reached us, without its port."""
    host = request.get_host()
    return host[1 : host.index("]")] if host.startswith("[") else host.partition(":")[0]


def _go(request: Request, to: str) -> HttpResponse:
    return HttpResponseClientRedirect(to) if request.htmx else HttpResponseRedirect(to)
