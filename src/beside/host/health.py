"""Whether the parts that stand behind the web are there."""

from __future__ import annotations

from django.db import DatabaseError, close_old_connections, connection

HEARTBEAT = 30.0  # seconds after which a worker that said nothing counts as gone


def worker_answers() -> bool:
    """Whether a worker has said within half a minute that it lives. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from procrastinate_workers "
            "where last_heartbeat > now() - make_interval(secs => %s))",
            [HEARTBEAT],
        )
        (there,) = cursor.fetchone() or (False,)
    return bool(there)


def behind_the_web() -> bool:
    """Whether database and worker answer, asked from a thread that keeps its own connection."""
    close_old_connections()
    try:
        return worker_answers()
    except DatabaseError:
        return False
    finally:
        close_old_connections()
