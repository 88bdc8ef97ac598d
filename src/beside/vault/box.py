"""Sealing and opening what belongs to one subject, each with a data key of their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from beside import wall
from beside.kernel import clock
from beside.vault import ring, seals
from beside.vault.models import Key


class Erased(seals.CannotOpen):
    """The subject's key was destroyed; nothing of theirs can be sealed or opened."""


@dataclass(frozen=True)
class Box:
    """Everything sealed for one subject: `Box("person", 7)`.

    The server can open a box. No page may say that only the person can.
    """

    kind: str
    number: int

    def seal(self, words: str, *, table: str, column: str, row: object) -> bytes:
        """The words, sealed for this one place. Needs an open transaction. Raises Erased."""
        place = f"{table}:{column}:{row}:{self.kind}-{self.number}"
        return seals.seal(words.encode(), key=self._key(), place=place)

    def open(self, sealed: bytes | memoryview, *, table: str, column: str, row: object) -> str:
        """The words again. Raises CannotOpen, and Erased when the key is gone."""
        place = f"{table}:{column}:{row}:{self.kind}-{self.number}"
        return seals.open_seal(bytes(sealed), key=self._key(), place=place).decode()

    def destroy(self) -> None:
        """Destroy the key: everything sealed for this subject is unreadable from here on."""
        with wall.house("vault.destroy"):
            Key.objects.update_or_create(
                subject_kind=self.kind,
                subject_id=self.number,
                defaults={"wrapped": None, "master": "", "destroyed_at": clock.now()},
            )

    def _key(self) -> bytes:
        with wall.house("vault.key"):
            wanted = {"subject_kind": self.kind, "subject_id": self.number}
            row = Key.objects.filter(**wanted).first()
            if row is None:
                fresh = Key(**wanted, master=ring.current())
                fresh.wrapped = seals.seal(
                    seals.new_key(), key=ring.master(fresh.master), place=self._place
                )
                # Two at once: the second keeps the first one's key.
                Key.objects.bulk_create([fresh], ignore_conflicts=True)
                row = Key.objects.get(**wanted)
        if row.wrapped is None:
            raise Erased(self.kind)
        return seals.open_seal(bytes(row.wrapped), key=ring.master(row.master), place=self._place)

    @property
    def _place(self) -> str:
        return f"vault_key:wrapped:{self.kind}-{self.number}:vault"


def fingerprint(words: str) -> bytes:
    """A digest by which these words (an address, say) are found again; equal ones are equal."""
    return seals.fingerprint(words, key=ring.lookup_key())


def rotate() -> int:
    """Wrap every data key anew under a fresh master key; returns how many. Needs a transaction.

    What is sealed stays as it is. The old master keys are left for the caller to remove once the
    change is committed.
    """
    with wall.house("vault.rotate"):
        name = ring.add()
        rows = list(Key.objects.exclude(wrapped=None).select_for_update())
        for row in rows:
            place = f"vault_key:wrapped:{row.subject_kind}-{row.subject_id}:vault"
            plain = seals.open_seal(
                bytes(row.wrapped or b""), key=ring.master(row.master), place=place
            )
            row.wrapped, row.master = seals.seal(plain, key=ring.master(name), place=place), name
        Key.objects.bulk_update(rows, ["wrapped", "master"], batch_size=500)
    return len(rows)


def unused_masters() -> list[str]:
    """Master keys under which nothing is wrapped any more, the current one left out."""
    with wall.house("vault.unused"), connection.cursor() as cursor:
        cursor.execute("select distinct master from vault_key where wrapped is not null")
        used = {name for (name,) in cursor.fetchall()}
    return [name for name in ring.names()[:-1] if name not in used]
