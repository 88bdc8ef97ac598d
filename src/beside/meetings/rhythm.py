"""How meetings are said: "every other Thursday at 19:00 London time, 90 minutes". No rows."""

from __future__ import annotations

from datetime import date, time
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_format
from django.utils.dateformat import time_format
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from beside.look import moments
from beside.meetings.recurrence import Rule

MANY = 3  # this many places, or more, are simply enough


class Scheduled(Protocol):
    """What a schedule has that is said here."""

    at: time
    zone: str
    minutes: int

    @property
    def rule(self) -> Rule: ...


def in_words(schedule: Scheduled) -> str:
    """The rhythm, the hour with its zone, and how long: one line."""
    return _("%(rhythm)s at %(hour)s, %(lasts)s") % {
        "rhythm": rhythm(schedule.rule),
        "hour": moments.zoned(time_format(schedule.at, "H:i"), ZoneInfo(schedule.zone)),
        "lasts": lasting(schedule.minutes),
    }


def lasting(minutes: int) -> str:
    """ "75 minutes"; from two hours on "2 hours", where it is whole hours."""
    if minutes >= 120 and minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def rhythm(rule: Rule) -> str:
    """On which days, without the hour."""
    ways = {"daily": _daily, "weekly": _weekly, "monthly": _monthly}
    said = ways.get(rule.frequency, _once)(rule)
    if rule.count and rule.frequency != "once":
        times = ngettext("%(n)d time", "%(n)d times", rule.count) % {"n": rule.count}
        return _("%(rhythm)s, %(times)s") % {"rhythm": said, "times": times}
    return said


def _once(rule: Rule) -> str:
    return _("Once, on %(day)s") % {"day": in_format(rule.start, "j F Y")}


def _daily(rule: Rule) -> str:
    return ngettext("Every day", "Every %(n)d days", rule.interval) % {"n": rule.interval}


def _weekly(rule: Rule) -> str:
    days = sorted({day for day, _nth in rule.days} or {rule.start.weekday()})
    if days == [0, 1, 2, 3, 4] and rule.interval == 1:
        return _("Monday to Friday")
    named = _listed([str(WEEKDAYS[day]) for day in days])
    if rule.interval == 1:
        return _("Every %(days)s") % {"days": named}
    if rule.interval == 2:
        return _("Every other %(days)s") % {"days": named}
    return _("Every %(n)d weeks on %(days)s") % {"n": rule.interval, "days": named}


def _monthly(rule: Rule) -> str:
    words = {
        1: pgettext("weekday of the month", "first"),
        2: pgettext("weekday of the month", "second"),
        3: pgettext("weekday of the month", "third"),
        4: pgettext("weekday of the month", "fourth"),
        -1: pgettext("weekday of the month", "last"),
    }
    if not rule.days:
        said = _("Day %(n)d of the month") % {"n": rule.start.day}
    else:
        named = [_which(day, [words.get(nth, "") for nth in nths]) for day, nths in _by_day(rule)]
        said = _("%(days)s of the month") % {"days": _listed(named)}
        said = said[:1].upper() + said[1:]
    if rule.interval == 1:
        return said
    return _("%(rhythm)s, every %(n)d months") % {"rhythm": said, "n": rule.interval}


def _by_day(rule: Rule) -> list[tuple[int, list[int]]]:
    """Each weekday with which of them in the month, in the order in which they were said."""
    days = dict.fromkeys(day for day, _nth in rule.days)
    return [(day, [nth for each, nth in rule.days if each == day]) for day in days]


def _which(day: int, nths: list[str]) -> str:
    """ "first and third Tuesday"."""
    return _("%(which)s %(day)s") % {"which": _listed(nths), "day": WEEKDAYS[day]}


def dated(said: str, *, first: date | None = None, last: date | None = None) -> str:
    """A rhythm with the day on which it begins, and the last on which it meets, where known."""
    if first is not None:
        said = _("%(rhythm)s, from %(day)s") % {"rhythm": said, "day": in_format(first, "j F Y")}
    if last is not None:
        said = _("%(rhythm)s, until %(day)s") % {"rhythm": said, "day": in_format(last, "j F Y")}
    return said


def _listed(words: list[str]) -> str:
    """ "Monday", "Monday and Friday", "Monday, Tuesday and Friday"."""
    *first, last = words
    if not first:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def places(free: int | None) -> str:
    """ "2 places left", "No place left this time"; nothing while there are enough."""
    if free is None or free >= MANY:
        return ""
    if free == 0:
        return _("No place left this time")
    return ngettext("%(n)d place left", "%(n)d places left", free) % {"n": free}
