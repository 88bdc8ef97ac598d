"""What open pages listen to, so that a notice stands there at once."""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from beside.people.models import Person
from beside.wire import channels


def register() -> None:
    """Tell the wire, once, when Django starts."""
    channels.register("notices", may_watch)


def name(person: int) -> str:
    """What is said on the wire when something was left for this person; it tells no number."""
    return f"notices:{_key(person)}"


def may_watch(person: Person | None, key: str) -> bool:
    """One's own."""
    return person is not None and constant_time_compare(key, _key(person.pk))


def _key(person: int) -> str:
    return salted_hmac("beside.notices.live", str(person)).hexdigest()[:32]
