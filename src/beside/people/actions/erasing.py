"""Leaving for good."""

from __future__ import annotations

from beside import wall
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
