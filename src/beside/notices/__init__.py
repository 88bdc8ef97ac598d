"""Notices: delivery only. What is said belongs to the app that registers the kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from beside.notices.kinds import Words, register

if TYPE_CHECKING:
    from beside.people.models import Person

__all__ = ["Telling", "Words", "register", "tell", "tell_all", "tell_many"]


@dataclass(frozen=True)
class Telling:
    """One thing that is told to some people by number, as `tell_many` takes it."""

    persons: Collection[int]
    dedupe: str
    args: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | Mapping[int, datetime] | None = None
    until: datetime | None = None
    urgent: bool = False


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
    tell_all(kind, [Telling(persons, dedupe, args or {}, due, until, urgent)])


def tell_all(kind: str, tellings: Sequence[Telling]) -> None:
    """Many things of one kind, each to its own people, in one insert however many there are."""
    from beside.notices import leaving

    leaving.leave(kind, tellings)
