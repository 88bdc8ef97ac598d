"""Whether somebody is there: for everybody, without a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from beside.kernel import clock


@dataclass(frozen=True)
class Hours:
    """Who is there now and when that changes. All moments are aware, in UTC.

    `turns_at`: until when a facilitator reads, or from when again. `duty_until`: until when a duty
    worker is on duty. `next_at`: when the next hours of anybody begin.
    """

    reads: bool
    on_duty: bool
    turns_at: datetime | None
    duty_until: datetime | None
    next_at: datetime | None

    @property
    def somebody(self) -> bool:
        return self.reads or self.on_duty

    def due(self, after: timedelta) -> datetime | None:
        """When a clock of this length has run: clocks run only while somebody is there.

        With nobody there it begins with the next hours; None when none are set.
        """
        return clock.now() + after if self.somebody else self.next_at


def hours_of_each(groups: Iterable[int]) -> dict[int, Hours]:
    """The hours of groups, by number. One question for all."""
    asked = "select g, w.* from unnest(%s::bigint[]) g, lateral who_reads(g, %s) w"
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(groups), clock.now()])
        return {number: Hours(*found) for number, *found in cursor.fetchall()}


def hours_of(group: int) -> Hours:
    """The hours of one group (its number)."""
    return hours_of_each([group])[group]


def has_duty_worker() -> bool:
    """Whether the organisation has a duty worker at all."""
    with connection.cursor() as cursor:
        cursor.execute("select has_duty_worker()")
        return bool(cursor.fetchone()[0])


def counts() -> dict[int, tuple[int, int, int, datetime | None]]:
    """By number of group: open, overdue, taken, and since when the oldest waits.

    Only a coordinator is answered; for everybody else there is nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from care_counts(%s)", [clock.now()])
        return {
            group: (opened, late, taken, oldest) for group, opened, late, taken, oldest in cursor
        }
