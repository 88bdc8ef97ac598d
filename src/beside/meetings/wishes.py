"""How a group would like to meet, before there is a row. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from beside.meetings.recurrence import Rule, changes, exists, instant, local_times, snapped

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


class Past(Exception):
    """This local time (naive `local`) is over."""

    def __init__(self, local: datetime) -> None:
        super().__init__(local.isoformat())
        self.local = local


class TooEarly(Exception):
    """The meetings before `earliest` stand by the rule that is to be changed."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest.isoformat())
        self.earliest = earliest


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

    Raises NeverMeets, and NoSuchHour where the clocks skip its hour within a year (within n years
    for every nth week or month).
    """
    rule = snapped(wish.rule)
    if rule is None:
        raise NeverMeets
    ahead = LOOKED_THROUGH * rule.interval
    for change in changes(rule, wish.zone, before=rule.start + ahead):
        if not change.there:
            raise NoSuchHour(change.local)
    return replace(wish, first_on=rule.start.date())


def start_of(local: datetime, zone: str, *, now: datetime) -> datetime:
    """The instant of a local start that people can still come to.

    Raises NoSuchHour, and Past where it was before the minute of `now` (aware).
    """
    if not exists(local, zone):
        raise NoSuchHour(local)
    starts = instant(local, zone)
    if starts < now.replace(second=0, microsecond=0):
        raise Past(local)
    return starts


def to_come(wish: Wish, *, now: datetime) -> Wish:
    """The wish as `fitted`; raises Past where its first meeting was before `now` (aware)."""
    wish = fitted(wish)
    start_of(wish.rule.start, wish.zone, now=now)
    return wish


def taking_over(wish: Wish, *, earliest: date, now: datetime) -> Wish:
    """The wish as `to_come`, of a rule that follows another; raises TooEarly."""
    wish = to_come(wish, now=now)
    if wish.first_on < earliest:
        raise TooEarly(earliest)
    return wish


def next_dates(wish: Wish, number: int = 6, *, now: datetime) -> list[datetime]:
    """The next local starts (naive) from `now` (aware) on. Raises as `fitted` does."""
    rule = fitted(wish).rule
    since = max(rule.start, now.astimezone(ZoneInfo(wish.zone)).replace(tzinfo=None))
    return list(islice(local_times(rule, after=since, before=since + FAR), number))
