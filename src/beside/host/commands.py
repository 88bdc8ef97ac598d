"""Every command of `./beside`, and nothing of what it does."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence


def main(words: Sequence[str]) -> int:
    """Do what the command line says; returns the exit code of the process."""
    parser = argparse.ArgumentParser(prog="beside", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to this version (as its owner)")
    django = commands.add_parser("django", help="any of Django's own commands")
    django.add_argument("words", nargs=argparse.REMAINDER)
    told = parser.parse_args(words)
    return {"migrate": _migrate, "django": _django}[told.command](told)


def _migrate(told: argparse.Namespace) -> int:
    os.environ["BESIDE_AS_OWNER"] = "1"
    import django

    django.setup()
    from beside.host import schema

    schema.migrate()
    return 0


def _django(told: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *told.words])
    return 0
