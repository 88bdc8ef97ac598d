"""How long it takes until a thousand people who booked are told of a change.

    python -m bench.telling                    # 1,000 people, a mail server that answers at once
    python -m bench.telling --slow 40          # one that takes 40 ms for each letter
    python -m bench.telling --people 200

A facilitator cancels one meeting; its notices, reminders and the word on the wire are one
transaction. One worker (a process of its own) writes the letters to a real SMTP server on this
machine. For comparison: the same number of jobs with nothing to do, which is what one job for each
person would cost on top.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests import plugin  # noqa: F401  # a home of its own, before the settings are read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beside.settings")
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

PATIENCE = 600.0


class Inbox:
    """Counts what a real SMTP server receives, and when."""

    def __init__(self, slow: float) -> None:
        self.slow, self.at, self.to = slow, list[float](), set[str]()
        self._mine = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        import asyncio

        await asyncio.sleep(self.slow)
        with self._mine:
            self.at.append(time.monotonic())
            self.to.add(envelope.rcpt_tos[0])
        return "250 kept"


def main() -> None:
    """Prints the seconds of each step and letters a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--slow", type=float, default=0, help="milliseconds for each letter")
    told = parser.parse_args()
    import django
    from aiosmtpd.controller import Controller
    from django.conf import settings

    from tests import cluster
    from tests.living import Living, free_port

    django.setup()
    postgres = cluster.start(settings.HOME)
    inbox = Inbox(told.slow / 1000)
    server = Controller(inbox, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        from django.db import connection

        name = cluster.clone(settings.HOME)
        connection.settings_dict["NAME"] = name
        mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port)}
        living = Living(name, environ=mail)
        try:
            _run(told.people, inbox, living)
        finally:
            living.__exit__()
            connection.close()
    finally:
        server.stop()
        postgres.stop()
        shutil.rmtree(settings.HOME.root, ignore_errors=True)


def _run(people: int, inbox: Inbox, living: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from beside.meetings import actions
    from beside.meetings.tests.crowd import crowd
    from beside.notices.clock import deliver
    from tests.cast import build

    cast = build()
    crowd(cast.later, people)
    living.start("worker")
    _wait(_worker_is_there)

    before = time.monotonic()
    with cast.looking_as("facilitator") as ash, CaptureQueriesContext(connection) as asked:
        actions.cancel(cast.later, "The hall is closed.", by=ash)
    said = time.monotonic()
    print(f"{people} people, {inbox.slow * 1000:.0f} ms for each letter")
    print(f"  cancelled, all queued: {said - before:6.2f} s in {len(asked)} statements")
    _wait(lambda: len(inbox.at) >= people and _unposted() == 0)
    last = max(inbox.at)
    print(f"  the first letter:      {min(inbox.at) - said:6.2f} s later")
    speed = people / (last - min(inbox.at))
    print(f"  the last letter:       {last - said:6.2f} s later, {speed:.0f} a second")
    print(f"  letters {len(inbox.at)}, to {len(inbox.to)} people, still waiting {_unposted()}")

    _wait(lambda: _waiting_jobs() == 0)
    before = time.monotonic()
    deliver.batch_defer(*[{} for _ in range(people)])
    _wait(lambda: _waiting_jobs() == 0)
    print(f"  {people} jobs of nothing:   {time.monotonic() - before:6.2f} s")


def _wait(is_so: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            sys.exit("that took too long")
        time.sleep(0.05)


def _worker_is_there() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_workers")
        row = cursor.fetchone()
    return bool(row and row[0])


def _waiting_jobs() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs "
            "where task_name = 'notices.deliver' and status in ('todo', 'doing')"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _unposted() -> int:
    from django.db import transaction

    from beside import wall
    from beside.meetings import news
    from beside.notices.models import Notice

    with transaction.atomic(), wall.house("bench.unposted"):
        return Notice.objects.filter(kind=news.CHANGED, sent=None).count()


if __name__ == "__main__":
    main()
