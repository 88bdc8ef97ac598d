"""Notices: delivery only. What is said belongs to the app that registers the kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from beside.notices.kinds import Words, register

if TYPE_CHECKING:
    from beside.people.models import Person

__all__ = ["Words", "register", "tell", "tell_many"]


def tell(
    person: Person,
    kind: str,
    *,
    dedupe: str,
    args: Mapping[str, Any] | None = None,
    due: datetime | None = None,
    until: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Leave a notice for `person` in the caller's transaction; it vanishes with it.

    `args` are keys and row numbers, never words. The same `dedupe` of one kind is told once. `due`
    (aware) holds it back until then; after `until` (aware) it is neither shown nor sent. `urgent`
    as for a kind, this once. Raises KeyError for a kind that nobody registered.
    """
    tell_many([person.pk], kind, dedupe=dedupe, args=args, due=due, until=until, urgent=urgent)


def tell_many(
    persons: Collection[int],
    kind: str,
    *,
    dedupe: str,
    args: Mapping[str, Any] | None = None,
    due: datetime | Mapping[int, datetime] | None = None,
    until: datetime | None = None,
    urgent: bool = False,
) -> None:
    """The same for many people by number, in one insert however many they are.

    `due` may differ from person to person: then it is a mapping, and whoever is not in it is told
    at once.
    """
    from beside.notices import leaving

    each = due if isinstance(due, Mapping) else dict.fromkeys(persons, due) if due else {}
    wanted = leaving.Wanted(kind, dedupe, dict(args or {}), until, urgent)
    leaving.leave(persons, wanted, due=each)
