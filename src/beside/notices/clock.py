"""What time does: letters and texts go out where that is safe, and old ones are let go."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.kernel import clock
from beside.notices import letters, texts
from beside.notices.letters import NoMailServer
from beside.notices.models import Notice, Text
from beside.people import gateway
from beside.people.gateway import NoGateway

TURN = 4.0  # seconds; then others' jobs have their turn, and a worker that is asked to end can
KEPT_SEEN, KEPT_UNSEEN = timedelta(days=30), timedelta(days=90)
KEPT_TEXT = timedelta(days=30)
BEHIND = -10  # whatever else waits goes first
log = logging.getLogger(__name__)


@app.task(
    name="notices.deliver",
    queue="default",
    priority=BEHIND,
    retry=RetryStrategy(max_attempts=3, wait=30),
)
def deliver() -> None:
    """Write the letters that are due; what is left after a few seconds is left to another job."""
    try:
        more = letters.write_for(TURN)
    except NoMailServer:
        log.warning("no mail server answers; letters wait")
        return  # `look` tries again
    if more:
        deliver.defer()


@app.task(
    name="notices.send_texts",
    queue="default",
    priority=BEHIND,
    retry=RetryStrategy(max_attempts=3, wait=30),
)
def send_texts() -> None:
    """Hand in the texts that are due, as `deliver` does with letters."""
    if not gateway.is_set():
        return
    try:
        more = texts.send_for(TURN)
    except NoGateway as why:
        log.warning("the text gateway takes nothing (%s); texts wait", why)
        return  # `look` tries again
    if more:
        send_texts.defer()


@app.periodic(cron="* * * * * */15", periodic_id="notices.look")
@app.task(name="notices.look", queue="default", priority=BEHIND)
def look(timestamp: int) -> None:
    """Every 15 seconds: whatever has become due, or was left behind by a worker that is gone."""
    deliver()
    send_texts()


@app.periodic(cron="37 4 * * *")
@app.task(name="notices.let_go", queue="default", retry=RetryStrategy(max_attempts=3, wait=600))
def let_go(timestamp: int) -> None:
    """Once a day: notices seen a month ago or unseen for three, and texts of use a month ago."""
    now = clock.now()
    unseen = Q(seen=None, made__lt=now - KEPT_UNSEEN) & (Q(due=None) | Q(due__lt=now - KEPT_UNSEEN))
    with transaction.atomic(), wall.house("notices.let_go"):
        Notice.objects.filter(Q(seen__lt=now - KEPT_SEEN) | unseen).delete()
        Text.objects.filter(until__lt=now - KEPT_TEXT).delete()
