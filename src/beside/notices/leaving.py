"""Leaving notices for people, as the house, in whatever transaction is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from procrastinate.contrib.django import app

from beside import wall, wire
from beside.kernel import clock
from beside.notices import Telling, heard, kinds
from beside.notices.models import Notice
from beside.people.models import Contact

AT_A_TIME = 5_000  # rows of one insert


def leave(kind_name: str, tellings: Sequence[Telling]) -> None:
    """See `beside.notices.tell_all`. Four statements to the database and a job, for any number."""
    kind = kinds.kind(kind_name)
    told = {person for each in tellings for person in each.persons}
    if not told:
        return
    now = clock.now()
    with wall.house("notices.tell"):
        written_to = set() if kind.inside_only else _written_to(told)
        rows = [
            _notice(kind_name, each, person, written_to, now)
            for each in tellings
            for person in each.persons
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_A_TIME)
        wire.tell(*{heard.name(row.person_id) for row in rows if row.due is None})
    if any(row.post_at is not None and row.post_at <= now for row in rows):
        # Told twice, the second job finds the first one's work done.
        app.configure_task("notices.deliver").defer()


def _notice(
    kind: str, telling: Telling, person: int, written_to: Collection[int], now: datetime
) -> Notice:
    due = telling.due.get(person) if isinstance(telling.due, Mapping) else telling.due
    return Notice(
        person_id=person,
        kind=kind,
        args=dict(telling.args),
        dedupe=telling.dedupe,
        due=due,
        until=telling.until,
        urgent=telling.urgent or kinds.kind(kind).urgent,
        # At the moment it is due there is something to do for everybody: pages look again.
        post_at=due or (now if person in written_to else None),
        made=now,
    )


def _written_to(persons: Collection[int]) -> set[int]:
    """Those to whom a letter may go as things stand."""
    safe = Contact.objects.filter(person__in=persons, safe_for=Contact.SafeFor.NOTICE)
    return set(safe.exclude(verified_at=None).values_list("person", flat=True))
