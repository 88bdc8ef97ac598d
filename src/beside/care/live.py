"""Who may hear that something on a desk, or in what they told us, changed."""

from __future__ import annotations

from beside.care.models import Concern, Letter, Report
from beside.groups.models import Group
from beside.people.models import Person, Role


def may_watch_desk(person: Person | None, key: str) -> bool:
    """A group's facilitators; "duty": duty workers and coordinators."""
    if person is None:
        return False
    if key == "duty":
        return Role.objects.current().filter(person=person).exists()
    return Group.objects.held_by(person).filter(key=key).exists()


def may_watch_concern(person: Person | None, key: str) -> bool:
    return Concern.objects.visible_to(person).filter(key=key).exists()


def may_watch_report(person: Person | None, key: str) -> bool:
    return Report.objects.visible_to(person).filter(key=key).exists()


def may_watch_letter(person: Person | None, key: str) -> bool:
    return Letter.objects.visible_to(person).filter(key=key).exists()
