"""Every command of `./beside`, and nothing of what it does."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from beside.host.postgres import CannotStart

PORT = 8000
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(words: Sequence[str]) -> int:
    """Do what the command line says; returns the exit code of the process."""
    told, rest = _parser().parse_known_args(words)
    if rest and told.command != "test":
        _parser().error(f"not understood: {' '.join(rest)}")
    told.rest = rest
    if told.command == "import":
        told.home, told.words = _home_among(told.words)
    if getattr(told, "home", None):
        os.environ["BESIDE_HOME"] = str(Path(told.home).expanduser().absolute())
    module = importlib.import_module(f"beside.commands.{told.where}")
    try:
        return int(getattr(module, told.what)(told) or 0)
    except CannotStart as why:
        print(why, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="beside", description="Beside: peer support groups.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _run(commands)
    _parts(commands)
    _database(commands)
    _safekeeping(commands)
    _proof(commands)
    return parser


def _run(commands: Commands) -> None:
    run = commands.add_parser("run", help="everything, on this machine: the whole house")
    run.add_argument("--port", type=_port, default=PORT, help=f"where pages are served ({PORT})")
    run.add_argument("--relay-port", type=_port, help="where calls pass through (the next port)")
    run.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    _home(run)
    run.add_argument("--empty", action="store_true", help="a real, empty organisation, no demo")
    run.set_defaults(where="run", what="run")

    prepare = commands.add_parser("prepare", help="roles, migrations and files of this version")
    _home(prepare)
    prepare.set_defaults(where="database", what="prepare")

    demo = commands.add_parser("demo", help="tell the demo community into an empty database")
    _home(demo)
    demo.set_defaults(where="run", what="demo")


def _parts(commands: Commands) -> None:
    """The parts of the house, each a process."""
    live = commands.add_parser("live", help="pages and the wire in one process (uvicorn)")
    live.add_argument("--port", type=_port, default=PORT)
    live.add_argument("--host", default="127.0.0.1")
    live.set_defaults(where="parts", what="live")

    web = commands.add_parser("web", help="the pages alone, for many visitors (gunicorn)")
    web.add_argument("--port", type=_port, default=PORT)
    web.add_argument("--host", default="127.0.0.1")
    web.add_argument("--workers", type=int, default=2, help="processes (2)")
    web.set_defaults(where="parts", what="web")

    worker = commands.add_parser("worker", help="jobs and everything that time does")
    worker.set_defaults(where="parts", what="worker")

    relay = commands.add_parser("relay", help="the relay for calls")
    relay.add_argument("--port", type=_port, default=PORT + 1)
    relay.add_argument("--host", action="append", help="an address to listen on; may come again")
    relay.set_defaults(where="parts", what="relay")


def _database(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="bring the database to this version")
    _home(migrate)
    migrate.set_defaults(where="database", what="migrate")

    sql = commands.add_parser("sql", help="what an administrator runs on an outside PostgreSQL")
    sql.add_argument("topic", choices=["roles"])
    sql.add_argument("--version", type=int, default=18, help="its major version (18)")
    sql.set_defaults(where="database", what="sql")

    django = commands.add_parser("django", help="any of Django's own commands")
    django.add_argument("words", nargs=argparse.REMAINDER)
    django.set_defaults(where="database", what="django")


def _safekeeping(commands: Commands) -> None:
    doctor = commands.add_parser("doctor", help="what is well, and how to mend what is not")
    _home(doctor)
    doctor.set_defaults(where="doctor", what="doctor")

    backup = commands.add_parser("backup", help="everything but the keys, in one file")
    backup.add_argument("--to", help="a folder or a file (backups/ in the home)")
    _home(backup)
    backup.set_defaults(where="safekeeping", what="backup")

    restore = commands.add_parser("restore", help="a backup into a home without a database")
    restore.add_argument("file")
    restore.add_argument("--keys", help="a file of ./beside keys export")
    restore.add_argument("--erased", action="append", help="a later list of who was erased")
    _home(restore)
    restore.set_defaults(where="safekeeping", what="restore")

    keys = commands.add_parser("keys", help="the master keys of everything sealed")
    keys.add_argument("act", choices=["rotate", "export", "import"])
    keys.add_argument("file", nargs="?")
    _home(keys)
    keys.set_defaults(where="safekeeping", what="keys")

    bring = commands.add_parser("import", help="groups and meetings from elsewhere; undo")
    bring.add_argument("words", nargs=argparse.REMAINDER, help="meetings FILE, undo N, list")
    bring.set_defaults(where="database", what="bring")

    again = commands.add_parser("erase-again", help="erase by number whom a restore brought back")
    again.add_argument("numbers", nargs="*", type=int)
    again.set_defaults(where="safekeeping", what="erase_again")


def _port(words: str) -> int:
    """A number that a port can have. Raises ArgumentTypeError."""
    if words.isdecimal() and 0 < int(words) < 65_536:
        return int(words)
    raise argparse.ArgumentTypeError(f"{words} is no port: choose a number from 1024 to 65535")


def _home_among(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """`--home DIR` wherever it stands among words that another parser reads, and the others."""
    parser = argparse.ArgumentParser(prog="beside import", add_help=False, allow_abbrev=False)
    _home(parser)
    told, rest = parser.parse_known_args(words)
    return told.home, rest


def _home(command: argparse.ArgumentParser) -> None:
    command.add_argument("--home", help="where data, keys and sockets live")


def _proof(commands: Commands) -> None:
    commands.add_parser("test", help="all tests; further words go to pytest").set_defaults(
        where="proof", what="test"
    )
    commands.add_parser("pictures", help="the pictures in the documents, anew").set_defaults(
        where="pictures", what="pictures"
    )
    commands.add_parser("check", help="style, types, walls, templates, scripts").set_defaults(
        where="proof", what="check"
    )
