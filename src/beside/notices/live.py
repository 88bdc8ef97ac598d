"""Who may hear that something was left for somebody, so that it stands there at once."""

from __future__ import annotations

from django.utils.crypto import constant_time_compare

from beside.notices import heard
from beside.people.models import Person
from beside.wire import channels


def register() -> None:
    """Tell the wire, once, when Django starts."""
    channels.register("notices", may_watch)


def may_watch(person: Person | None, key: str) -> bool:
    """One's own."""
    return person is not None and constant_time_compare(key, heard.key(person.pk))
