"""The running house, for tests with browsers, kills and many people: each part a process.

    with Living(own_database) as living:              # the web alone
        page.goto(living.url + "/find/")
    with Living(own_database, worker=True, relay=True) as living:
        living.kill("worker")                         # SIGKILL
        living.start("worker")

The fixture `living` gives one with a database of its own. Everything ends with the `with`, and with
the test process itself whatever happens to it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from beside.host import assets
from beside.host.children import ends_with_parent
from beside.host.home import Home
from tests import cluster
from tests.ports import free_port

PATIENCE = 180.0  # seconds; a deadline for slow machines, never a pause
SRC = str(Path(__file__).parents[1] / "src")


def until(is_so: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What `is_so` says once it is true; fails when it never is."""
    end = time.monotonic() + patience
    while True:
        said = is_so()
        if said:
            return said
        assert time.monotonic() < end, f"still not so after {patience:.0f} s"
        time.sleep(0.03)


class Living:
    """One house with a database of its own, serving on 127.0.0.1."""

    def __init__(
        self,
        database: str,
        *,
        worker: bool = False,
        relay: bool = False,
        environ: dict[str, str] | None = None,
    ) -> None:
        self.home: Home = settings.HOME
        self.database = database
        self.port, self.relay_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.parts = ["web", *["worker"] * worker, *["relay"] * relay]
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.environ = environ or {}

    def __enter__(self) -> Living:
        if assets.is_stale(self.home):
            assets.collect(self.home)
        for name in self.parts:
            self.start(name)
        self.ready()
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children.values()):
            child.terminate()
        for child in reversed(self.children.values()):
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(10)

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start one part: web, worker or relay. What it prints goes to `printed(name)`."""
        told = {
            **os.environ,
            "PYTHONPATH": SRC,
            "BESIDE_HOME": str(self.home.root),
            "BESIDE_DATABASE": self.database,
            "BESIDE_PORT": str(self.port),
            "BESIDE_RELAY_PORT": str(self.relay_port),
            "PYTHONUNBUFFERED": "1",
            **self.environ,
        }
        with self._printed(name).open("ab") as into:
            child = subprocess.Popen(
                [sys.executable, *self._words(name)],
                env=told,
                stdin=subprocess.DEVNULL,
                stdout=into,
                stderr=into,
                preexec_fn=ends_with_parent(),
            )
        self.children[name] = child
        return child

    def kill(self, name: str) -> None:
        """End one part at once (SIGKILL), as a power cut would."""
        child = self.children.pop(name)
        child.send_signal(signal.SIGKILL)
        child.wait()

    def ready(self) -> None:
        """Return once pages are answered; fails with what the web printed when it ended instead."""
        until(lambda: self.children["web"].poll() is not None or self._answers("/wire/events/"))
        assert self.children["web"].poll() is None, self.printed("web")

    def well(self) -> bool:
        """What /health/ says."""
        return self._answers("/health/")

    def printed(self, name: str) -> str:
        """Everything a part has printed."""
        return self._printed(name).read_text()

    def _printed(self, name: str) -> Path:
        return self.home.logs / f"{self.database}-{name}.log"

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _words(self, name: str) -> list[str]:
        beside = ["-m", "beside"]
        return {
            "web": [*beside, "live", "--port", str(self.port)],
            "worker": [*beside, "worker"],
            "relay": [*beside, "relay", "--port", str(self.relay_port)],
        }[name]


@contextmanager
def database_of_its_own(blocker: DjangoDbBlocker) -> Iterator[str]:
    """A clone for several tests (the fixture `own_database` is for one): real commits."""
    with blocker.unblock():
        connection.close()
        before, name = connection.settings_dict["NAME"], cluster.clone(settings.HOME)
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            cluster.drop(settings.HOME, name)


@pytest.fixture
def living(own_database: str) -> Iterator[Living]:
    """The web on a database of this test's own; `Living(own_database, worker=True)` gives more."""
    with Living(own_database) as house:
        yield house
