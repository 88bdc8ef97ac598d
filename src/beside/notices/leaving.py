"""Leaving notices for people, as the house, in whatever transaction is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procrastinate.contrib.django import app

from beside import wall, wire
from beside.kernel import clock
from beside.notices import heard, kinds
from beside.notices.models import Notice
from beside.people.models import Contact

AT_A_TIME = 5_000  # rows of one insert


@dataclass(frozen=True)
class Wanted:
    """What is to be told, the same for everybody."""

    kind: str
    dedupe: str
    args: dict[str, Any]
    until: datetime | None
    urgent: bool


def leave(persons: Collection[int], wanted: Wanted, *, due: Mapping[int, datetime]) -> None:
    """See `beside.notices.tell_many`. Four statements to the database and a job, for any number."""
    kind = kinds.kind(wanted.kind)
    if not persons:
        return
    now = clock.now()
    with wall.house("notices.tell"):
        written_to = set() if kind.inside_only else _written_to(persons)
        rows = [
            Notice(
                person_id=person,
                kind=wanted.kind,
                args=wanted.args,
                dedupe=wanted.dedupe,
                due=due.get(person),
                until=wanted.until,
                urgent=wanted.urgent or kind.urgent,
                # At the moment it is due there is something to do for everybody: pages look again.
                post_at=due.get(person) or (now if person in written_to else None),
                made=now,
            )
            for person in persons
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_A_TIME)
        wire.tell(*(heard.name(row.person_id) for row in rows if row.due is None))
    if any(row.post_at is not None and row.post_at <= now for row in rows):
        # Told twice, the second job finds the first one's work done.
        app.configure_task("notices.deliver").defer()


def _written_to(persons: Collection[int]) -> set[int]:
    """Those to whom a letter may go as things stand."""
    safe = Contact.objects.filter(person__in=persons, safe_for=Contact.SafeFor.NOTICE)
    return set(safe.exclude(verified_at=None).values_list("person", flat=True))
