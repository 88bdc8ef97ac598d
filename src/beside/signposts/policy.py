"""Who may say that a line is right?"""

from __future__ import annotations

from beside.people.models import Person
from beside.people.policy import is_coordinator


def may_confirm(by: Person | None) -> bool:
    """Coordinators answer for the numbers that the organisation shows."""
    return is_coordinator(by)
