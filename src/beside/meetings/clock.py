"""What time does to meetings: the rows of the coming weeks, and the end of what was kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings import line, news, texting
from beside.meetings.models import (
    Booking,
    DoorCode,
    Fit,
    Greeting,
    Guest,
    Manner,
    Meeting,
    Proof,
    Schedule,
)
from beside.meetings.occurrences import make_ahead, reach
from beside.meetings.recurrence import instant
from beside.meetings.rows import hold_as_planned, set_right
from beside.meetings.spans import joins_until
from beside.meetings.telling import announce_set_right

BOOKINGS_KEPT = timedelta(days=30)
FITS_KEPT = timedelta(days=365)
PROOFS_KEPT = timedelta(days=365)
MEETINGS_KEPT = timedelta(days=730)
A_DAY = timedelta(days=1)
A_FEW = 100  # rules
TRY_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.periodic(cron="17 * * * *", periodic_id="meetings.look_ahead")
@app.task(name="meetings.look_ahead", queue="default", retry=TRY_AGAIN)
def look_ahead_hourly(timestamp: int) -> None:
    """Every hour: the meetings to come are rows, as far ahead as `reach` says."""
    look_ahead()


@app.periodic(cron="41 3 * * *", periodic_id="meetings.let_go")
@app.task(name="meetings.let_go", queue="default", retry=TRY_AGAIN)
def let_go_nightly(timestamp: int) -> None:
    """Every night: what is no longer kept goes."""
    let_go()


@app.periodic(cron="* * * * *", periodic_id="meetings.settle_lines")
@app.task(name="meetings.settle_lines", queue="default", retry=TRY_AGAIN)
def settle_lines_each_minute(timestamp: int) -> None:
    """Every minute: nobody waits for an answer that will not come."""
    settle_lines()


@app.periodic(cron="23 3 * * *", periodic_id="meetings.keep_to_the_clocks")
@app.task(name="meetings.keep_to_the_clocks", queue="default", retry=TRY_AGAIN)
def keep_to_the_clocks_nightly(timestamp: int) -> None:
    """Every night: where a country changed its clocks, the hour on the wall is kept."""
    keep_to_the_clocks()


def keep_to_the_clocks() -> int:
    """The local hour is the truth: instants that no longer follow from it are counted anew.

    They stop following when new rules for time zones were installed. Returns how many changed.
    """
    with transaction.atomic():
        with wall.house("meetings.keep_to_the_clocks"):
            coming = Meeting.objects.to_come().order_by().only("on", "at", "zone", "starts_at")
            wrong = [
                meeting.pk
                for meeting in coming.iterator()
                if instant(datetime.combine(meeting.on, meeting.at), meeting.zone)
                != meeting.starts_at
            ]
            found = Meeting.objects.filter(pk__in=wrong).select_related("group")
            changed = [one for one in found if set_right(one)]
        announce_set_right(changed)
    return len(changed)


@app.periodic(cron="7 * * * *", periodic_id="meetings.remind_ahead")
@app.task(name="meetings.remind_ahead", queue="default", retry=TRY_AGAIN)
def remind_ahead_hourly(timestamp: int) -> None:
    """Every hour: whoever comes within two days is reminded, however they were booked."""
    with transaction.atomic():
        news.remind_ahead()
        texting.remind_ahead()


def look_ahead() -> int:
    """Make the rows of all living schedules; returns how many found their venue taken.

    A few rules at a time, because whoever changes a meeting of such a group waits meanwhile; in the
    order of the groups, as everything that touches many does. And whoever waited for the end of a
    course may join.
    """
    clashes, last = 0, (0, 0)
    while True:
        with transaction.atomic(), wall.house("meetings.look_ahead"):
            now = clock.now()
            some = list(_running_after(last)[:A_FEW])
            for schedule in some:
                clashes += make_ahead(schedule, now + reach(schedule))
                hold_as_planned(schedule)
            if len(some) < A_FEW:
                _let_people_join(now)
                return clashes
            last = (some[-1].group_id, some[-1].pk)


def _running_after(last: tuple[int, int]) -> QuerySet[Schedule]:
    """The rules behind this one, by the numbers of group and rule."""
    group, rule = last
    running = Schedule.objects.not_ended().filter(group__closed_at=None)
    behind = running.filter(Q(group__gt=group) | Q(group=group, pk__gt=rule))
    return behind.select_related("lead").order_by("group", "pk")


def _let_people_join(now: datetime) -> None:
    """Where a course with the same people is over, people may join again, or join the next."""
    for group in Group.objects.filter(joins_until__lt=now, closed_at=None):
        until = joins_until(group)
        if until != group.joins_until:
            Group.objects.filter(pk=group.pk).update(joins_until=until)


def let_go() -> None:
    """What is no longer kept goes: who came as each group says, the rest after 30 days or a year.

    Meetings themselves go two years after they were over.

    Who did not come is known no longer than who did, or the one would tell the other.
    """
    now = clock.now()
    with transaction.atomic(), wall.house("meetings.let_go"):
        for days, groups in _attendance_kept().items():
            over = Booking.objects.filter(
                groups, meeting__ends_at__lt=now - max(timedelta(days=days), A_DAY)
            )
            over.delete()
        late = Booking.objects.filter(meeting__ends_at__lt=now - BOOKINGS_KEPT)
        Greeting.objects.filter(booking__in=late).delete()
        late.exclude(standing=Booking.Standing.CAME).delete()
        Fit.objects.filter(at__lt=now - FITS_KEPT).delete()
        DoorCode.objects.filter(until__lt=now - A_DAY).delete()
        Proof.objects.filter(made_at__lt=now - PROOFS_KEPT).delete()
        _let_guests_go(now - BOOKINGS_KEPT)
        booked = Booking.objects.filter(meeting=OuterRef("pk"))
        Meeting.objects.filter(~Exists(booked), ends_at__lt=now - MEETINGS_KEPT).delete()


def _attendance_kept() -> dict[int, Q]:
    """For how many days it is kept who came, by which groups; those without a row as usual."""
    said = Manner.objects.values_list("attendance_days", "group")
    by_days: dict[int, list[int]] = {}
    for days, group in said:
        by_days.setdefault(days, []).append(group)
    kept = {days: Q(meeting__group__in=groups) for days, groups in by_days.items()}
    usual = ~Q(meeting__group__in=Manner.objects.values("group"))
    default = int(Manner._meta.get_field("attendance_days").default)
    kept[default] = kept.get(default, Q(pk=None)) | usual
    return kept


def _let_guests_go(before: datetime) -> None:
    """Whoever has no account and was booked for nothing since `before`: name and address."""
    lately = Booking.objects.filter(persona=OuterRef("persona"), meeting__ends_at__gte=before)
    gone = Guest.objects.filter(~Exists(lately), made_at__lt=before).select_related("persona")
    for guest in gone:
        texting.forget(guest)
        guest.box.destroy()
        guest.persona.delete()


def settle_lines() -> int:
    """Offers that ran out go to the next, free places are offered; how many meetings it touched.

    Each meeting under its own lock and in its own transaction; again is harmless.
    """
    with transaction.atomic(), wall.house("meetings.unsettled"):
        numbers = line.unsettled()
    for number in numbers:
        with transaction.atomic():
            with wall.house("meetings.settle_lines"):
                wall.lock("meeting", number)
                meeting = Meeting.objects.select_related("group").get(pk=number)
                settled = line.settle(meeting)
            line.announce(settled, None)
    return len(numbers)
