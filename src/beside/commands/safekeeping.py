"""`./beside backup`, `restore` and `keys`: two parcels that must never lie in one place.

The backup holds the database and what people uploaded; what is sealed in it stays sealed. The keys
open it. Sessions are in neither: after a restore everybody signs in again.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beside.host import database, erasures, roles, shape, tools
from beside.host.home import FINGERPRINT, Home, here
from beside.host.postgres import Postgres, at_hand

DUMP, ABOUT, MEDIA = "database.dump", "about.json", "media"
# Nobody stays signed in through a backup, and counters of tries begin anew.
LEFT_OUT = ("django_session", "kernel_cache", "procrastinate_workers")
OPENING = (FINGERPRINT,)  # beside the master keys: by it addresses are found again
_FORMAT = 1


# -- backup -------------------------------------------------------------------------------------


def backup(told: argparse.Namespace) -> int:
    """One file with everything but the keys; it may be made while people are here."""
    home, now = here(), datetime.now(UTC)
    target = Path(told.to or home.root / "backups").expanduser().absolute()
    if told.to is None or target.is_dir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = target / f"beside-{now:%Y%m%d-%H%M%S}.tar"
    with _database(home), tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
        tools.run(home, "pg_dump", ["--format=custom", "--no-owner", *left_out, f"--file={dump}"])
        whole = Path(folder) / "whole.tar"
        whole.touch(mode=0o600)
        with tarfile.open(whole, "w") as parcel:
            _put(parcel, ABOUT, json.dumps(_about(home, now), indent=1).encode())
            parcel.add(dump, DUMP)
            if (home.root / erasures.NAME).exists():
                parcel.add(home.root / erasures.NAME, erasures.NAME)
            if (home.root / MEDIA).is_dir():
                parcel.add(home.root / MEDIA, MEDIA)
        _sync(whole)
        whole.rename(target)
    print(f"{target}  ({target.stat().st_size / 1e6:.1f} MB)")
    print("The keys are not in it. Keep them elsewhere: ./beside keys export FILE")
    print(f"Keep a copy of {home.root / erasures.NAME} apart from it too: who was erased since.")
    return 0


def _about(home: Home, now: datetime) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "made": now.isoformat(timespec="seconds"),
        "shape": shape.mark(),
        "masters": sorted(path.stem for path in home.keys.glob("*.master")),
    }


# -- restore ------------------------------------------------------------------------------------


def restore(told: argparse.Namespace) -> int:
    """Put a backup into a home that has no database yet, and erase again whoever was erased."""
    home, file = here(), Path(told.file).expanduser().absolute()
    if not file.is_file():
        return _no(f"There is no file {file}.")
    if database.is_embedded() and (home.postgres / "data").exists():
        return _no(f"{home.root} already holds a database. Restore into another home: --home DIR")
    if database.is_embedded():
        Postgres(home).must_reach()
    home.prepare()
    with tempfile.TemporaryDirectory(dir=home.root) as name:
        folder = Path(name)
        if wrong := _unpacked(file, folder):
            return _no(wrong)
        if told.keys:
            _take_keys(home, Path(told.keys).expanduser())
        lists = [home.root / erasures.NAME, folder / erasures.NAME]
        lists += [Path(each).expanduser() for each in told.erased or []]
        home.become("real")  # before anything is in it: no start may take it for a new demo
        try:
            with _database(home):
                _filled(home, folder)
                _migrated()
                return _after(home, erasures.numbers(lists))
        except tools.ToolFailed as failed:
            if database.is_embedded():
                shutil.rmtree(home.postgres / "data", ignore_errors=True)
            return _no(f"Nothing was restored, and nothing half is kept.\n{failed}")


def _unpacked(file: Path, folder: Path) -> str:
    """Take the parcel apart before anything is touched; returns what is wrong with it, or ""."""
    damaged = f"{file} is damaged, or no backup of Beside. Nothing was changed."
    try:
        with tarfile.open(file) as parcel:
            parcel.extractall(folder, filter="data")
        about = json.loads((folder / ABOUT).read_text())
        if int(about["format"]) > _FORMAT:
            return f"{file} was made by a newer Beside. Nothing was changed; upgrade first."
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError):
        return damaged
    return "" if (folder / DUMP).is_file() else damaged


def _filled(home: Home, folder: Path) -> None:
    """The database and what people uploaded, in one transaction. Raises ToolFailed."""
    if database.is_embedded():
        roles.prepare(home, database.name())
    restored = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname"]
    tools.run(home, "pg_restore", [*restored, _name(home), str(folder / DUMP)])
    if (folder / MEDIA).is_dir():
        shutil.copytree(folder / MEDIA, home.root / MEDIA, dirs_exist_ok=True)
    shape.forget(home)


def _after(home: Home, gone: list[int]) -> int:
    """In a process of its own, because settings are read once: as the app, not as the owner."""
    words = [sys.executable, "-m", "beside", "erase-again", *map(str, gone)]
    environ = {key: value for key, value in os.environ.items() if key != "BESIDE_AS_OWNER"}
    return _child(words, environ)


def erase_again(told: argparse.Namespace) -> int:
    """Erase whom these numbers name, and say what cannot be opened with the keys that are here."""
    import django

    django.setup()
    from django.db import transaction

    from beside.people import actions

    with transaction.atomic():
        again = actions.erase_again(told.numbers)
    known = set(erasures.numbers())
    for number in sorted(set(told.numbers) - known):
        erasures.add(number)
    print(f"Restored. {again} erased again of {len(told.numbers)} on the list.")
    return _unopened()


def _unopened() -> int:
    from django.db import connection, transaction

    from beside import wall
    from beside.vault import ring

    with transaction.atomic(), wall.house("host.restore"), connection.cursor() as cursor:
        cursor.execute(
            "select master, count(*) from vault_key where wrapped is not null group by master"
        )
        missing = [(name, many) for name, many in cursor.fetchall() if name not in ring.names()]
    if not missing:
        print("Every sealed field can be opened with the keys that are here.")
        return 0
    lost = sum(many for _, many in missing)
    print(
        f"{lost} keys of people or conversations are wrapped by master keys not here:\n"
        f"    {', '.join(name for name, _ in missing)}\n"
        "Journals, messages, notes and addresses of theirs cannot be opened. Posts can be read.\n"
        "With the exported keys they can: ./beside keys import FILE"
    )
    return 3


# -- keys ---------------------------------------------------------------------------------------


def keys(told: argparse.Namespace) -> int:
    """Export, import or rotate the master keys."""
    home = here()
    if told.act == "rotate":
        return _rotate(home)
    if not told.file:
        return _no(f"Say which file: ./beside keys {told.act} FILE")
    file = Path(told.file).expanduser().absolute()
    if told.act == "import":
        _take_keys(home, file)
        return 0
    return _give_keys(home, file)


def _give_keys(home: Home, file: Path) -> int:
    if file.exists():
        return _no(f"{file} is already there; it is not overwritten.")
    found = [*sorted(home.keys.glob("*.master")), *(home.keys / name for name in OPENING)]
    words = {path.name: path.read_text().strip() for path in found if path.exists()}
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as into:
        json.dump({"format": _FORMAT, "keys": words}, into, indent=1)
    print(f"{file}: {len(words)} keys.")
    print("Whoever has this file and a backup can read everything that is sealed.")
    print("Keep it apart from the backups, and not on this machine alone.")
    return 0


def _take_keys(home: Home, file: Path) -> None:
    """Put exported keys into the home; a different key of the same name stops everything."""
    try:
        told = json.loads(file.read_text())["keys"]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        sys.exit(f"{file} is not a file of exported keys ({type(wrong).__name__}).")
    home.prepare()
    for name, words in told.items():
        if name not in OPENING and not name.endswith(".master"):
            continue
        path = home.keys / Path(name).name
        if path.exists():
            if path.read_text().strip() != words:
                sys.exit(f"{path} holds another key already. Nothing was overwritten.")
            continue
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as into:
            into.write(words)
    print(f"{len(told)} keys are in {home.keys}.")


def _rotate(home: Home) -> int:
    """Wrap everybody's key anew, and forget the old master keys once that is on the disk."""
    with _database(home):
        import django

        django.setup()
        from django.db import connection, transaction

        from beside import wall
        from beside.vault import box, ring

        with transaction.atomic():
            many = box.rotate()
        time.sleep(2)  # whoever was making a key with the old one has finished by now
        with transaction.atomic():
            with wall.house("host.rotate"), connection.cursor() as cursor:
                cursor.execute("lock table vault_key in share row exclusive mode")
            for name in (unused := box.unused_masters()):
                ring.remove(name)
    print(f"{many} keys are wrapped anew; {len(unused)} old master keys were removed.")
    print("Backups made before need the old ones. Export the new ones: ./beside keys export FILE")
    return 0


# -- common -------------------------------------------------------------------------------------


def _database(home: Home) -> Any:
    return at_hand(home) if database.is_embedded() else contextlib.nullcontext()


def _name(home: Home) -> str:
    return str(database.connection(home, as_owner=True)["NAME"])


def _migrated() -> None:
    if _child([sys.executable, "-m", "beside", "prepare"], dict(os.environ)):
        sys.exit("The backup was restored, but could not be brought to this version.")


def _child(words: list[str], environ: dict[str, str]) -> int:
    return subprocess.run(words, env=environ, stdin=subprocess.DEVNULL, check=False).returncode


def _put(parcel: tarfile.TarFile, name: str, words: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(words), 0o600, int(time.time())
    parcel.addfile(entry, io.BytesIO(words))


def _sync(file: Path) -> None:
    with file.open("rb") as open_file:
        os.fsync(open_file.fileno())


def _no(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
