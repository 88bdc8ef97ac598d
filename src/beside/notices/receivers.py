"""What notices hear from people."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from beside import notices, wall
from beside.kernel import clock
from beside.notices import notes
from beside.notices.models import Notice
from beside.people import events
from beside.people.models import Person


@receiver(events.recovered, dispatch_uid="notices.recovered")
def tell_of_recovery(sender: object, person: Person, **_: Any) -> None:
    """Whoever was here before reads that the passphrase changed."""
    notices.tell(person, "people.recovered", dedupe=f"{clock.now():%Y-%m-%dT%H:%M:%S}")


@receiver(events.erasing, dispatch_uid="notices.erasing")
def forget(sender: object, person: Person, **_: Any) -> None:
    """Somebody is being erased: nothing waits for them any more."""
    with wall.house("notices.forget"):
        Notice.objects.filter(person=person).delete()
        notes.forget(person)
