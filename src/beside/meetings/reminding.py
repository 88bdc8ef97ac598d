"""When somebody is reminded of a meeting, and how long that is of use. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from beside.notices import quiet

EVENING = time(18)  # on the reader's own clock
OPENS_BEFORE = timedelta(minutes=15)
BEGUN = timedelta(minutes=5)  # so long after the start one can still hurry
ON_THE_WAY = timedelta(hours=1)  # so long before a start, news of it can change what somebody does
ENOUGH = timedelta(hours=2)  # awake with an offer
UP_FOR_IT = timedelta(hours=3)  # whoever waits for what begins so soon is up


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


def offered_until(now: datetime, lasts: timedelta, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """When an offer runs out: after `lasts`, not before they could read it, never after the start.

    They are awake with it for `lasts`, or for two hours of it. The night does not count, except for
    a meeting that begins so soon that whoever waits for it is up.
    """
    until = now + lasts
    if starts_at - now > UP_FOR_IT:
        until = max(until, quiet.awake_for(min(lasts, ENOUGH), now, zone))
    return min(until, starts_at)


def lasts_over_night(now: datetime, until: datetime, zone: ZoneInfo) -> bool:
    """Whether an offer is kept until the next morning, and runs out soon after that."""
    morning = quiet.morning(now, zone)
    return morning < until <= morning + ENOUGH


def needed_by(now: datetime, *starts: datetime) -> datetime | None:
    """What says something about these starts is of use before somebody sets out for one of them."""
    to_come = [moment for moment in starts if moment > now]
    return min(to_come) - ON_THE_WAY if to_come else None


def is_at_another_hour(
    before: datetime, eve: datetime | None, after: datetime, zone: ZoneInfo
) -> bool:
    """Whether a start that became another instant is at another hour on somebody's own clock.

    `eve` is when they were to be told the evening before, by the rules of then: how long after
    18:00 it was to begin does not change where their zone changed as well. Without it the rules of
    their zone are taken to be as they were.
    """
    was = before - (eve or evening_before(before, zone))
    return was != after - evening_before(after, zone)
