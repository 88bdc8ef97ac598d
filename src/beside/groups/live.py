"""Who may watch a group: its members."""

from __future__ import annotations

from beside.groups.models import Group
from beside.people.models import Person
from beside.wire import channels


def register() -> None:
    """Tell the wire, once, when Django starts."""
    channels.register("group", may_watch)


def may_watch(person: Person | None, key: str) -> bool:
    """Whether something that changed inside the group of this key may be said to this person."""
    return person is not None and Group.objects.of(person).filter(key=key).exists()
