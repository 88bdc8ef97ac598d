"""A real PostgreSQL for the tests: one template, migrated by the owner, and clones of it."""

from __future__ import annotations

import fcntl
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg import sql

from beside.host import roles
from beside.host.home import Home
from beside.host.postgres import SUPERUSER, Postgres

TEMPLATE = "beside_template"
SHARED = "PYTEST_BESIDE_SHARED"  # the folder of a cluster that was migrated for the whole run
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PLAIN = pytest.StashKey[str]()  # the database that only the migrations filled
PEOPLED = pytest.StashKey[str]()  # the one in which the cast stands
_numbers = itertools.count(1)


def start(home: Home) -> Postgres:
    """Start the cluster with the migrated template. Nothing survives, so nothing is synced.

    Where `./beside test` names a folder for it, one process migrates and the others copy.
    """
    shared = os.environ.get(SHARED)
    if not shared:
        return _migrated(home)
    with (Path(shared) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        first = Home(Path(shared) / "home")
        if not (first.root / "whole").exists():
            _migrated(first).stop()
            (first.root / "whole").touch()
    home.prepare()
    # As root the files belong to the account that runs the server; cp keeps that.
    for name in ("postgres", f"keys/{SUPERUSER}"):
        subprocess.run(["cp", "-pR", first.root / name, home.root / name], check=True)
    postgres = Postgres(home, settings=QUICK).start()
    roles.prepare(home, TEMPLATE)  # with this home's own passwords
    return postgres


def _migrated(home: Home) -> Postgres:
    postgres = Postgres(home, settings=QUICK).start()
    roles.prepare(home, TEMPLATE)
    told = {**os.environ, "BESIDE_HOME": str(home.root), "BESIDE_DATABASE": TEMPLATE}
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
