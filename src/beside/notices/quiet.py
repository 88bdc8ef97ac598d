"""The quiet hours of the night, on the clock of whoever is told. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVENING, MORNING = time(21), time(8)
A_DAY = timedelta(days=1)


def ends(moment: datetime, zone: ZoneInfo) -> datetime | None:
    """When the night that it is at `moment` (aware) is over, in UTC; None where it is none."""
    return None if MORNING <= moment.astimezone(zone).time() < EVENING else morning(moment, zone)


def morning(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first morning after this moment, in UTC."""
    return _first(MORNING, moment, zone)


def awake_for(lasts: timedelta, since: datetime, zone: ZoneInfo) -> datetime:
    """When somebody has been up for so long, from `since` on; nights do not count. In UTC."""
    while True:
        since = ends(since, zone) or since
        night = _first(EVENING, since, zone)
        if since + lasts <= night:
            return since + lasts
        since, lasts = night, lasts - (night - since)


def _first(hour: time, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time after a moment that the clocks of `zone` show this hour."""
    today = after.astimezone(zone).date()
    that = (datetime.combine(today + each * A_DAY, hour, zone) for each in range(3))
    return next(one for each in that if (one := each.astimezone(UTC)) > after)
