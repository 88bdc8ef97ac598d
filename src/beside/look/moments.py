"""A moment in words: with its zone's city whenever two zones are possible. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_words
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR = "H:i"


def city(zone: ZoneInfo) -> str:
    """The city that a zone is named after ("Europe/London" is London); never an offset."""
    area, slash, place = zone.key.rpartition("/")
    if not slash or area == "Etc":
        return ""
    return place.replace("_", " ")


def spoken(
    moment: datetime, zone: ZoneInfo, *, now: datetime, reader: ZoneInfo | None = None
) -> str:
    """`moment` (aware) in `zone`, with the reader's own time where that differs.

    "Tue 24 Nov, 18:30" when the reader is known to keep the same time, "Tue 24 Nov, 18:30 London
    time" when the reader's zone is not known, "… London time (14:30 for you)" when it differs.
    """
    there = _local(moment, zone)
    when = _("%(day)s, %(hour)s") % {"day": _day(there, now), "hour": in_words(there, HOUR)}
    if reader is None:
        return zoned(when, zone)
    here = _local(moment, reader)
    if here.utcoffset() == there.utcoffset():
        return when
    hour = in_words(here, HOUR)
    if here.date() != there.date():
        hour = _("%(day)s, %(hour)s") % {"day": _day(here, now), "hour": hour}
    return _("%(when)s (%(hour)s for you)") % {"when": zoned(when, zone), "hour": hour}


def zoned(when: str, zone: ZoneInfo) -> str:
    """`when` with the name of its zone: "18:30 London time"."""
    name = city(zone)
    if not name:
        return _("%(when)s universal time") % {"when": when}
    return _("%(when)s %(city)s time") % {"when": when, "city": name}


def since(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """How long ago, in a few calm words: minutes, then hours, then the day in `zone`."""
    gone = now - moment
    minutes = int(gone / timedelta(minutes=1))
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    hours = minutes // 60
    there, today = _local(moment, zone), _local(now, zone)
    if hours < 12 or there.date() == today.date():
        return ngettext("%(n)d h ago", "%(n)d h ago", hours) % {"n": hours}
    if there.date() == today.date() - timedelta(days=1):
        return _("yesterday, %(hour)s") % {"hour": in_words(there, HOUR)}
    return _day(there, now)


def day(moment: datetime, *, year: bool = False) -> str:
    """ "Tue 24 Nov", with the year if asked: in the order of the reader's language."""
    date = date_format(moment, "DATE_FORMAT" if year else "MONTH_DAY_FORMAT")
    return _("%(weekday)s %(date)s") % {"weekday": in_words(moment, "D"), "date": date}


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    # "Etc/GMT+5" and its like have no city to be named after; universal time is said instead.
    return moment.astimezone(zone if city(zone) else UTC)


def _day(there: datetime, now: datetime) -> str:
    other_year = there.year != now.astimezone(there.tzinfo).year
    return day(there, year=other_year)
