"""Who may hear that something in writing changed: whoever may read it."""

from __future__ import annotations

from beside.forum.models import Topic
from beside.groups.models import Group
from beside.people.models import Person


def may_watch_topic(person: Person | None, key: str) -> bool:
    return Topic.objects.visible_to(person).filter(key=key).exists()


def may_watch_talk(person: Person | None, key: str) -> bool:
    return person is not None and Group.objects.of(person).filter(key=key).exists()
