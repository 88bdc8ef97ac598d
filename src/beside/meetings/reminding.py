"""When somebody is reminded of a meeting, and how long that is of use. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVENING = time(18)  # on the reader's own clock
OPENS_BEFORE = timedelta(minutes=15)
BEGUN = timedelta(minutes=5)  # so long after the start one can still hurry


def evening_before(starts_at: datetime, zone: ZoneInfo) -> datetime:
    """18:00 on the day before, both as the clocks of `zone` have it; in UTC."""
    eve = starts_at.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(eve, EVENING, tzinfo=zone).astimezone(UTC)


def at_the_start(starts_at: datetime) -> datetime:
    """When the room opens."""
    return starts_at - OPENS_BEFORE


def of_use_until(starts_at: datetime) -> datetime:
    """Nobody is told of a start after this."""
    return starts_at + BEGUN


def confirmed_until(
    starts_at: datetime, ends_at: datetime, zone: ZoneInfo, now: datetime
) -> datetime:
    """So long a booking is confirmed: until it is said anew, the evening before or at the start."""
    anew = (evening_before(starts_at, zone), at_the_start(starts_at))
    return next((moment for moment in anew if moment > now), ends_at)
