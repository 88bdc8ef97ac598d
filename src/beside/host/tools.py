"""PostgreSQL's own tools, aimed at the database of this installation as its owner."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from beside.host import database
from beside.host.home import Home
from beside.host.postgres import CannotStart, Postgres


class ToolFailed(Exception):
    """A tool ended with an error; the words are its own."""


def run(home: Home, name: str, words: Sequence[str]) -> str:
    """Run `name` (pg_dump, pg_restore, psql) as the owner; what it printed. Raises ToolFailed.

    The passphrase goes by the environment, where other accounts cannot read it.
    """
    told = database.connection(home, as_owner=True)
    environ = {
        **os.environ,
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
        **{f"PG{key.upper()}": value for key, value in told.get("OPTIONS", {}).items()},
    }
    done = subprocess.run(
        [str(_find(home, name)), *words],
        env={key: value for key, value in environ.items() if value},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolFailed(f"{name} failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def _find(home: Home, name: str) -> Path:
    """The tool that came with the embedded PostgreSQL, else the system's."""
    try:
        beside = Path(Postgres(home).tool(name)[0])
    except CannotStart:
        beside = Path()
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise ToolFailed(f"{name} is not here. Install it: apt-get install -y postgresql-client")
    return Path(found)
