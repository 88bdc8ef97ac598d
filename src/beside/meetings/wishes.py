"""How a group would like to meet, before there is a row. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from beside.meetings.recurrence import Rule, changes, local_times, snapped

if TYPE_CHECKING:
    from beside.groups.models import Persona
    from beside.meetings.models import Venue

LOOKED_THROUGH = timedelta(days=366)  # so that both changes of the clocks are met
FAR = timedelta(days=3 * 366)


class NeverMeets(Exception):
    """No day within two years fits the rule."""


class NoSuchHour(Exception):
    """The clocks skip this local time; `local` (naive) says which."""

    def __init__(self, local: datetime) -> None:
        super().__init__(local.isoformat())
        self.local = local


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a group would like to meet, on the wall clock of `zone`.

    `byday` are "TU" or "2TU" (the second Tuesday) or "-1SU" (the last Sunday). `fixed` means the
    same people from the first time to the last, and no visitors. `lead` usually facilitates.
    """

    zone: str
    first_on: date
    at: time
    minutes: int
    frequency: str
    way: str
    interval: int = 1
    byday: tuple[str, ...] = ()
    until: date | None = None
    count: int | None = None
    venue: Venue | None = None
    places: int | None = None
    takes_visitors: bool = True
    fixed: bool = False
    lead: Persona | None = None

    @property
    def rule(self) -> Rule:
        """The same as plain data, for counting."""
        return Rule.of(self)


def fitted(wish: Wish) -> Wish:
    """The wish beginning on the first day that it really has.

    Raises NeverMeets, and NoSuchHour where the clocks skip its hour within a year.
    """
    rule = snapped(wish.rule)
    if rule is None:
        raise NeverMeets
    for change in changes(rule, wish.zone, before=rule.start + LOOKED_THROUGH):
        if not change.there:
            raise NoSuchHour(change.local)
    return replace(wish, first_on=rule.start.date())


def next_dates(wish: Wish, number: int = 6) -> list[datetime]:
    """The first local starts (naive), for whoever is still typing. Raises as `fitted` does."""
    rule = fitted(wish).rule
    return list(islice(_starts(rule), number))


def _starts(rule: Rule) -> Iterator[datetime]:
    return local_times(rule, after=rule.start, before=rule.start + FAR)
