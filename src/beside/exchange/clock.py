"""What time does: the days of changes in the feed are noted, and what waited too long goes."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.exchange import feed
from beside.exchange.models import Told, Waiting
from beside.kernel import clock

WAITS = timedelta(days=1)
TRY_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.periodic(cron="*/10 * * * *", periodic_id="exchange.note_changes")
@app.task(name="exchange.note_changes", queue="default", retry=TRY_AGAIN)
def note_changes_often(timestamp: int) -> None:
    """Every ten minutes: since when each line of the feed is as it is."""
    note_changes()


@app.periodic(cron="23 * * * *", periodic_id="exchange.let_go")
@app.task(name="exchange.let_go", queue="default", retry=TRY_AGAIN)
def let_go_hourly(timestamp: int) -> None:
    """Every hour: files that nobody decided about within a day go."""
    let_go()


def note_changes() -> int:
    """Write down which lines of the feed changed since the last time; how many did.

    While nothing changed at all this is one question.
    """
    found = feed.fingerprint()
    if feed.noted_at(found):
        return 0
    with wall.acting_as(None), transaction.atomic():
        before = dict(Told.objects.exclude(slug=feed.WHOLE).values_list("slug", "digest"))
    told: dict[str, str] = {}
    for lines in feed.batches(feed.Ours(settings.PUBLIC_URL)):
        told |= {line["slug"]: feed.digest(line) for line in lines}
    changed = [slug for slug, digest in told.items() if before.get(slug) != digest]
    gone = before.keys() - told.keys()
    with transaction.atomic(), wall.house("exchange.note_changes"):
        Told.objects.filter(slug__in=[*gone, *changed, feed.WHOLE]).delete()
        rows = [Told(slug=slug, digest=told[slug]) for slug in changed]
        Told.objects.bulk_create([*rows, Told(slug=feed.WHOLE, digest=found)], batch_size=1000)
    return len(changed) + len(gone)


def let_go() -> None:
    """Files that waited a day, whatever became of them."""
    with transaction.atomic(), wall.house("exchange.let_go"):
        Waiting.objects.filter(at__lt=clock.now() - WAITS).delete()
