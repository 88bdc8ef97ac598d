"""The first step."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from beside import wall
from beside.kernel import clock
from beside.kernel.policy import require
from beside.people import events, policy
from beside.people.models import Person, Profile


class SignInTaken(Exception):
    """Somebody has this private name already."""


def join(
    *,
    by: Person | None = None,
    sign_in: str,
    passphrase: str | None,
    name: str,
    pebble: int,
    age_band: str,
    shared_device: bool = True,
    language: str = "",
    zone: str = "",
) -> Person:
    """Somebody takes their first step; nobody is signed in yet, so `by` is None.

    The passphrase is hashed before any row is touched; with None nobody comes in by one. Raises
    SignInTaken, and PermissionDenied for somebody younger than the organisation's minimum age.
    """
    require(policy.may_join(by, age_band))
    person = Person(sign_in=sign_in, password=make_password(passphrase))
    with wall.house("people.join"):
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError as taken:
            raise SignInTaken from taken
        profile = Profile(
            person=person,
            pebble=pebble,
            age_band=age_band,
            shared_device=shared_device,
            language=language,
            zone=zone,
            joined_on=clock.now().date(),
        )
        profile.name = name
        profile.save(force_insert=True)
    events.joined.send(Person, person=person)
    return person
