"""What the forum hears from beneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from beside.forum import actions
from beside.groups import events as groups
from beside.people.models import Person


@receiver(groups.forgetting, dispatch_uid="forum.forgetting")
def blank_their_words(
    sender: object, *, person: Person, personas: Sequence[int], **more: Any
) -> None:
    """Somebody is being erased: what they wrote goes with them."""
    actions.forget(person, personas, by=person)
