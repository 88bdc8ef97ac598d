"""Pages that belong to no other part: leaving, light and dark, forms that grew too old."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from beside.look import events
from beside.look.context import THEME_COOKIE, THEMES, leave_to
from beside.look.living import Example, page_of_parts

YEAR = 365 * 24 * 3600


# No form key: leaving must never fail, and all that a stranger could do is end a session. It ends
# by itself: nothing that others do about it afterwards can bring it back.
@transaction.non_atomic_requests
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and go to a neutral page; a script that already went there posts instead."""
    person = request.user
    if request.method != "HEAD":
        with transaction.atomic():
            leaves = person.is_authenticated
            logout(request)
        if leaves:
            with transaction.atomic():
                events.left_quickly.send_robust(None, person=person)
    response: HttpResponse = HttpResponseRedirect(leave_to())
    if request.method == "POST":
        response = HttpResponse(status=204)
        response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie("messages")
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_safe
def still(request: HttpRequest) -> HttpResponse:
    """Somebody is writing on an open page: a shared device does not rest meanwhile.

    Asked as a part of a page, it only says whether somebody is signed in.
    """
    return HttpResponse(status=204)


@login_not_required
@require_GET
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light, dark, or as the device says, and go back to where it was made."""
    back = request.GET.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.GET.get("to", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@login_not_required
def living(request: HttpRequest) -> HttpResponse:
    """Every part of the look with its states, for people who build pages (debug only)."""
    if not settings.DEBUG:
        raise Http404
    form = Example(request.POST) if request.method == "POST" else Example()
    wrong = Example({"wrong-words": "I had begun to write this"}, prefix="wrong")
    return render(request, "look/living.html", page_of_parts() | {"form": form, "wrong": wrong})


@login_not_required
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose key no longer fits (Django calls this).

    The words that came are handed back, so that nobody has to write them twice.
    """
    words = [
        value
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "pass" not in name.lower()
        for value in values
        if len(value) > 20
    ]
    return render(request, "look/form_expired.html", {"words": words}, status=403)
