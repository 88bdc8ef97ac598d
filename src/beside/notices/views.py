"""Opening a notice, and having seen them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from beside.notices import actions
from beside.notices.models import Notice
from beside.notices.reading import page_of, words_of
from beside.people.http import Request


@require_POST
def look(request: Request, key: str) -> HttpResponse:
    """Go where it leads; from then on it is seen."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), key=key)
    if words_of(notice, request.user) is None:
        raise Http404
    actions.see(notice, by=request.user)
    return redirect(page_of(notice, request.user))


@require_POST
def seen(request: Request) -> HttpResponse:
    """All of it was seen."""
    actions.see_all(by=request.user)
    return redirect("/today/")
