"""Who is still there: rests a shared device, notes the day, knows the reader's time zone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from beside import wall
from beside.people import actions, known, stay
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
            rested = _rest(request)
            return self.answer(request) if _gives_words_back(request) else rested
        stay.touch(request)
        if stay.is_new_day(request):
            with wall.acting_as(person.pk), transaction.atomic():
                actions.note_day(session_key=request.session.session_key or "", by=person)
        zone = stay.zone(request)
        if zone is not None:
            request.zone = zone  # type: ignore[attr-defined]
        return self.answer(request)


def _gives_words_back(request: HttpRequest) -> bool:
    """Whether something was sent to a page that answers strangers: it returns what they wrote."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return False
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return getattr(view, "login_required", True) is False


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


present = Present
