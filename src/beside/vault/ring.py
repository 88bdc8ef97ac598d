"""The master keys: files in the home, outside the database and its backups."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from django.conf import settings

from beside.host.home import FINGERPRINT
from beside.vault import seals

_SUFFIX = ".master"


class NoMasterKey(Exception):
    """The master key that wrapped this is not in the keys folder: restore it from its own copy."""


def _folder() -> Path:
    folder: Path = settings.HOME.keys
    return folder


def names() -> list[str]:
    """The names of all master keys here, oldest first."""
    return sorted(path.stem for path in _folder().glob("*" + _SUFFIX))


def current() -> str:
    """The name of the key that wraps from now on; the first is made when there is none."""
    return names()[-1] if names() else add()


def add() -> str:
    """Make a new master key and return its name; older ones stay while something needs them."""
    settings.HOME.secret(FINGERPRINT)  # so that keys exported before the first address hold it
    number = int(names()[-1].split("-")[0]) + 1 if names() else 1
    name = f"{number:04d}-{secrets.token_hex(4)}"
    handle = os.open(_folder() / (name + _SUFFIX), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(seals.new_key()))
    return name


def remove(name: str) -> None:
    """Forget a master key; whatever is still wrapped by it can never be opened again."""
    (_folder() / (name + _SUFFIX)).unlink()


def master(name: str) -> bytes:
    """The master key of this name. Raises NoMasterKey when the file is not there."""
    try:
        return base64.b64decode((_folder() / (name + _SUFFIX)).read_bytes())
    except FileNotFoundError as missing:
        raise NoMasterKey(f"the master key {name} is not in {_folder()}") from missing


def lookup_key() -> bytes:
    """The key of all fingerprints; it is never rotated, or nobody would be found again."""
    return str(settings.HOME.secret(FINGERPRINT)).encode()
