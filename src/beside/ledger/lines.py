"""Writing the record, and proving that nothing was taken out of it."""

from __future__ import annotations

from datetime import datetime

from beside import wall
from beside.kernel import clock
from beside.ledger.models import Line


def record(
    act: str,
    *,
    by: int | None,
    role: str,
    about: int | None = None,
    group: int | None = None,
    reason: str = "",
    matter: str = "",
    withheld_until: datetime | None = None,
) -> None:
    """Write down one use of power, in the caller's transaction.

    `by`, `about` and `group` are row numbers; `role` is how the one who acted is shown to the one
    concerned, who never reads a name here. `matter` joins the lines about one thing by its random
    key; with `withheld_until` (aware) the one concerned reads the line from then on, so that two
    people have time to delay it (see delays).
    """
    with wall.house("ledger.record"):
        wall.lock("ledger")  # one chain, one writer at a time
        last = Line.objects.order_by("-pk").first()
        line = Line(
            at=clock.now(),
            by=by,
            role=role,
            about=about,
            group=group,
            act=act,
            reason=reason,
            matter=matter,
            withheld_until=withheld_until,
        )
        line.chain = line.link(bytes(last.chain) if last else b"")
        line.save(force_insert=True)


def first_broken() -> Line | None:
    """The first line that does not follow from the one before it, or None when all is whole."""
    with wall.house("ledger.verify"):
        before = b""
        for line in Line.objects.order_by("pk").iterator(chunk_size=2000):
            if bytes(line.chain) != line.link(before):
                return line
            before = bytes(line.chain)
    return None
