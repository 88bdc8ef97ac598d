"""Passphrases, and the codes for the day one is forgotten."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from beside import wall
from beside.kernel import clock
from beside.kernel.policy import require
from beside.people import codes, events, policy
from beside.people.actions.sessions import end_all_sessions
from beside.people.models import Person, Recovery


class CodeUnknown(Exception):
    """No such person, no such code, or it was used already. Which of them is never told."""


class CodesMadeMeanwhile(Exception):
    """Another set was made since: the same form came twice, or from a second tab."""


def choose_passphrase(*, passphrase: str, by: Person, keep_session: str = "") -> None:
    """Another passphrase; everywhere else they are signed out (`keep_session`: this one's key)."""
    require(policy.may_be_at_home(by))
    by.set_password(passphrase)
    with wall.house("people.choose_passphrase"):
        by.save(update_fields=["password"])
    end_all_sessions(by=by, but=keep_session)


def new_recovery_codes(*, instead_of: str, by: Person) -> list[str]:
    """A new set of eight codes, to be shown once; all earlier ones stop working.

    `instead_of` is the mark (codes.mark) of the set they knew of, so that a form that comes twice
    takes no codes away from whoever writes them down. Raises CodesMadeMeanwhile.
    """
    require(policy.may_be_at_home(by))
    wall.lock("recovery codes", by.pk)
    if codes.mark(by) != instead_of:
        raise CodesMadeMeanwhile
    fresh = codes.new_set()
    with wall.house("people.new_recovery_codes"):
        Recovery.objects.filter(person=by).delete()
        Recovery.objects.bulk_create(
            Recovery(person=by, code_hash=codes.digest(by.pk, code)) for code in fresh
        )
    return fresh


def use_recovery_code(
    *, by: Person | None = None, sign_in: str, code: str, passphrase: str
) -> Person:
    """Choose a new passphrase with an unused code; every session ends and the code is spent.

    Takes the same time whether or not the name exists. Raises CodeUnknown.
    """
    require(by is None)
    hashed = make_password(passphrase)
    person = Person.objects.filter(sign_in=sign_in, is_active=True).first()
    with wall.house("people.use_recovery_code"):
        spent = Recovery.objects.filter(
            person=person, used_at=None, code_hash=codes.digest(person.pk if person else 0, code)
        ).update(used_at=clock.now())
        if person is None or not spent:
            raise CodeUnknown
        person.password = hashed
        person.save(update_fields=["password"])
    end_all_sessions(by=person)
    events.recovered.send(Person, person=person)
    return person
