"""What the forum hears from beneath."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from beside.forum import actions
from beside.people import events as people
from beside.people.models import Person


@receiver(people.erasing)
def blank_their_words(sender: object, *, person: Person, **more: Any) -> None:
    """Somebody is being erased: what they wrote goes with them."""
    actions.forget(person, by=person)
