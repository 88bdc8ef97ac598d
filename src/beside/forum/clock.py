"""What time does: topics go when their group said so, cards after eight days."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.forum.models import Card, Topic
from beside.groups.models import Inside
from beside.kernel import clock

CARDS_KEPT = timedelta(days=8)


@app.periodic(cron="53 3 * * *", periodic_id="forum.let_go")
@app.task(
    name="forum.let_go", queue="default", retry=RetryStrategy(max_attempts=5, exponential_wait=4)
)
def let_go_nightly(timestamp: int) -> None:
    """Every night: what is no longer kept goes."""
    let_go()


def let_go() -> None:
    """Topics nobody wrote in for as many days as their group keeps them, and old cards."""
    with transaction.atomic(), wall.house("forum.let_go"):
        for inside in Inside.objects.only("group", "kept_days"):
            last = clock.now() - timedelta(days=inside.kept_days)
            Topic.objects.filter(group=inside.group_id, last_at__lt=last).delete()
        Card.objects.filter(at__lt=clock.now() - CARDS_KEPT).delete()
