"""Backups that can be restored, keys that are never in them, people who stay erased."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from beside import wall
from beside.host import erasures
from beside.host.home import Home
from beside.people import actions
from beside.people.models import Contact, Person
from beside.vault import ring
from beside.vault.box import Box
from tests.cast import Cast, build
from tests.living import SRC

WORDS = "a street nobody else should know"
OPEN = """
import django; django.setup()
from django.contrib.sessions.models import Session
from django.db import transaction
from beside import wall
from beside.people.models import Contact, Person
from beside.vault.box import Box
from beside.vault.seals import CannotOpen
from beside.vault.ring import NoMasterKey
with transaction.atomic(), wall.house("test.look"):
    for row in Contact.objects.order_by("key"):
        try:
            words = Box("person", row.person_id).open(
                row.sealed, table="people_contact", column="sealed", row=row.key)
        except (CannotOpen, NoMasterKey) as wrong:
            words = type(wrong).__name__
        print(row.key, words)
    print("erased", sorted(Person.objects.exclude(erased_at=None).values_list("pk", flat=True)))
    print("sessions", Session.objects.count())
"""


@dataclass
class Desk:
    """An operator's desk: a database with the cast in it, and folders for parcels."""

    database: str
    cast: Cast
    folder: Path
    contact: str

    def beside(self, *words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        """`./beside …` for our database, or for another home with a database of its own."""
        return self._run(["-m", "beside", *words], home)

    def look(self, home: Path) -> str:
        """What a program in another home can open, with that home's PostgreSQL at hand."""
        inside = (
            "from beside.host.home import here\nfrom beside.host.postgres import at_hand\n"
            f"with at_hand(here()):\n    exec({OPEN!r})"
        )
        done = self._run(["-c", inside], home)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run(self, words: list[str], home: Path | None) -> subprocess.CompletedProcess[str]:
        told = {**os.environ, "PYTHONPATH": SRC, "DJANGO_SETTINGS_MODULE": "beside.settings"}
        told["BESIDE_HOME"] = str(home or settings.HOME.root)
        told.pop("BESIDE_DATABASE", None)
        if home is None:
            told["BESIDE_DATABASE"] = self.database
        return subprocess.run(
            [sys.executable, *words], env=told, capture_output=True, text=True, check=False
        )


@pytest.fixture
def desk(own_database: str) -> Iterator[Desk]:
    masters = {file: file.read_bytes() for file in (settings.HOME.root / "keys").glob("*.master")}
    (settings.HOME.root / erasures.NAME).unlink(missing_ok=True)
    cast = build()
    with wall.acting_as(cast["member"].pk), transaction.atomic(), wall.house("test.contact"):
        contact = Contact(person=cast["member"], kind="email", lookup=b"x", safe_for="nothing")
        contact.sealed = Box("person", cast["member"].pk).seal(
            WORDS, table="people_contact", column="sealed", row=contact.key
        )
        contact.save(force_insert=True)
    folder = Path(tempfile.mkdtemp(prefix="beside-desk-"))
    folder.chmod(0o755)
    yield Desk(own_database, cast, folder, contact.key)
    (settings.HOME.root / erasures.NAME).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    for file, key in masters.items():  # other databases of this run are sealed with them
        if not file.exists():
            file.write_bytes(key)
            file.chmod(0o600)


def backup(desk: Desk) -> Path:
    done = desk.beside("backup", "--to", str(desk.folder))
    assert done.returncode == 0, done.stderr
    [file] = desk.folder.glob("beside-*.tar")
    return file


def test_a_backup_restored_elsewhere_with_the_keys_opens_what_was_sealed(desk: Desk) -> None:
    file, keys, home = backup(desk), desk.folder / "keys.json", desk.folder / "another home"
    assert desk.beside("keys", "export", str(keys)).returncode == 0
    assert keys.stat().st_mode & 0o077 == 0

    done = desk.beside("restore", str(file), "--keys", str(keys), home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "can be opened" in done.stdout
    assert desk.look(home) == f"{desk.contact} {WORDS}\nerased []\nsessions 0\n"

    again = desk.beside("restore", str(file), home=home)
    assert again.returncode == 1
    assert "already holds a database" in again.stderr


def test_a_damaged_parcel_changes_nothing_and_the_whole_one_can_be_restored_afterwards(
    desk: Desk,
) -> None:
    file, home = backup(desk), desk.folder / "home"
    cut, other, hollow = (desk.folder / name for name in ("cut.tar", "no.tar", "hollow.tar"))
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    other.write_text("a letter")
    with tarfile.open(file) as whole, tarfile.open(hollow, "w") as parcel:  # its dump is cut off
        for member in whole.getmembers():
            words = whole.extractfile(member)
            assert words is not None
            member.size = member.size // 2 if member.name == "database.dump" else member.size
            parcel.addfile(member, words)
    for damaged in (cut, other):
        done = desk.beside("restore", str(damaged), home=home)
        assert done.returncode == 1
        assert "is damaged, or no backup" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (home / "postgres").exists()
    done = desk.beside("restore", str(hollow), home=home)
    assert done.returncode == 1
    assert "Nothing was restored" in done.stderr
    assert "Traceback" not in done.stderr

    keys = desk.folder / "keys.json"
    assert desk.beside("keys", "export", str(keys)).returncode == 0
    done = desk.beside("restore", str(file), "--keys", str(keys), home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Home(home).kind == "real"


def test_without_the_keys_it_says_what_cannot_be_opened_until_they_come(desk: Desk) -> None:
    file, keys, home = backup(desk), desk.folder / "keys.json", desk.folder / "home"
    desk.beside("keys", "export", str(keys))

    done = desk.beside("restore", str(file), home=home)
    assert done.returncode == 3
    assert "cannot be opened" in done.stdout
    assert ring.names()[-1] in done.stdout
    assert desk.look(home).splitlines()[0] == f"{desk.contact} NoMasterKey"

    assert desk.beside("keys", "import", str(keys), home=home).returncode == 0
    assert desk.look(home).splitlines()[0] == f"{desk.contact} {WORDS}"


def test_no_key_is_in_a_backup_and_nobody_stays_signed_in_through_it(desk: Desk) -> None:
    with tarfile.open(file := backup(desk)) as parcel:
        names = parcel.getnames()
        whole = b"".join(
            member.read() for name in names if (member := parcel.extractfile(name)) is not None
        )
    assert set(names) <= {"about.json", "database.dump", "erased"}
    for path in settings.HOME.keys.iterdir():
        secret = path.read_text().strip().encode()
        assert secret not in whole, path.name
        assert secret not in file.read_bytes()
    assert WORDS.encode() not in whole
    assert file.stat().st_mode & 0o077 == 0


def test_whoever_was_erased_after_the_backup_stays_erased(desk: Desk) -> None:
    file, keys, home = backup(desk), desk.folder / "keys.json", desk.folder / "home"
    desk.beside("keys", "export", str(keys))
    with desk.cast.looking_as("member") as member, transaction.atomic():
        number = member.pk
        actions.erase(Person.objects.get(pk=number), by=Person.objects.get(pk=number))
    later = desk.folder / "erased"
    shutil.copy(settings.HOME.root / erasures.NAME, later)
    assert later.read_text() == f"{number}\n"

    done = desk.beside("restore", str(file), "--keys", str(keys), "--erased", str(later), home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 erased again of 1" in done.stdout
    assert desk.look(home) == f"erased [{number}]\nsessions 0\n"
    assert Home(home).root.joinpath(erasures.NAME).read_text() == f"{number}\n"


def test_rotated_keys_open_everything_and_the_old_ones_are_gone(desk: Desk) -> None:
    before = ring.names()
    done = desk.beside("keys", "rotate")
    assert done.returncode == 0, done.stderr
    after = ring.names()
    assert len(after) == 1
    assert set(after).isdisjoint(before)
    with transaction.atomic(), wall.house("test.look"):
        row = Contact.objects.get()
        opened = Box("person", row.person_id).open(
            row.sealed, table="people_contact", column="sealed", row=row.key
        )
    assert opened == WORDS


def test_exported_keys_never_overwrite_others(desk: Desk) -> None:
    keys = desk.folder / "keys.json"
    desk.beside("keys", "export", str(keys))
    assert "already there" in desk.beside("keys", "export", str(keys)).stderr
    told = json.loads(keys.read_text())
    name = next(iter(told["keys"]))
    told["keys"][name] = "another"
    told["keys"]["../../outside.master"] = "x"
    keys.write_text(json.dumps(told))
    done = desk.beside("keys", "import", str(keys))
    assert done.returncode == 1
    assert "another key already" in done.stderr
    assert not (settings.HOME.root.parent / "outside.master").exists()


def test_the_list_of_erasures_survives_a_line_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("7\n12\n3")
    (tmp_path / "two").write_text("12\nnonsense\n")
    files = [tmp_path / "one", tmp_path / "two", tmp_path / "none"]
    assert erasures.numbers(files) == [3, 7, 12]
