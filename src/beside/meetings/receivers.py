"""What meetings hear from beneath."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from beside.groups import events as groups
from beside.groups.models import Persona
from beside.meetings import actions
from beside.people import events as people
from beside.people.models import Person


@receiver(groups.retired, dispatch_uid="meetings.retired")
def somebody_is_gone(sender: object, *, persona: Persona, by: Person, **more: Any) -> None:
    """Whoever left or was removed is expected nowhere any more."""
    persona.refresh_from_db(fields=["retired_at"])
    actions.give_back_places(persona, by=by)


@receiver(people.erasing, dispatch_uid="meetings.erasing")
def somebody_is_erased(sender: object, *, person: Person, **more: Any) -> None:
    """Their answers and proofs go; their bookings went with their names."""
    actions.forget_fits(person, by=person)
    actions.forget_proofs(person, by=person)
