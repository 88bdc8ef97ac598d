"""Words are never lost: what cannot be posted is handed back to whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render

from beside.people import kept
from beside.people.http import Request

P = ParamSpec("P")


def keeps_words(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """A view that hands words back (404) to somebody for whom the page is not there (any more).

    Whoever sends no words gets the ordinary answer; whoever was signed out meanwhile is met at the
    closed door, which keeps their words (see people/kept.py).
    """

    @wraps(view)
    def keeping(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        written = kept.sent(request)
        if written is None:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except (Http404, PermissionDenied):
            return render(request, "forum/words_back.html", {"kept": written}, status=404)

    return keeping
