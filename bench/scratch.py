"""A real PostgreSQL of this run alone, with every migration applied; nothing of it stays."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import plugin  # noqa: F401  # a home of its own, before the settings are read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beside.settings")
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))


@contextmanager
def database() -> Iterator[None]:
    """Django, looking at it as the restricted role; what is asked of pages is asked here."""
    import django
    from django.conf import settings

    from tests import cluster

    django.setup()
    postgres = cluster.start(settings.HOME)
    try:
        settings.DATABASES["default"]["NAME"] = cluster.TEMPLATE
        settings.ALLOWED_HOSTS.append("testserver")
        yield
    finally:
        postgres.stop()
        shutil.rmtree(settings.HOME.root, ignore_errors=True)


def backend() -> Path:
    """Where Linux says how much CPU the database's process for our connection has used."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/stat")


def used(process: Path) -> float:
    """CPU of a process so far, in milliseconds (proc(5), fields utime and stime)."""
    fields = process.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
