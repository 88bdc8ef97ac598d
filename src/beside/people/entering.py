"""Signing somebody in, and how long they stay."""

from __future__ import annotations

from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from beside import wall
from beside.people import actions, known, stay
from beside.people.http import Request
from beside.people.models import Person, Profile

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEXT = "next"


def enter(request: HttpRequest, person: Person, *, shared: bool) -> None:
    """Sign somebody in whose proof was checked; the session gets a new key."""
    login(request, person, backend=BACKEND)
    settle(request, person, shared=shared)


def settle(request: HttpRequest, person: Person, *, shared: bool) -> None:
    """How long this lasts, in which time zone they read, and whether the device is known now."""
    with wall.acting_as(person.pk):
        profile = Profile.objects.visible_to(person).only("zone").first()
    stay.begin(request, shared=shared, zone=profile.zone if profile else "")
    known.remember(request, person, shared=shared)


def renew_passphrase(request: Request, passphrase: str) -> None:
    """Another passphrase; this session goes on under a new key, all others end."""
    person, old = request.user, request.session.session_key or ""
    actions.choose_passphrase(passphrase=passphrase, by=person, keep_session=old)
    update_session_auth_hash(request, person)
    known.remember(request, person, shared=stay.is_shared(request))
    actions.move_session(old_key=old, new_key=request.session.session_key or "", by=person)


def onward(request: HttpRequest, otherwise: str) -> str:
    """Where somebody was going: `next`, if it is an address of this site; else `otherwise`."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return otherwise
