"""Signing in and out. With a passphrase allauth does it (see urls.py); the rest stands here."""

from __future__ import annotations

import json

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from beside.people import actions, demo, kept, passkeys, stay, throttle
from beside.people.entering import enter, onward
from beside.people.forms import SignIn, WithACode, too_often
from beside.people.http import who
from beside.people.models import Person
from beside.people.views.joining import PASSPHRASES


@login_not_required
@PASSPHRASES
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in with a passphrase; allauth does it. Words that were kept stand in a box again."""
    written = kept.carried(request)
    by_passphrase = LoginView.as_view(
        template_name="people/sign_in.html", form_class=SignIn, extra_context={"kept": written}
    )
    answer = by_passphrase(request)
    return _send_again(request, written) or answer


def _send_again(request: HttpRequest, written: kept.Kept | None) -> HttpResponse | None:
    """For somebody who is signed in again: what they had written, ready to be sent."""
    if written is None or who(request) is None:
        return None
    return render(request, "people/send_again.html", {"kept": written})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Asks by a button, so that no link on another page can do it."""
    if request.method != "POST" and who(request):
        return render(request, "people/sign_out.html")
    logout(request)
    return redirect("/")


@login_not_required
@require_GET
def rested(request: HttpRequest) -> HttpResponse:
    """Where a shared device comes to rest: it says nothing of where somebody was."""
    return render(request, "people/rested.html")


@login_not_required
@PASSPHRASES
@require_http_methods(["GET", "HEAD", "POST"])
def with_a_code(request: HttpRequest) -> HttpResponse:
    """The passphrase was forgotten: an unused code and a new passphrase."""
    if who(request):
        return redirect("people:me")
    form = WithACode(request.POST or None, use_required_attribute=False)
    if form.is_bound and form.is_valid():
        person = _by_code(request, form)
        if person is not None:
            enter(request, person, shared=form.cleaned_data["shared_device"])
            messages.success(request, _("You have a new passphrase. That code is used up now."))
            return redirect("people:me")
    return render(request, "people/with_a_code.html", {"form": form})


def _by_code(request: HttpRequest, form: WithACode) -> Person | None:
    """Whose code this is. Nobody guesses one, so that tries elsewhere never shut anybody out."""
    said = {name: form.cleaned_data[name] for name in ("sign_in", "code", "passphrase")}
    here = throttle.address(request)
    pair = (throttle.BY_PAIR, f"code:{said['sign_in']}:{here}")
    counted = [(throttle.BY_ADDRESS, here), pair]
    wait = throttle.waits(counted)
    if wait:
        form.add_error(None, too_often(wait))
        return None
    try:
        return actions.use_recovery_code(**said)
    except actions.CodeUnknown:
        throttle.settle(counted, right=False)  # after the new passphrase was hashed, as always
        form.add_error(None, _("This name and this code do not fit together, or it was used."))
        return None


@login_not_required
@require_GET
def ask_passkey(request: HttpRequest) -> JsonResponse:
    """What the browser needs to look for a passkey."""
    if not passkeys.possible(request):
        raise Http404
    return JsonResponse(passkeys.ask_who(request))


@login_not_required
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey; it lives on a device of their own."""
    wait = throttle.count(throttle.BY_ADDRESS, throttle.address(request))
    if wait:
        messages.warning(request, too_often(wait))
        return redirect("people:sign_in")
    try:
        key = passkeys.proved(request, answer(request))
    except passkeys.NotProved:
        messages.warning(request, _("That passkey is not known here, or it took too long."))
        return redirect("people:sign_in")
    actions.note_use(key, by=key.person)
    enter(request, key.person, shared=False)
    return _send_again(request, kept.carried(request)) or redirect(onward(request, "/today/"))


def answer(request: HttpRequest) -> dict[str, object]:
    """What the browser answered about a passkey; nothing when it is no such thing."""
    try:
        said = json.loads(request.POST.get("credential", ""))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


@login_not_required
@require_GET
def as_demo(request: HttpRequest, name: str) -> HttpResponse:
    """Sign in as one of the demo's people; to everybody elsewhere there is no such page."""
    person = demo.somebody(name) if demo.is_here(request) else None
    if person is None:
        raise Http404
    if who(request):
        logout(request)
    enter(request, person, shared=False)
    request.session.pop(stay.CODES_DUE, None)
    return redirect("/today/")
