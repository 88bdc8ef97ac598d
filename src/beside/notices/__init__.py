"""Notices: delivery only. What is said belongs to the app that registers the kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from beside.notices.kinds import Words, register

if TYPE_CHECKING:
    from beside.people.models import Person

__all__ = ["Words", "register", "tell"]


def tell(
    person: Person,
    kind: str,
    *,
    dedupe: str,
    args: Mapping[str, Any] | None = None,
    due: datetime | None = None,
) -> None:
    """Leave a notice for `person` in the caller's transaction; it vanishes with it.

    `args` are keys and row numbers, never words. The same `dedupe` of one kind is told once. `due`
    (aware) holds it back until then. Raises KeyError for a kind that nobody registered.
    """
    from beside.notices import leaving

    leaving.leave(person, kind, dedupe=dedupe, args=dict(args or {}), due=due)
