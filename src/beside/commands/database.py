"""The database: its shape, its roles."""

from __future__ import annotations

import argparse
import os
import sys


def migrate(told: argparse.Namespace) -> int:
    """Apply what is new, as the owner of the tables."""
    os.environ["BESIDE_AS_OWNER"] = "1"
    import django

    django.setup()
    from beside.host import schema

    schema.migrate(verbosity=int(os.environ.get("BESIDE_VERBOSITY", "1")))
    return 0


def django(told: argparse.Namespace) -> int:
    """Hand the words to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *told.words])
    return 0
