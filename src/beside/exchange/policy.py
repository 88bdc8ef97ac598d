"""Who may bring listings in from elsewhere, and have their meetings in a calendar?"""

from __future__ import annotations

from dataclasses import dataclass

from beside import wall
from beside.exchange.models import CalendarAddress, Import, Waiting
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


def may_decide(by: Person, waiting: Waiting) -> bool:
    """Whoever sent the file, while they coordinate."""
    return waiting.by_id == by.pk and is_coordinator(by)


def followed(done: Import) -> bool:
    """Whether a newer import of the same source stands on this one."""
    with wall.house("exchange.followed"):
        newer = Import.objects.filter(source=done.source, number__gt=done.number, undone_at=None)
        return newer.exists()


MOST_CALENDARS = 10


def may_have_calendar(person: Person) -> bool:
    """Anybody for themselves, a handful of them."""
    return CalendarAddress.objects.visible_to(person).count() < MOST_CALENDARS


def may_stop_calendar(person: Person, address: CalendarAddress) -> bool:
    """Nobody but the one it belongs to."""
    return address.person_id == person.pk


def may_forget_calendars(person: Person, whose: Person) -> bool:
    """They go when the person is erased, and not by anybody else."""
    return person.pk == whose.pk
