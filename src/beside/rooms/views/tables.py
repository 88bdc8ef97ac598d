"""The circle: the page, and everything that is done in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from beside.groups.agreement import fixed_part
from beside.groups.here import latest_agreement
from beside.people.http import Request
from beside.people.models import Organisation
from beside.rooms import policy, reach, shown
from beside.rooms.actions import doors, rooms, seats, turns
from beside.rooms.forms import MoveForm, RoundForm
from beside.rooms.models import Line, Room, Seat
from beside.rooms.rounds import NotNow, Stale
from beside.rooms.views.doors import host_of
from beside.rooms.views.finding import my_seat, own_seat, room_of, their_seat
from beside.signposts.models import lines_for

P = ParamSpec("P")


@require_safe
def room(request: Request, key: str) -> HttpResponse:
    """The circle, for those who were let in; everybody else is shown the door."""
    found = room_of(request, key)
    seat = own_seat(request, found)
    if seat is None or not seat.is_in or found.is_closed:
        return _go(request, reverse("rooms:door", args=[key]))
    return _answer(request, found, seat)


def _plainly(
    act: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Let an act answer with the present state, and say in a sentence when it did not fit."""

    @wraps(act)
    def acted(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return act(request, *args, **kwargs)
        except Stale:
            said, status = _("Somebody was a moment faster. This is how it stands now."), 409
        except NotNow:
            said, status = _("That does not fit at this moment. This is how it stands."), 409
        except doors.Full:
            said, status = _("The circle is full. Nobody else fits in this time."), 409
        except (seats.TooFast, doors.TooFast):
            said, status = _("That was a lot at once. Wait a moment; nothing is lost."), 429
        except PermissionDenied:
            said, status = _("That is not possible at this moment. This is how it stands."), 403
        seat = own_seat(request, room_of(request, str(kwargs["key"])))
        if seat is None or not seat.is_in:
            raise PermissionDenied
        return _answer(request, seat.room, seat, said=said, status=status)

    return acted


@require_POST
@_plainly
def move(request: Request, key: str) -> HttpResponse:
    """One move in the round."""
    seat, form = my_seat(request, key), MoveForm(request.POST)
    if not form.is_valid():
        raise NotNow
    said = form.cleaned_data
    turns.move(
        seat,
        said["kind"],
        saw=said["saw"],
        to=said["to"],
        seconds=said["seconds"] or 0,
        order=said["order"],
        by=request.user,
    )
    return _done(request, key)


@require_POST
@_plainly
def begin(request: Request, key: str) -> HttpResponse:
    """Begin a round."""
    seat, form = my_seat(request, key), RoundForm(request.POST)
    if not form.is_valid():
        raise NotNow
    said = form.cleaned_data
    turns.begin_round(
        seat,
        said["question"],
        seconds=said["minutes"],
        first=said["first"],
        saw=said["saw"],
        by=request.user,
    )
    return _done(request, key)


@require_POST
@_plainly
def say(request: Request, key: str) -> HttpResponse:
    """Write to the circle, or say "I've been there"."""
    kind = request.POST.get("kind") or Line.Kind.WORDS
    seats.say(my_seat(request, key), request.POST.get("words", ""), kind, by=request.user)
    return _done(request, key)


@require_POST
@_plainly
def hand(request: Request, key: str) -> HttpResponse:
    """Raise a hand, or take it down."""
    up = request.POST.get("up") == "yes"
    seats.raise_hand(my_seat(request, key), up=up, by=request.user)
    return _done(request, key)


@require_POST
@_plainly
def part(request: Request, key: str) -> HttpResponse:
    """Listen, write or speak from now on; step out, or come back."""
    seat, how = my_seat(request, key), request.POST.get("how", "")
    if how == "out":
        seats.step_out(seat, by=request.user)
    elif how == "back":
        seats.come_back(seat, by=request.user)
    elif how in ("speak", "listen", "write"):
        listens, writes = how == "listen", how == "write"
        seats.take_part(seat, listen_only=listens, writes=writes, by=request.user)
    return _done(request, key)


@require_POST
def leave(request: Request, key: str) -> HttpResponse:
    """Leave quietly."""
    seat = my_seat(request, key)
    seats.leave(seat, by=request.user)
    messages.info(request, _("You left quietly. Nobody was told; your seat is simply empty."))
    return _go(request, reverse("home:today"))


@require_POST
@_plainly
def let_in(request: Request, key: str) -> HttpResponse:
    """Let one person in, or everybody who waits."""
    found = room_of(request, key)
    wanted = request.POST.get("seat", "")
    if wanted:
        doors.let_in(their_seat(request, found, wanted), by=request.user)
    else:
        doors.let_in_all(found, by=request.user)
    return _done(request, key)


@require_POST
@_plainly
def write(request: Request, key: str, seat: str) -> HttpResponse:
    """A few words to somebody who waits."""
    waiting = their_seat(request, room_of(request, key), seat)
    doors.write_at_door(waiting, request.POST.get("words", ""), by=request.user)
    return _done(request, key)


@require_POST
@_plainly
def remove(request: Request, key: str, seat: str) -> HttpResponse:
    """Ask somebody to leave this meeting."""
    there = their_seat(request, room_of(request, key), seat)
    seats.remove(there, request.POST.get("reason", ""), by=request.user)
    return _done(request, key)


@require_POST
@_plainly
def state(request: Request, key: str) -> HttpResponse:
    """Pause the room, go on, or end the meeting."""
    found, to = room_of(request, key), request.POST.get("to", "")
    acts = {"pause": rooms.pause, "resume": rooms.resume, "close": rooms.close}
    if to in acts:
        acts[to](found, by=request.user)
    return _done(request, key)


def _done(request: Request, key: str) -> HttpResponse:
    if not request.htmx:
        return redirect("rooms:room", key=key)
    seat = own_seat(request, room_of(request, key))
    if seat is None or not seat.is_in or seat.room.is_closed:
        return _go(request, reverse("rooms:door", args=[key]))
    return _answer(request, seat.room, seat)


def _answer(
    request: Request, found: Room, seat: Seat, *, said: str = "", status: int = 200
) -> HttpResponse:
    """The circle as this seat sees it now: the whole page, or the parts that change."""
    keeps = policy.keeps(request.user, found)
    page: dict[str, Any] = {
        "room": found,
        "seat": seat,
        "table": shown.table(found, seat, request.user),
        "lines": shown.lines(found, request.user),
        "keeps": keeps,
        "waiting": shown.at_the_door(found, request.user) if keeps else [],
        "told": said,
        "parts": bool(request.htmx),
    }
    if found.state == Room.State.RESTING:
        ours = Organisation.ours()
        page["crisis"] = lines_for(ours.country)[:3] if ours else []
    if request.htmx:
        return render(request, "rooms/room.html#parts", page, status=status)
    return render(request, "rooms/room.html", page | _frame(request, found, seat), status=status)


def _frame(request: Request, found: Room, seat: Seat) -> dict[str, Any]:
    """What stands around the circle and does not change."""
    ours = Organisation.ours()
    width, height, rate, kbps = settings.ROOM_PICTURE
    return {
        "agreement": latest_agreement(found.group, seat.persona),
        "fixed": fixed_part(ours.duty_worker_title if ours else _("duty worker")),
        "round_form": RoundForm(),
        "relayed": bool(found.voices and reach.addresses(host_of(request))),
        "until": _until(found),
        "camera": {"width": width, "height": height, "rate": rate, "kbps": kbps},
    }


def _until(found: Room) -> str:
    """When the meeting ends, on the clock of its own zone."""
    if found.meeting is None:
        return ""
    ends = found.meeting.ends_at.astimezone(ZoneInfo(found.meeting.zone))
    return date_format(ends, "H:i")


def _go(request: Request, to: str) -> HttpResponse:
    return HttpResponseClientRedirect(to) if request.htmx else HttpResponseRedirect(to)
