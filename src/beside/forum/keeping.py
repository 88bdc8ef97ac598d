"""Words are never lost: what cannot be posted is handed back to whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from beside.people.http import Request, who

P = ParamSpec("P")
_WRITTEN = ("title", "words", "note")


def keeps_words(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view behind the closed door that hands words back when the door no longer opens.

    Somebody signed out meanwhile gets them with 403 and the way to sign in; somebody for whom the
    page is not there (any more) with 404. Whoever sends no words gets the ordinary answer.
    """

    @login_not_required
    @wraps(view)
    def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if who(request) is None:
            if _words(request):
                return _hand_back(request, 403)
            return redirect_to_login(request.get_full_path())
        if not _words(request):
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)  # type: ignore[arg-type]
        except (Http404, PermissionDenied):
            return _hand_back(request, 404)

    return kept


def _words(request: HttpRequest) -> list[str]:
    if request.method != "POST":
        return []
    return [request.POST[name] for name in _WRITTEN if request.POST.get(name, "").strip()]


def _hand_back(request: HttpRequest, status: int) -> HttpResponse:
    page = {"written": _words(request), "next": request.path, "signed_out": status == 403}
    return render(request, "forum/words_back.html", page, status=status)
