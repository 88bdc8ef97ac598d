"""What time does: words are looked at, clocks run, and what is old is let go."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.care import hands, sealed
from beside.care.models import Concern, Duty, Report
from beside.care.words import PLACE_KEPT, Came, Kind, State
from beside.forum import noticing
from beside.forum.models import Post
from beside.kernel import clock
from beside.signposts import danger

KEPT = timedelta(days=365)
TRY_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=2)


@app.task(name="care.look_at", queue="default", retry=TRY_AGAIN)
def look_at(post: int) -> None:
    """What a person should look at in a new post (its number). However often: one concern."""
    notice(post)


@app.periodic(cron="* * * * *", periodic_id="care.escalate")
@app.task(name="care.escalate", queue="default", retry=TRY_AGAIN)
def escalate_every_minute(timestamp: int) -> None:
    """Every minute: the clocks that have run."""
    escalate()


@app.periodic(cron="23 3 * * *", periodic_id="care.let_go")
@app.task(name="care.let_go", queue="default", retry=TRY_AGAIN)
def let_go_nightly(timestamp: int) -> None:
    """Every night: what is no longer kept goes."""
    let_go()


@app.periodic(cron="41 * * * *", periodic_id="care.let_go_of_places")
@app.task(name="care.let_go_of_places", queue="default", retry=TRY_AGAIN)
def let_go_of_places_hourly(timestamp: int) -> None:
    """Every hour: where somebody was 72 hours ago is nobody's to know."""
    let_go_of_places()


def notice(post: int) -> Concern | None:
    """Open a concern for a post in which the readable rules notice something."""
    with transaction.atomic(), wall.house("care.notice"):
        wall.lock("post", post)
        row = Post.objects.select_related("topic").filter(pk=post, withdrawn_at=None).first()
        found = noticing.look(row) if row else None
        if row is None or found is None:
            return None
        reason = f"noticed:{found.rule}"
        there = Concern.objects.filter(post=post, reasons__contains=[reason])
        if there.exists():  # the job came twice
            return None
        grave = found.level == danger.Level.HIGH
        return hands.open_about_post(post, Came.NOTICED, reason=reason, grave=grave)


def escalate() -> int:
    """Tell the next ones about every open concern whose clock has run; returns how many."""
    with transaction.atomic(), wall.house("care.escalate"):
        waiting = Concern.objects.select_for_update(of=("self",), skip_locked=True)
        run = waiting.filter(state=State.OPEN, step__lt=hands.OVERDUE, due__lte=clock.now())
        unset = waiting.filter(state=State.OPEN, due=None)
        found = list(run.select_related("group")) + list(unset.select_related("group"))
        for concern in found:
            hands.further(concern)
        for concern in hands.in_nobodys_hands():
            hands.reach_somebody(concern)
    return len(found)


def let_go_of_places() -> None:
    """Erase where people said that they are, 72 hours on, unless something about them is open."""
    told = Report.objects.filter(kind=Kind.WHERE, status=State.CLOSED, words__isnull=False)
    with transaction.atomic(), wall.house("care.let_go_of_places"):
        for report in told.filter(at__lte=clock.now() - PLACE_KEPT):
            about = Concern.objects.filter(pk=report.box).values("about")
            if not Concern.objects.waiting().filter(about__in=about).exists():
                sealed.erase_place(report)


def let_go() -> None:
    """Concerns go a year after they were closed, with all that was said in them; hours likewise."""
    long_ago = clock.now() - KEPT
    with transaction.atomic(), wall.house("care.let_go"):
        old = Concern.objects.filter(closed_at__lt=long_ago)
        for concern in old:
            hands.forget(concern)
        Duty.objects.filter(during__endswith__lt=long_ago).delete()
