"""What time does to rooms: it sets them out, notices absence, ends them, and forgets."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.kernel import clock
from beside.meetings.models import OPENS_BEFORE, Meeting
from beside.rooms import policy
from beside.rooms.actions import rooms, seats, signals
from beside.rooms.models import Circle, Line, Move, Room, Seat, Signal, is_over

UNHELD_LASTS = timedelta(minutes=10)
LINES_LAST = timedelta(hours=24)
ROOMS_LAST = timedelta(days=30)
AGAIN = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.periodic(cron="* * * * *")
@app.task(queue="default", retry=AGAIN)
def rooms_every_minute(timestamp: int) -> None:
    """Rooms open 15 minutes before, rest without a facilitator, and end."""
    set_out_due()
    notice_absent()
    end_over()


@app.periodic(cron="*/10 * * * *")
@app.task(queue="default", retry=AGAIN)
def forget_rooms(timestamp: int) -> None:
    """What was written and who was there is gone after a day, the empty room after a month."""
    forget()


def set_out_due() -> None:
    """A room for every meeting that begins within 15 minutes, or is under way, and has none yet."""
    now = clock.now()
    with transaction.atomic(), wall.house("rooms.due"):
        there = Room.objects.filter(meeting__isnull=False).exclude(_from_before())
        due = (
            Meeting.objects.going_ahead()
            .filter(starts_at__lte=now + OPENS_BEFORE, ends_at__gt=now, group__source="")
            .exclude(pk__in=there.values("meeting"))
            .select_related("group")
        )
        for meeting in due:
            if policy.may_set_out(None, meeting):
                rooms.set_out(meeting)


def _from_before() -> Q:
    """Rooms that were closed before their meeting, which was moved since, opens."""
    return Q(state=Room.State.CLOSED, closed_at__lt=F("meeting__starts_at") - OPENS_BEFORE)


def notice_absent() -> None:
    """Where everybody's connection was lost at once, nobody inside is left to notice."""
    with transaction.atomic(), wall.house("rooms.absent"):
        lapsed = Seat.objects.filter(here=True, lease_until__lt=clock.now()).values("room")
        for room in Room.objects.filter(pk__in=lapsed):
            seats.notice(room)


def end_over() -> None:
    """Rooms whose meeting is over and empty or long over, or that nobody facilitates any more."""
    now = clock.now()
    with transaction.atomic(), wall.house("rooms.over"):
        for room in Room.objects.exclude(state=Room.State.CLOSED).select_related("meeting"):
            unheld = room.unheld_since is not None and room.unheld_since + UNHELD_LASTS <= now
            late = room.meeting is not None and is_over(room.meeting, now)
            if unheld or late:
                rooms.close_late(room)


def forget() -> None:
    """Take away what its rule says is over."""
    now = clock.now()
    with transaction.atomic(), wall.house("rooms.forget"):
        Signal.objects.filter(at__lt=now - signals.LIVES).delete()
        Move.objects.filter(at__lt=now - LINES_LAST).delete()
        Line.objects.filter(at__lt=now - LINES_LAST).delete()
        past = Q(room__closed_at__lt=now - LINES_LAST)
        Circle.objects.filter(past).update(round=None)
        Seat.objects.filter(past).delete()
        Room.objects.filter(closed_at__lt=now - ROOMS_LAST).delete()
