"""Leaving for good."""

from __future__ import annotations

from collections.abc import Iterable

from beside import wall
from beside.host import erasures
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.people import events, policy
from beside.people.actions.sessions import end_all_sessions
from beside.people.models import Block, Contact, Passkey, Person, Profile, Recovery, Role
from beside.vault.box import Box


def erase(person: Person, *, by: Person) -> None:
    """Erase somebody: apps above blank what is theirs, then their key is destroyed.

    The row in `people_person` keeps its number, so that it is never given to anybody else, and
    nothing that could be recognised or signed in with.
    """
    require(policy.may_erase(by, person))
    _erase(person)
    erasures.add(person.pk)


def erase_again(numbers: Iterable[int], *, by: Person | None = None) -> int:
    """After a restore, before anybody is served: erase those it brought back; returns how many.

    `numbers` are those of `host.erasures.numbers()`. Nobody is signed in, so `by` is None, and each
    is erased as they themselves asked for then.
    """
    require(by is None)
    back = list(Person.objects.filter(pk__in=list(numbers), erased_at=None))
    for person in back:
        with wall.acting_as(person.pk):
            _erase(person)
    return len(back)


def _erase(person: Person) -> None:
    events.erasing.send(Person, person=person)
    end_all_sessions(by=person)
    with wall.house("people.erase"):
        Role.objects.current().filter(person=person).update(until=clock.now())
        for theirs in (Contact, Recovery, Passkey, Profile):
            theirs.objects.filter(person=person).delete()
        Block.objects.filter(by=person).delete()
        Block.objects.filter(of=person).delete()
        person.sign_in = f"erased-{new_key()}"
        person.set_unusable_password()
        person.is_active, person.erased_at = False, clock.now()
        person.save()
    Box("person", person.pk).destroy()
