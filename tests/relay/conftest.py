"""A relay of one's own for each test, and coturn where it is installed. No Django, no database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from beside.relay.circuit import Circuit
from beside.relay.client import Client
from beside.relay.credentials import Credentials, credentials
from beside.relay.limits import Limits
from beside.relay.server import Server
from tests import ports

SRC = Path(__file__).parents[2] / "src"
PATIENCE = 90.0  # seconds; a deadline for slow machines, never a pause


@dataclass
class Listening:
    """Something that relays on this port and shares this secret with the test."""

    port: int
    secret: bytes

    def own(self, person: str, room: str = "kitchen", minutes: float = 10) -> Credentials:
        ttl, now = timedelta(minutes=minutes), datetime.now(UTC)
        return credentials(self.secret, room=room, person=person, ttl=ttl, now=now)

    def client(
        self, person: str, room: str = "kitchen", host: str = "127.0.0.1", *, tcp: bool = False
    ) -> Client:
        return Client(host, self.port, self.own(person, room), tcp=tcp, timeout=PATIENCE)


@dataclass
class Relay(Listening):
    """A running relay process."""

    process: subprocess.Popen[bytes]
    printed: Path

    def output(self) -> str:
        """Everything it wrote to stdout and stderr."""
        return self.printed.read_text()

    def stats(self) -> dict[str, int]:
        """Ask for a line of counters and read it."""
        before = self.output().count("allocations=")
        self.process.send_signal(signal.SIGUSR1)
        until(lambda: self.output().count("allocations=") > before and self.output()[-1] == "\n")
        return counters(self.output())

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


def counters(output: str) -> dict[str, int]:
    line = [each for each in output.splitlines() if "allocations=" in each][-1]
    pairs = (each.partition("=") for each in line.split() if "=" in each)
    return {name: int(number) for name, _, number in pairs}


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Look again and again until it holds; fails at the deadline."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold in time"
        time.sleep(0.02)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as six:
            six.bind(("::1", 0))
    except OSError:
        return False
    return True


def loopbacks() -> list[str]:
    return ["127.0.0.1", "::1"] if has_ipv6() else ["127.0.0.1"]


def free_port() -> int:
    """A port free for UDP and TCP on each loopback address."""
    while True:
        port = ports.free_port()
        if all(_is_free(host, port) for host in loopbacks()):
            return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(family, kind) as found:
                found.bind((host, port))
    except OSError:
        return False
    return True


def start(folder: Path, *more: str, secret: bytes | None = None, port: int | None = None) -> Relay:
    """Start a relay and wait until it says it is ready."""
    secret, port = secret or secrets.token_hex(16).encode(), port or free_port()
    file, printed = folder / "secret", folder / f"printed-{port}"
    file.write_bytes(secret + b"\n")
    hosts = [each for host in loopbacks() for each in ("--host", host)]
    command = [sys.executable, "-m", "beside.relay", *hosts, "--port", str(port)]
    with printed.open("wb") as into:
        process = subprocess.Popen(
            [*command, "--secret-file", str(file), *more],
            stdout=into,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(SRC)},
        )
    relay = Relay(port, secret, process, printed)
    until(lambda: "relay: ready\n" in relay.output() or process.poll() is not None)
    assert process.poll() is None, relay.output()
    return relay


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    running = start(tmp_path)
    yield running
    assert running.stop() == 0, running.output()


@pytest.fixture
def relay_with() -> Iterator[Callable[..., Inside]]:
    """A relay in a thread of this process, for limits too large to reach in a test."""
    with contextlib.ExitStack() as stack:
        yield lambda **limits: stack.enter_context(_inside(Limits(**limits)))


@dataclass
class Inside(Listening):
    """A relay in this process."""

    server: Server


@contextlib.contextmanager
def _inside(limits: Limits) -> Iterator[Inside]:
    secret, port, stop = secrets.token_hex(16).encode(), free_port(), asyncio.Event()
    server = Server(Circuit(secret, limits=limits))
    loop = asyncio.new_event_loop()

    def work() -> None:
        loop.run_until_complete(server.run(loopbacks(), port, stop))
        loop.run_until_complete(asyncio.sleep(0))  # the last callbacks of closed connections
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        # Never by binding the port to see whether it is taken: that takes it from the relay.
        until(lambda: len(server._listeners) == len(loopbacks()))
        yield Inside(port, secret, server)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        assert server.stats()["connections"] == 0


@dataclass
class Coturn(Listening):
    """Debian's turnserver, set up as README.md of the relay says."""


@pytest.fixture
def coturn(tmp_path: Path) -> Iterator[Coturn]:
    if shutil.which("turnserver") is None:
        pytest.skip("coturn is not installed: no turnserver on the PATH (Debian package coturn)")
    port, secret = free_port(), secrets.token_hex(16)
    settings = tmp_path / "turnserver.conf"
    settings.write_text(_coturn_settings(port, secret, tmp_path))
    with (tmp_path / "coturn-printed").open("wb") as into:
        process = subprocess.Popen(
            ["turnserver", "-c", str(settings)], stdout=into, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: process.poll() is not None or _answers(port))
        assert process.poll() is None, (tmp_path / "coturn-printed").read_text()
        yield Coturn(port, secret.encode())
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _coturn_settings(port: int, secret: str, folder: Path) -> str:
    """The settings of README.md with loopback addresses; the only peer is coturn itself."""
    hosts = "\n".join(f"listening-ip={host}\nrelay-ip={host}" for host in loopbacks())
    return f"""{hosts}
listening-port={port}
realm=beside
use-auth-secret
static-auth-secret={secret}
fingerprint
no-cli
no-tls
no-dtls
no-multicast-peers
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
allow-loopback-peers
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
allowed-peer-ip=127.0.0.1
user-quota=96
total-quota=4096
max-bps=1000000
stale-nonce=3600
min-port=50000
max-port=50999
userdb={folder}/turndb
pidfile={folder}/pid
log-file=stdout
simple-log
"""
