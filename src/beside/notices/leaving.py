"""Leaving a notice for somebody, as the house, in whatever transaction is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from procrastinate.contrib.django import app

from beside import wall
from beside.notices import kinds
from beside.notices.models import Notice
from beside.people.models import Person


def leave(
    person: Person, kind: str, *, dedupe: str, args: dict[str, Any], due: datetime | None
) -> None:
    """See `beside.notices.tell`."""
    kinds.kind(kind)
    with wall.house("notices.tell"):
        wanted = {"person": person, "kind": kind, "dedupe": dedupe}
        Notice.objects.bulk_create([Notice(**wanted, args=args, due=due)], ignore_conflicts=True)
        notice = Notice.objects.only("pk", "sent", "seen").get(**wanted)
    if notice.sent is None and notice.seen is None:
        # Told twice, the second job finds the first one's work done.
        app.configure_task("notices.deliver", schedule_at=due).defer(notice=notice.pk)
