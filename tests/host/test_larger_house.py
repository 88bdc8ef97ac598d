"""A larger house, as docs/how-to/install.md tells it: an outside PostgreSQL, each part alone."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from beside.host.children import ends_with_parent
from beside.host.home import Home
from beside.host.postgres import Postgres
from tests.living import SRC, free_port, until

DEBIAN = Path("/usr/lib/postgresql/15/bin")
SESSIONS = "from pg_stat_activity where datname = 'beside'"


@dataclass
class Outside:
    """A PostgreSQL that somebody else runs: over TCP, with a passphrase, of the oldest version."""

    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def bin(self) -> Path:
        return (
            DEBIAN if DEBIAN.exists() else Path(Postgres(Home(self.folder)).tool("psql")[0]).parent
        )

    @property
    def account(self) -> tuple[int, int]:
        if os.geteuid():
            return os.geteuid(), os.getegid()
        found = pwd.getpwnam("nobody")
        return found.pw_uid, found.pw_gid

    def start(self) -> subprocess.Popen[bytes]:
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        if not os.geteuid():
            os.chown(data, *self.account)
        (self.folder / "secret").write_text("the administrator's\n")
        made = [self.bin / "initdb", "-D", data, "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8"]
        made += ["-N", "--auth=scram-sha-256", "--pwfile", self.folder / "secret"]
        become = ends_with_parent(*self.account)
        subprocess.run(made, check=True, capture_output=True, cwd="/", preexec_fn=become)
        words = [self.bin / "postgres", "-D", data, "-p", str(self.port), "-F"]
        words += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with (self.folder / "log").open("wb") as log:
            server = subprocess.Popen(words, stderr=log, cwd="/", preexec_fn=become)
        until(lambda: self.psql("select 1", check=False))
        return server

    def psql(self, words: str, check: bool = True) -> str:
        """What the administrator is told."""
        done = subprocess.run(
            [self.bin / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", self.url("postgres", "postgres")],
            env={**os.environ, "PGPASSWORD": "the administrator's"},
            input=words,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip()

    def url(self, user: str, database: str, secret: str = "") -> str:
        return f"postgresql://{user}{secret and ':'}{secret}@127.0.0.1:{self.port}/{database}"


@dataclass
class House:
    """The parts of one installation, started by hand."""

    outside: Outside
    home: Path
    ports: dict[str, int] = field(default_factory=dict)
    parts: dict[str, psutil.Popen] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        left_out = ("BESIDE_", "DATABASE_", "DJANGO_")
        kept = {name: each for name, each in os.environ.items() if not name.startswith(left_out)}
        told = {"PYTHONPATH": SRC, "BESIDE_HOME": str(self.home), "SECRET_KEY": "k" * 50}
        told |= {"DATABASE_URL": self.outside.url("beside_app", "beside", "app-secret")}
        told |= {"RELAY_URLS": "turn:relay.example.org:3478", "RELAY_SECRET": "r" * 40}
        return {**kept, **told, "PUBLIC_URL": "http://127.0.0.1:1"}

    def beside(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "beside", *words],
            env={**self.environ, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, name: str, *words: str) -> None:
        if name != "worker":
            self.ports[name] = free_port()
            words = (*words, "--port", str(self.ports[name]))
        with (self.home / f"{name}.log").open("wb") as log:
            self.parts[name] = psutil.Popen(
                [sys.executable, "-m", "beside", name, *words],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=ends_with_parent(),
            )

    def get(self, part: str, path: str) -> tuple[int, str]:
        try:
            url = f"http://127.0.0.1:{self.ports[part]}{path}"
            with urllib.request.urlopen(url, timeout=90) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as said:
            with said:
                return said.code, said.read().decode()
        except urllib.error.URLError:
            return 0, ""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="beside-larger-"))
    folder.chmod(0o755)
    house = House(Outside(folder), folder / "home")
    server = house.outside.start()
    try:
        yield house
    finally:
        for part in house.parts.values():
            if part.poll() is None:
                part.kill()
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def test_the_roles_are_made_by_what_the_administrator_is_given(house: House) -> None:
    version = house.outside.psql("show server_version_num")
    told = house.beside("sql", "roles", "--version", str(int(version) // 10_000))
    assert told.returncode == 0, told.stderr
    words = told.stdout.replace("CHOOSE ONE", "owner-secret").replace(
        "CHOOSE ANOTHER", "app-secret"
    )
    house.outside.psql(words)
    house.outside.psql(words.replace("create database", "-- create database"))  # again, unharmed


def test_only_the_owner_prepares_and_it_says_where_to_begin(house: House) -> None:
    refused = house.beside("prepare")
    assert refused.returncode == 1
    assert "DATABASE_OWNER_URL" in refused.stderr
    owner = house.outside.url("beside_owner", "beside", "owner-secret")
    for _ in range(2):
        told = house.beside("prepare", DATABASE_OWNER_URL=owner)
        assert told.returncode == 0, told.stderr
        assert "http://127.0.0.1:1/begin/?token=" in told.stdout


def test_web_live_and_worker_serve_as_the_restricted_role(house: House) -> None:
    house.start("web", "--workers", "2")
    house.start("live")
    house.start("worker")
    until(lambda: house.get("live", "/health/") == (200, "ok\n"))
    until(lambda: house.get("web", "/")[0] == 200)
    _, page = house.get("web", "/")
    sheets = re.findall(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)
    assert sheets  # under names that change with their content
    assert [house.get("web", sheet)[0] for sheet in sheets] == [200] * len(sheets)
    assert "turn:" not in page
    assert house.get("web", "/wire/events/")[0] == 404  # that is live's
    wire = f"http://127.0.0.1:{house.ports['live']}/wire/events/"
    with urllib.request.urlopen(wire, timeout=30) as heard:
        assert heard.headers["Content-Type"].startswith("text/event-stream")
    assert house.get("web", "/demo/member/")[0] == 404
    who = house.outside.psql(f"select distinct usename {SESSIONS}")
    assert who == "beside_app"


def test_the_doctor_finds_all_of_it_well(house: House) -> None:
    ports = {"BESIDE_PORT": str(house.ports["live"])}
    told = house.beside("doctor", **ports)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "MEND" not in told.stdout
    assert "PostgreSQL" in told.stdout


def test_every_part_ends_when_it_is_asked_and_leaves_nothing(house: House) -> None:
    children = [child for part in house.parts.values() for child in part.children(recursive=True)]
    for part in house.parts.values():
        part.terminate()
    codes = {name: part.wait(30) for name, part in house.parts.items()}
    # uvicorn says goodbye to everybody, and then ends by the signal it was asked with.
    assert codes == {"web": 0, "live": -signal.SIGTERM, "worker": 0}
    _, alive = psutil.wait_procs(children, timeout=90)
    assert alive == []
    for name in house.parts:
        assert "Traceback" not in (house.home / f"{name}.log").read_text()
    until(
        lambda: (
            house.outside.psql("select count(*) from pg_stat_activity where datname='beside'")
            == "0"
        )
    )
