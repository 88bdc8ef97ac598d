"""Who is still there, and who is let in: rests a shared device, and keeps what was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from beside import wall
from beside.people import actions, kept, known, stay
from beside.people.forms import SignIn
from beside.people.http import who


class Present:
    """Stands right behind the sign-in, before anything is read."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return known.put(request, self._present(request))

    def _present(self, request: HttpRequest) -> HttpResponse:
        person = who(request)
        if person is None:
            return self.answer(request)
        if stay.rested_too_long(request):
            written, rested = kept.sent(request), _rest(request)
            return self.answer(request) if written else rested
        stay.touch(request)
        if stay.is_new_day(request):
            with wall.acting_as(person.pk), transaction.atomic():
                actions.note_day(session_key=request.session.session_key or "", by=person)
        zone = stay.zone(request)
        if zone is not None:
            request.zone = zone  # type: ignore[attr-defined]
        return self.answer(request)


def _rest(request: HttpRequest) -> HttpResponse:
    """Sign out, and answer with a page that says nothing of where somebody was."""
    with transaction.atomic():
        logout(request)
    away = reverse("people:rested")
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = away
        return response
    return HttpResponseRedirect(away)


class ClosedDoor(LoginRequiredMiddleware):
    """Strangers sign in first; whoever was signed out while they wrote keeps their words."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        away = super().process_view(request, view_func, view_args, view_kwargs)
        written = kept.sent(request) if away else None
        if written is None:
            return away
        page = {"kept": written, "form": SignIn(request=request)}
        return render(request, "people/sign_in.html", page, status=403)


present, closed_door = Present, ClosedDoor
