"""The list of who was erased: numbers only, outside the database, replayed after a restore.

A backup made before somebody was erased still holds them. This file is appended to and never
rewritten; keep copies of it apart from the backups.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from beside.host.home import here

NAME = "erased"


def add(number: int) -> None:
    """Write down that the person of this number was erased; on the disk before this returns.

    Called inside the transaction that erases, as its last step.
    """
    home = here().prepare()
    handle = os.open(home.root / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{int(number)}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def numbers(files: Iterable[Path] | None = None) -> list[int]:
    """All numbers in these lists (the home's own by default), each once, smallest first.

    A line that was cut off by a power failure is left out.
    """
    found: set[int] = set()
    for file in files or [here().root / NAME]:
        if file.exists():
            lines = file.read_text().splitlines()
            found.update(int(line) for line in lines if line.strip().isdigit())
    return sorted(found)
