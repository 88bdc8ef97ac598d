"""The wire: it says "look again", and never what there is to see."""

from __future__ import annotations

from django.db import connection

CHANNEL = "beside"


def tell(*names: str) -> None:
    """Say in the open transaction that things of these names ("topic:<key>") have changed.

    Heard only if the transaction commits. Names carry random keys, never words or row numbers.
    """
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("select pg_notify(%s, %s)", [CHANNEL, name])
