"""The wire: it says "look again", and never what there is to see."""

from __future__ import annotations

from django.db import connection

CHANNEL = "beside"
RETEST = "!retest:"  # heard by our own processes, never passed on to a browser


def tell(*names: str) -> None:
    """Say in the open transaction that things of these names ("topic:<key>") have changed.

    Heard only if the transaction commits. Names carry random keys, never words or row numbers.
    """
    if not names:
        return
    with connection.cursor() as cursor:
        # One statement for all: a change can concern a thousand people.
        cursor.execute(
            "select count(pg_notify(%s, one)) from unnest(%s::text[]) as said(one)",
            [CHANNEL, list(names)],
        )


def retest(person: int) -> None:
    """Test anew what this person watches right now, in the open transaction.

    For whatever changes what somebody may see (joined, left, removed, blocked, a role given or
    ended) and for the end of a session. What they may no longer see goes silent; when the session
    is gone, their connection closes.
    """
    tell(f"{RETEST}{person}")
