"""`./beside import …`: what the operator says at the command line, and what is answered."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from django.apps import apps
from django.db import transaction


def main(words: Sequence[str]) -> int:
    """Do it; returns the exit code: 0 done, 1 not done, 2 not understood."""
    if not apps.ready:
        django.setup()
    from beside.exchange import desk
    from beside.exchange.meeting_guide import UnreadableFile

    told = _parser().parse_args(words)
    try:
        with transaction.atomic():
            return desk.ACTS[told.what](told)
    except (UnreadableFile, desk.CannotDo) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="beside import")
    what = parser.add_subparsers(dest="what", required=True)
    meetings = what.add_parser("meetings", help="a listing: preview, then ask")
    meetings.add_argument("file", type=Path)
    meetings.add_argument(
        "--format", choices=["meeting-guide", "bmlt"], help="(seen in the file by itself)"
    )
    meetings.add_argument(
        "--sunday", type=int, choices=[0, 1], help="what a BMLT file calls Sunday, if it is unclear"
    )
    meetings.add_argument("--source", help="its name, as visitors read it (the name of the file)")
    meetings.add_argument(
        "--experience", action="append", help="whom its groups are for (addiction)"
    )
    meetings.add_argument("--codes", type=_codes, help="JSON with the listing's own type codes")
    meetings.add_argument(
        "--zone", help="where a row does not say its time zone (the organisation's)"
    )
    meetings.add_argument("--language", default="en", help="where a row does not say (en)")
    meetings.add_argument("--replace", action="store_true", help="close groups that are gone")
    meetings.add_argument("--yes", action="store_true", help="do it without asking")
    undo = what.add_parser("undo", help="put back what was here before an import")
    undo.add_argument("number", type=int)
    what.add_parser("list", help="the imports there were")
    out = what.add_parser("show", help="what came from a source, as Meeting Guide JSON")
    out.add_argument("source", help="its name, as visitors read it")
    return parser


def _codes(words: str) -> dict[str, str]:
    """[["WC", "Wheelchair"], …], {"WC": "Wheelchair", …} or BMLT's formats, from a file."""
    from beside.exchange.formats import code_names

    try:
        return code_names(json.loads(Path(words).read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"cannot be read as codes: {error}") from None
