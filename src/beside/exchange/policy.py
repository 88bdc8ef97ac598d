"""Who may bring listings in from elsewhere?"""

from __future__ import annotations

from dataclasses import dataclass

from beside import wall
from beside.exchange.models import Import
from beside.people.models import Person
from beside.people.policy import is_coordinator


@dataclass(frozen=True)
class Operator:
    """Whoever sits at the machine itself, at its command line: not one of our people."""


By = Person | Operator | None


def may_import(by: By) -> bool:
    """Coordinators, and the operator at the command line."""
    return isinstance(by, Operator) or is_coordinator(by)


def may_undo(by: By, done: Import) -> bool:
    """The same people, once, and the newest import of a source first."""
    return may_import(by) and done.undone_at is None and not followed(done)


def followed(done: Import) -> bool:
    """Whether a newer import of the same source stands on this one."""
    with wall.house("exchange.followed"):
        newer = Import.objects.filter(source=done.source, number__gt=done.number, undone_at=None)
        return newer.exists()
