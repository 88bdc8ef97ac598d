"""Passkeys by WebAuthn: what a browser is asked, and whether its answer proves who it is.

State between question and answer stands in the session. The device knows somebody by a random
handle, never by a number of ours.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from beside import wall
from beside.people.models import Passkey, Person

STATE = "passkey"
NAMES_IN_THEIR_LIST = "Beside"  # what the device shows; never the private name, never a group


class NotProved(Exception):
    """The answer does not prove anything: wrong, old, replayed, or from another site."""


def possible(request: HttpRequest) -> bool:
    """Whether this address can have passkeys: it needs a name, if only localhost."""
    host = _site(request).hostname or ""
    return not host.replace(".", "").isdigit() and ":" not in host


def ask_to_add(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What the browser is told so that it makes a new key."""
    mine = list(Passkey.objects.visible_to(person))
    handle = bytes(mine[0].handle) if mine else secrets.token_bytes(32)
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=handle, name=NAMES_IN_THEIR_LIST, display_name=NAMES_IN_THEIR_LIST
        ),
        credentials=[AttestedCredentialData(bytes(key.credential)) for key in mine],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[STATE] = {"state": state, "handle": handle.hex(), "for": "add"}
    return dict(options)


def added(request: HttpRequest, answer: dict[str, Any]) -> dict[str, bytes]:
    """The new key, once its proof holds: handle, credential_id, credential. Raises NotProved."""
    kept = _state(request, "add")
    try:
        proof = _server(request).register_complete(
            kept["state"], RegistrationResponse.from_dict(answer)
        )
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotProved from wrong
    data = proof.credential_data
    if data is None:
        raise NotProved
    return {
        "handle": bytes.fromhex(kept["handle"]),
        "credential_id": data.credential_id,
        "credential": bytes(data),
    }


def ask_who(request: HttpRequest) -> dict[str, Any]:
    """What the browser is told so that it signs in with whichever key it has for us."""
    options, state = _server(request).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    request.session[STATE] = {"state": state, "for": "sign_in"}
    return dict(options)


def proved(request: HttpRequest, answer: dict[str, Any]) -> Passkey:
    """The key that signed the answer, with its person. Raises NotProved."""
    kept = _state(request, "sign_in")
    try:
        response = AuthenticationResponse.from_dict(answer)
        key = _found(response.raw_id)
        handle = response.response.user_handle
        if handle is not None and handle != bytes(key.handle):
            raise NotProved
        _server(request).authenticate_complete(
            kept["state"], [AttestedCredentialData(bytes(key.credential))], response
        )
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotProved from wrong
    return key


def _found(credential_id: bytes) -> Passkey:
    """Nobody is signed in yet, so the house looks."""
    with wall.house("people.find_passkey"):
        key = Passkey.objects.select_related("person").filter(credential_id=credential_id).first()
    if key is None or not key.person.is_active:
        raise NotProved
    return key


def _state(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """What was asked; taken away, so that an answer counts once."""
    kept: dict[str, Any] = request.session.pop(STATE, None) or {}
    if kept.get("for") != purpose:
        raise NotProved
    return kept


def _server(request: HttpRequest) -> Fido2Server:
    site = _site(request)
    ours = f"{site.scheme}://{site.netloc}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=site.hostname or "", name="Beside"),
        verify_origin=lambda origin: origin == ours,
    )


def _site(request: HttpRequest) -> Any:
    """The address of this site as people type it."""
    return urlsplit(settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}")
