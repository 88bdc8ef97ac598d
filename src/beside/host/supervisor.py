"""`./beside run`: PostgreSQL, web, worker and relay as children of one small process.

Only the standard library, so that what waits here all day weighs little. Whatever ends unasked is
started again; whatever happens to us, no child is left behind (see children.py).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from beside.host import assets, database, reach, shape
from beside.host.children import ends_with_parent
from beside.host.home import ENVIRON, Home
from beside.host.postgres import CannotStart, Postgres

_FIRST_WAIT, _LONGEST_WAIT = 0.2, 30.0  # seconds before something that ended is started again
_STEADY = 20.0  # seconds after which a child counts as well again
_GOODBYE = 12.0  # seconds for children to end what is under way
_PATIENCE = 60.0  # seconds for the first answer


@dataclass
class Part:
    """One child: how to start it, and how it has been."""

    name: str
    words: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    wait: float = _FIRST_WAIT
    due: float = 0.0

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """One running installation."""

    home: Home
    port: int
    relay_port: int
    empty: bool = False
    host: str = "127.0.0.1"
    postgres: Postgres | None = None
    parts: list[Part] = field(default_factory=list)
    ending: int = 0
    _bell: tuple[int, int] = (-1, -1)

    def run(self) -> int:
        """Start everything, stay until SIGINT or SIGTERM, stop everything; the exit code."""
        began = time.monotonic()
        try:
            if database.is_embedded():
                Postgres(self.home).must_reach()
            self.home.prepare()
            with self._alone(), self._listening_to_signals():
                return self._run(began)
        except CannotStart as why:
            print(why, file=sys.stderr)
            return 1

    def _run(self, began: float) -> int:
        try:
            self._ports()
            if database.is_embedded():
                self.postgres = Postgres(self.home).start()
            self._prepare()
            if self.ending:
                return 0
            self._start_parts()
            if self._first_answer():
                self._welcome(time.monotonic() - began)
            while not self.ending:
                self._look_after()
                self._sleep(1.0)
        finally:
            self._stop()
        return 0

    # -- before anything is served ------------------------------------------------------------

    def _ports(self) -> None:
        """Say in words that a port is taken, before anything is started."""
        for port, option in ((self.port, "--port"), (self.relay_port, "--relay-port")):
            host = self.host if option == "--port" else "127.0.0.1"
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    tried.bind((host, port))
                except OSError as wrong:
                    raise CannotStart(self._instead(host, port, option, wrong)) from wrong

    def _instead(self, host: str, port: int, option: str, wrong: OSError) -> str:
        """What to say where we cannot listen: the same start with another port or address."""
        words = ["./beside", "run", option, str(port + 10 if port < 65_000 else 8010)]
        said = f"Port {port} is in use. Choose another one:"
        if isinstance(wrong, socket.gaierror) or wrong.errno == errno.EADDRNOTAVAIL:
            words = ["./beside", "run", "--host", "127.0.0.1"]
            said = f"{host} is no address of this machine. Choose one that is:"
        elif wrong.errno != errno.EADDRINUSE:
            said = f"Port {port} may not be used ({wrong.strerror}). Choose another one:"
        if os.environ.get(ENVIRON):
            words += ["--home", str(self.home.root)]
        return f"{said}\n    {shlex.join(words + ['--empty'] * self.empty)}"

    def _prepare(self) -> None:
        """Roles, migrations and assets, when this version needs them; the demo the first time.

        What this home is for is written down before anything else: whatever is killed in between,
        the next start goes on with it.
        """
        fresh = not (self.home.stamps / "schema").exists()
        if self.empty and self.home.is_demo:
            raise CannotStart(
                f"{self.home.root} holds the demo. For a real organisation choose another home:\n"
                "    ./beside run --empty --home DIR"
            )
        kind = self.home.kind
        real = self.empty or not database.is_embedded()
        if not kind or (kind == "telling" and real):
            self.home.become("real" if real or not fresh else "telling")
        if shape.is_stale(self.home) or assets.is_stale(self.home):
            print("Preparing the database and the pages …" if fresh else "Bringing it up to date …")
            self._do("prepare")
        if self.home.kind == "telling" and not self.ending:
            print("Telling the two weeks of the demo community …")
            self._do("demo")
            if not self.ending:
                self.home.become("demo")

    def _do(self, command: str) -> None:
        """Run one of our commands to its end, or until we are asked to end."""
        child = subprocess.Popen(
            [sys.executable, "-m", "beside", command],
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            preexec_fn=ends_with_parent(number=signal.SIGTERM),
        )
        while child.poll() is None:
            if self.ending:  # what it began is rolled back, and begun anew by the next start
                child.terminate()
            self._sleep(0.2)
        if child.returncode and not self.ending:
            raise CannotStart(f"`./beside {command}` failed; what it said stands above.")

    # -- children -----------------------------------------------------------------------------

    def _start_parts(self) -> None:
        beside = [sys.executable, "-m", "beside"]
        self.parts = [
            Part("web", [*beside, "live", "--host", self.host, "--port", str(self.port)]),
            Part("worker", [*beside, "worker"]),
        ]
        if not os.environ.get("RELAY_URLS"):  # else calls pass through a relay somewhere else
            self.parts.append(Part("relay", [*beside, "relay", "--port", str(self.relay_port)]))
        for part in self.parts:
            self._start(part)

    def _start(self, part: Part) -> None:
        quiet = part.name == "relay"  # it says "ready" to whoever waits for it
        part.began = time.monotonic()
        part.process = subprocess.Popen(
            part.words,
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            # Without us they have no database to say goodbye to; what was under way is done again.
            preexec_fn=ends_with_parent(number=signal.SIGKILL),
        )

    def _look_after(self) -> None:
        """Start again whatever ended, waiting longer each time it ends at once."""
        now = time.monotonic()
        if self.postgres is not None and not self.postgres.lives:
            self._say("PostgreSQL ended; starting it again")
            self.postgres.start()
        for part in self.parts:
            if part.runs:
                if now - part.began > _STEADY:
                    part.wait = _FIRST_WAIT
            elif part.process is not None:
                self._say(f"the {part.name} ended ({part.process.returncode}); starting it again")
                part.process, part.due = None, now + part.wait
                part.wait = min(part.wait * 2, _LONGEST_WAIT)
            elif now >= part.due:
                self._start(part)

    def _stop(self) -> None:
        """End the children, those that hold connections first, PostgreSQL last."""
        running = [part.process for part in self.parts if part.process and part.runs]
        for process in running:
            process.terminate()
        end = time.monotonic() + _GOODBYE
        while any(process.poll() is None for process in running):
            if time.monotonic() > end or self.ending > 1:
                for process in running:
                    process.kill()
            self._sleep(0.1)
        if self.postgres is not None:
            self.postgres.stop()

    # -- what people see ----------------------------------------------------------------------

    def _first_answer(self) -> bool:
        """Wait until everything answers; False when it was told to end meanwhile."""
        end = time.monotonic() + _PATIENCE
        while not self.ending:
            if self._gets(f"{self._address()}/health/"):
                return True
            if time.monotonic() > end:
                self._say("it is taking long. `./beside doctor` says what is missing.")
                return True
            self._look_after()
            self._sleep(0.05)
        return False

    @staticmethod
    def _gets(address: str) -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _welcome(self, seconds: float) -> None:
        address = self._address()
        lines = [f"Beside is open at {address}/  ({seconds:.1f} s)"]
        if self.home.is_demo and not reach.is_loopback(self.host):
            lines.append("The demo's sign-ins work only where Beside listens on 127.0.0.1.")
        elif self.home.is_demo:
            lines.append("Come in as somebody of the demo (only from this machine):")
            lines += [f"    {name:<12} {address}/demo/{name}/" for name in self._sign_ins()]
        elif self._gets(begin := f"{address}/begin/?token={self.home.secret('begin')}"):
            lines.append("Name your organisation here. The address works until you have:")
            lines.append(f"    {begin}")
        lines.append("Ctrl-C ends it.")
        print("\n".join(lines), flush=True)

    def _sign_ins(self) -> list[str]:
        try:
            told = json.loads((self.home.root / "demo").read_text())
        except (OSError, ValueError):
            return []
        return [str(name) for name in told] if isinstance(told, dict) else []

    def _address(self) -> str:
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @staticmethod
    def _say(words: str) -> None:
        print(f"beside: {words}", file=sys.stderr, flush=True)

    # -- ourselves ----------------------------------------------------------------------------

    def _environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "BESIDE_HOME": str(self.home.root),
            "BESIDE_PORT": str(self.port),
            "BESIDE_RELAY_PORT": str(self.relay_port),
        }

    def _sleep(self, seconds: float) -> None:
        """Until a signal comes, but no longer than this."""
        if self._bell[0] < 0:
            time.sleep(seconds)
            return
        if select.select([self._bell[0]], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self._bell[0], 512)

    @contextlib.contextmanager
    def _listening_to_signals(self) -> Iterator[None]:
        def end(number: int, frame: object) -> None:
            self.ending += 1

        heard, rings = os.pipe()
        os.set_blocking(heard, False)
        os.set_blocking(rings, False)
        before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, end)
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        old = signal.set_wakeup_fd(rings, warn_on_full_buffer=False)
        self._bell = (heard, rings)
        try:
            yield
        finally:
            self._bell = (-1, -1)
            signal.set_wakeup_fd(old)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(heard)
            os.close(rings)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One supervisor a home."""
        with (self.home.root / "running").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                number = file.read().partition(" ")[0]
                raise CannotStart(
                    f"Beside already runs in {self.home.root} (process {number})."
                ) from None
            file.truncate(0)
            file.write(f"{os.getpid()} web={self.port} relay={self.relay_port}\n")
            file.flush()
            yield


def free_port(wanted: int) -> int:
    """`wanted` when nobody listens there, else any port that is free now."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", wanted))
        except OSError:
            tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
