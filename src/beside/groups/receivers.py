"""What groups hear from people."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from beside import wall
from beside.groups import actions
from beside.people import events as people
from beside.people.models import Person


@receiver(people.erasing, dispatch_uid="groups.erasing")
def somebody_is_erased(sender: object, *, person: Person, **more: Any) -> None:
    """They leave every group, and their names go."""
    with wall.acting_as(person.pk):
        actions.forget(person, by=person)
