"""The database: its shape, its roles."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext

from django import setup

from beside.host import assets, database, roles, schema, shape
from beside.host.home import Home, here
from beside.host.postgres import at_hand


def prepare(told: argparse.Namespace) -> int:
    """Everything that this version needs before it serves; may run again at any time."""
    home = here().prepare()
    if not database.is_embedded():
        _prepared(home)
        return _say_where_to_begin()
    with at_hand(home):
        roles.prepare(home, database.name())
        return _prepared(home)


def migrate(told: argparse.Namespace) -> int:
    """Apply what is new, as the owner of the tables."""
    home = here().prepare()
    with at_hand(home) if database.is_embedded() else nullcontext():
        _as_owner()
        schema.migrate()
    return 0


def sql(told: argparse.Namespace) -> int:
    """The statements that make the roles, for an administrator to run."""
    print(roles.script(told.version * 10_000), end="")
    return 0


def bring(told: argparse.Namespace) -> int:
    """Hand the words to the imports (`./beside import …`), with the database at hand."""
    setup()
    from beside.exchange.commands import main

    if not database.is_embedded():
        return main(told.words)
    with at_hand(here()):
        return main(told.words)


def _prepared(home: Home) -> int:
    _as_owner()
    if shape.is_stale(home):
        schema.migrate(verbosity=0)
        shape.is_made(home)
    if assets.is_stale(home):
        assets.collect(home)
    return 0


def _say_where_to_begin() -> int:
    """For a larger house, where no `./beside run` prints it."""
    from django.conf import settings

    from beside.people import begin
    from beside.people.models import Organisation

    if Organisation.ours() is None:
        print("Name your organisation here, once the parts run:")
        print(f"    {settings.PUBLIC_URL or 'http://127.0.0.1:8000'}/begin/?token={begin.token()}")
    return 0


def _as_owner() -> None:
    if not database.is_embedded() and not os.environ.get("DATABASE_OWNER_URL"):
        sys.exit("Only the owner of the tables can change them: set DATABASE_OWNER_URL for this.")
    os.environ["BESIDE_AS_OWNER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beside.settings")
    setup()


def django(told: argparse.Namespace) -> int:
    """Hand the words to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *told.words])
    return 0
