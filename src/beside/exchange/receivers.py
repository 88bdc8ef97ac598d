"""What exchange hears from people."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from beside import wall
from beside.exchange import actions
from beside.people import events as people
from beside.people.models import Person


@receiver(people.erasing, dispatch_uid="exchange.erasing")
def somebody_is_erased(sender: object, *, person: Person, **more: Any) -> None:
    """Their calendars find nothing any more."""
    with wall.acting_as(person.pk):
        actions.forget_calendars(person, by=person)
