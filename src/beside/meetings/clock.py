"""What time does to meetings: the rows of the coming weeks, and the end of what was kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.kernel import clock
from beside.meetings.models import Booking, Fit, Schedule
from beside.meetings.occurrences import AHEAD, make_ahead

BOOKINGS_KEPT = timedelta(days=30)
FITS_KEPT = timedelta(days=365)
TRY_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.periodic(cron="17 * * * *", periodic_id="meetings.look_ahead")
@app.task(name="meetings.look_ahead", queue="default", retry=TRY_AGAIN)
def look_ahead_hourly(timestamp: int) -> None:
    """Every hour: the meetings of the next 60 days are rows."""
    look_ahead()


@app.periodic(cron="41 3 * * *", periodic_id="meetings.let_go")
@app.task(name="meetings.let_go", queue="default", retry=TRY_AGAIN)
def let_go_nightly(timestamp: int) -> None:
    """Every night: what is no longer kept goes."""
    let_go()


def look_ahead() -> int:
    """Make the rows of all living schedules; returns how many found their venue taken."""
    with transaction.atomic(), wall.house("meetings.look_ahead"):
        living = Schedule.objects.filter(ended_at=None, group__closed_at=None)
        return sum(make_ahead(schedule, clock.now() + AHEAD) for schedule in living)


def let_go() -> None:
    """Bookings, with what was written to visitors, go after 30 days; fits after a year."""
    with transaction.atomic(), wall.house("meetings.let_go"):
        Booking.objects.filter(meeting__ends_at__lt=clock.now() - BOOKINGS_KEPT).delete()
        Fit.objects.filter(at__lt=clock.now() - FITS_KEPT).delete()
