"""Leaving for good."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from beside.kernel import clock
from beside.people import actions, policy
from beside.people.forms import Erase
from beside.people.http import Request
from beside.people.views.joining import PASSPHRASES

BACKUPS_LIVE = timedelta(days=30)


@PASSPHRASES
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: Request) -> HttpResponse:
    """What goes, what stays and until when; then two words and the passphrase."""
    form = Erase(request.POST or None, person=request.user)
    allowed = policy.may_erase(request.user, request.user)
    if allowed and form.is_bound and form.is_valid():
        person = request.user
        actions.erase(person, by=person)
        logout(request)
        return redirect("people:erased")
    gone_by = clock.now() + BACKUPS_LIVE
    page = {"form": form, "allowed": allowed, "gone_by": gone_by}
    return render(request, "people/erase.html", page)


@login_not_required
@require_GET
def erased(request: HttpRequest) -> HttpResponse:
    """It is done."""
    return render(request, "people/erased.html", {"gone_by": clock.now() + BACKUPS_LIVE})
