"""What a browser in the circle asks by itself: coming in, staying, and finding the others."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from beside.people.http import Request
from beside.rooms import reach
from beside.rooms import signals as clean
from beside.rooms.actions import seats
from beside.rooms.actions import signals as acts
from beside.rooms.actions.signals import Word
from beside.rooms.models import Seat
from beside.rooms.views.doors import host_of
from beside.rooms.views.finding import my_seat

LONGEST = 300_000


class _Unreadable(Exception):
    """What was sent is not what a browser of ours sends."""


@require_POST
def enter(request: Request, key: str) -> HttpResponse:
    """Take one's seat in this window: its token, and how to reach the others."""
    try:
        told = _told(request)
        seat = my_seat(request, key)
        token = seats.enter(
            seat, _text(told, "token"), take=told.get("take") is True, by=request.user
        )
    except _Unreadable:
        return _refused(400)
    except seats.Elsewhere:
        return JsonResponse({"elsewhere": True}, status=409)
    except PermissionDenied:
        return _refused(403)
    seat.refresh_from_db(fields=["run"])
    answer = {
        "token": token,
        "seat": seat.key,
        "run": seat.run,
        "servers": reach.servers(seat, seat.room, host_of(request)),
    }
    return JsonResponse(answer)


@require_POST
def here(request: Request, key: str) -> HttpResponse:
    """Still here; and whether microphone and camera are on."""
    try:
        told = _told(request)
        seats.stay(
            my_seat(request, key),
            _text(told, "token"),
            voice=told.get("voice") is True,
            camera=told.get("camera") is True,
            by=request.user,
        )
    except _Unreadable:
        return _refused(400)
    except PermissionDenied:
        return _refused(403)
    return JsonResponse({"here": True})


@require_POST
def gone(request: Request, key: str) -> HttpResponse:
    """The window closes; sent as it does, so nobody reads the answer."""
    try:
        seats.drop(my_seat(request, key), request.POST.get("token", ""), by=request.user)
    except PermissionDenied:
        return _refused(403)
    return HttpResponse(status=204)


@require_POST
def signal(request: Request, key: str) -> HttpResponse:
    """Pass on descriptions and candidates, with nothing in them but the relay."""
    try:
        told = _told(request)
        seat = my_seat(request, key)
        words = _words(told.get("signals"))
        passed = acts.send(seat, _text(told, "token"), words, by=request.user)
    except (_Unreadable, clean.Refused):
        return _refused(400)
    except PermissionDenied:
        return _refused(403)
    return JsonResponse({"passed": passed})


@require_POST
def signals(request: Request, key: str) -> HttpResponse:
    """What others sent to this seat; those whose keys are in `seen` are not sent again."""
    try:
        told = _told(request)
        seat: Seat = my_seat(request, key)
        seen = told.get("seen", [])
        if not isinstance(seen, list) or len(seen) > acts.MOST_WAITING:
            raise _Unreadable
        kept = [each for each in seen if isinstance(each, str)]
        waiting = acts.take(seat, _text(told, "token"), kept, by=request.user)
    except _Unreadable:
        return _refused(400)
    except PermissionDenied:
        return _refused(403)
    return JsonResponse({"signals": waiting})


def _told(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises _Unreadable when it is too long or none."""
    if len(request.body) > LONGEST:
        raise _Unreadable
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError) as broken:
        raise _Unreadable from broken
    if not isinstance(told, dict):
        raise _Unreadable
    return told


def _text(told: dict[str, Any], name: str) -> str:
    given = told.get(name, "")
    if not isinstance(given, str) or len(given) > 200:
        raise _Unreadable
    return given


def _words(told: object) -> list[Word]:
    if not isinstance(told, list) or len(told) > clean.MOST_AT_ONCE:
        raise _Unreadable
    return [word for each in told if (word := _word(each)) is not None]


def _word(told: object) -> Word | None:
    if not isinstance(told, dict):
        raise _Unreadable
    payload = clean.clean(told.get("kind"), told.get("payload"))
    if payload is None:
        return None
    return Word(_text(told, "to"), _text(told, "run"), str(told["kind"]), payload)


def _refused(status: int) -> HttpResponse:
    return JsonResponse({"refused": True}, status=status)
