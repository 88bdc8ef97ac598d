"""Passkeys: added, used and removed. The proof itself is checked in `passkeys.py`."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from beside import wall
from beside.kernel import clock
from beside.kernel.policy import require
from beside.people import policy
from beside.people.models import Passkey, Person


class PasskeyTaken(Exception):
    """This key is known here already."""


def add_passkey(
    *, name: str, handle: bytes, credential_id: bytes, credential: bytes, by: Person
) -> Passkey:
    """Keep a key whose proof was checked. Raises PasskeyTaken."""
    require(policy.may_be_at_home(by))
    key = Passkey(
        person=by,
        name=name,
        handle=handle,
        credential_id=credential_id,
        credential=credential,
        added_on=clock.now().date(),
    )
    with wall.house("people.add_passkey"):
        try:
            with transaction.atomic():
                key.save(force_insert=True)
        except IntegrityError as taken:
            raise PasskeyTaken from taken
    return key


def note_use(passkey: Passkey, *, by: Person) -> None:
    """It was used today."""
    require(policy.may_change(by, passkey))
    with wall.house("people.note_use"):
        Passkey.objects.filter(pk=passkey.pk).update(used_on=clock.now().date())


def remove_passkey(passkey: Passkey, *, by: Person) -> None:
    """Nobody signs in with this key any more."""
    require(policy.may_change(by, passkey))
    with wall.house("people.remove_passkey"):
        Passkey.objects.filter(pk=passkey.pk).delete()
