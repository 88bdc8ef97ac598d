"""My account."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from beside.people import actions, codes, export, gateway, known, passkeys, power, stay
from beside.people.entering import renew_passphrase
from beside.people.forms import ChosenName, Confirming, NewPasskey, NewPassphrase, Zone
from beside.people.http import Request
from beside.people.models import Contact, Passkey, Profile, Role, Session
from beside.people.views.joining import MARK, PASSPHRASES, show_codes
from beside.people.views.signing_in import answer
from beside.people.words import SUGGESTED


def profile_of(request: Request) -> Profile:
    """Their own profile, or 404 for somebody who has none."""
    return get_object_or_404(Profile.objects.visible_to(request.user))


@require_GET
def me(request: Request) -> HttpResponse:
    """Everything about oneself on one calm page."""
    here = request.session.session_key
    sessions = Session.objects.visible_to(request.user).order_by("-started")
    page = {
        "profile": profile_of(request),
        "contact": Contact.objects.visible_to(request.user).first(),
        "by_text": gateway.is_set(),
        "places": [(each, each.has(here)) for each in sessions],
        "passkeys": list(Passkey.objects.visible_to(request.user).order_by("added_on")),
        "codes_left": codes.left(request.user),
        "roles": list(Role.objects.current().filter(person=request.user)),
        "record": power.about(request.user, most=5),
        "shared": stay.is_shared(request),
        "may_have_passkey": passkeys.possible(request) and not stay.is_shared(request),
    }
    return render(request, "people/me.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: Request) -> HttpResponse:
    """Another name and pebble."""
    profile = profile_of(request)
    now = {"name": profile.name, "pebble": profile.pebble}
    form = ChosenName(request.POST or None, initial=now, use_required_attribute=False)
    if form.is_bound and form.is_valid():
        actions.choose_name(profile, **form.cleaned_data, by=request.user)
        messages.success(request, _("Kept. In groups you keep the name you wear there."))
        return redirect("people:me")
    return render(request, "people/name.html", {"form": form, "names": SUGGESTED})


@require_http_methods(["GET", "HEAD", "POST"])
def zone(request: Request) -> HttpResponse:
    """The time zone in which times are shown."""
    profile = profile_of(request)
    form = Zone(request.POST or None, initial={"zone": profile.zone})
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["zone"]
        actions.choose_zone(profile, zone=chosen, by=request.user)
        request.session[stay.ZONE] = chosen
        return redirect("people:me")
    return render(request, "people/zone.html", {"form": form})


@require_POST
def device(request: Request) -> HttpResponse:
    """This device is shared, or it is not."""
    profile, shared = profile_of(request), request.POST.get("shared") == "yes"
    actions.set_shared_device(profile, shared=shared, by=request.user)
    stay.begin(request, shared=shared, zone=profile.zone)
    known.remember(request, request.user, shared=shared)
    return redirect("people:me")


@PASSPHRASES
@require_http_methods(["GET", "HEAD", "POST"])
def passphrase(request: Request) -> HttpResponse:
    """Another passphrase; everywhere else they are signed out."""
    form = NewPassphrase(request.POST or None, person=request.user)
    if form.is_bound and form.is_valid():
        renew_passphrase(request, form.cleaned_data["passphrase"])
        messages.success(request, _("You have a new passphrase. Other devices are signed out."))
        return redirect("people:me")
    return render(request, "people/passphrase.html", {"form": form})


@PASSPHRASES
@require_http_methods(["GET", "HEAD", "POST"])
def new_codes(request: Request) -> HttpResponse:
    """A new set of recovery codes, after the passphrase."""
    form = Confirming(request.POST or None, person=request.user)
    if form.is_bound and form.is_valid():
        request.session[stay.CODES_DUE] = "/me/"
        return show_codes(request)
    page = {"form": form, "mark": request.POST.get(MARK) or codes.mark(request.user)}
    return render(request, "people/new_codes.html", page)


@require_POST
def end_session(request: Request, key: str) -> HttpResponse:
    """Sign out over there."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    actions.end_session(session, by=request.user)
    messages.success(request, _("Signed out there."))
    return redirect("people:me")


@require_POST
def end_sessions(request: Request) -> HttpResponse:
    """Sign out everywhere but here."""
    actions.end_all_sessions(by=request.user, but=request.session.session_key or "")
    messages.success(request, _("Signed out everywhere else."))
    return redirect("people:me")


@PASSPHRASES
@require_http_methods(["GET", "HEAD", "POST"])
def new_passkey(request: Request) -> HttpResponse:
    """A passkey on this device; not offered on one that others share."""
    if stay.is_shared(request) or not passkeys.possible(request):
        return redirect("people:me")
    form = NewPasskey(request.POST or None, person=request.user)
    if form.is_bound and form.is_valid() and _keep_passkey(request, form):
        messages.success(request, _("From now on you can sign in here without your passphrase."))
        return redirect("people:me")
    asked = json.dumps(passkeys.ask_to_add(request, request.user))
    page = {"form": form, "asked_json": asked}
    return render(request, "people/new_passkey.html", page)


def _keep_passkey(request: Request, form: NewPasskey) -> bool:
    try:
        proof: dict[str, Any] = passkeys.added(request, answer(request))
        actions.add_passkey(name=form.cleaned_data["name"], **proof, by=request.user)
    except (passkeys.NotProved, actions.PasskeyTaken):
        form.add_error(None, _("This device did not answer as we hoped. Nothing was changed."))
        return False
    return True


@require_POST
def remove_passkey(request: Request, key: str) -> HttpResponse:
    """Sign in with this passkey no longer."""
    passkey = get_object_or_404(Passkey.objects.visible_to(request.user), key=key)
    actions.remove_passkey(passkey, by=request.user)
    messages.success(request, _("That passkey no longer signs you in."))
    return redirect("people:me")


@require_GET
def record(request: Request) -> HttpResponse:
    """What was done about me: roles, not names."""
    return render(request, "people/record.html", {"record": power.about(request.user)})


@require_GET
def my_data(request: Request) -> HttpResponse:
    """All that is held about them, as a file."""
    shape = {"indent": 2, "ensure_ascii": False}
    response = JsonResponse(export.everything(request.user), json_dumps_params=shape)
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
