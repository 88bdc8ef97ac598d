"""A real PostgreSQL for the tests: one template, migrated by the owner, and clones of it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import pytest
from psycopg import sql

from beside.host import roles
from beside.host.home import Home
from beside.host.postgres import Postgres

TEMPLATE = "beside_template"
PLAIN = pytest.StashKey[str]()  # the database that only the migrations filled
PEOPLED = pytest.StashKey[str]()  # the one in which the cast stands
_numbers = itertools.count(1)


def start(home: Home) -> Postgres:
    """Start the cluster and migrate the template. Nothing survives, so nothing is synced."""
    quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    postgres = Postgres(home, settings=quick).start()
    roles.prepare(home, TEMPLATE)
    told = {**os.environ, "BESIDE_DATABASE": TEMPLATE}
    done = subprocess.run(
        [sys.executable, "-m", "beside", "migrate"],
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        postgres.stop()
        raise RuntimeError(f"the migrations failed:\n{done.stdout}\n{done.stderr}")
    return postgres


def clone(home: Home, *, of: str = TEMPLATE) -> str:
    """A fresh database with everything `of` has (20–45 ms); returns its name."""
    name = f"beside_clone_{os.getpid()}_{next(_numbers)}"
    with roles.superuser(home) as connection:
        words = sql.SQL("create database {} template {} owner {}")
        connection.execute(
            words.format(sql.Identifier(name), sql.Identifier(of), sql.Identifier(roles.OWNER))
        )
        grant = sql.SQL("grant connect on database {} to {}")
        connection.execute(grant.format(sql.Identifier(name), sql.Identifier(roles.APP)))
    return name


def drop(home: Home, name: str) -> None:
    """Remove a clone, closing whatever is still connected to it."""
    with roles.superuser(home) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
