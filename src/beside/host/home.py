"""Where one installation keeps its data, keys and sockets on this machine."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ENVIRON = "BESIDE_HOME"
FINGERPRINT = "fingerprint"  # the key by which sealed addresses are found again


@dataclass(frozen=True)
class Home:
    """One folder for one organisation; what is in it is private to the account that runs Beside."""

    root: Path

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def stamps(self) -> Path:
        """What was prepared for which version of the program, so that the next start is quick."""
        return self.root / "stamps"

    @property
    def is_demo(self) -> bool:
        return (self.root / "demo").exists()

    @property
    def kind(self) -> str:
        """What this home is for: real, demo, telling (a demo, not yet to its end), or not known."""
        try:
            return (self.stamps / "kind").read_text().strip()
        except FileNotFoundError:
            return ""

    def become(self, kind: str) -> None:
        """Write down what this home is for; whole or not at all."""
        self.stamps.mkdir(exist_ok=True)
        replace(self.stamps / "kind", f"{kind}\n")

    def prepare(self) -> Home:
        """Make the folders, each readable by this account alone.

        As root the outermost folder may be passed through (0711), because PostgreSQL refuses to run
        as root and has to reach its own folder inside.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.keys, self.mail, self.logs):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
        return self

    def secret(self, name: str) -> str:
        """A random secret of this name, made the first time it is asked for."""
        path = self.keys / name
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            pass
        self.prepare()
        made = secrets.token_urlsafe(48)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(made)
        return made


def replace(path: Path, words: str) -> None:
    """Write a private file so that whoever reads it finds the old words or the new, never half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(words)
    draft.replace(path)


def here() -> Home:
    """The home named by BESIDE_HOME, else the user's data folder (for root: /var/lib/beside)."""
    named = os.environ.get(ENVIRON)
    if named:
        return Home(Path(named).expanduser().absolute())
    if os.geteuid() == 0:
        return Home(Path("/var/lib/beside"))
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Home(Path(data).expanduser() / "beside")
