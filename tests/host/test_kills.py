"""The whole house under `./beside run`: parts are killed, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from beside.host.children import ends_with_parent
from tests.living import free_port, until

TOP = Path(__file__).parents[2]


@dataclass
class House:
    """`./beside run --empty` in a home of its own."""

    home: Path
    port: int
    relay: int
    process: subprocess.Popen[str] | None = None

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "BESIDE_HOME"}
        path = f"{TOP / 'src'}{os.pathsep}{TOP}"
        return {**kept, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "tests.host.settings"}

    def start(self) -> float:
        """Seconds until everything answers."""
        began = time.monotonic()
        words = ["-m", "beside", "run", "--empty", "--home", str(self.home)]
        words += ["--port", str(self.port), "--relay-port", str(self.relay)]
        self.process = subprocess.Popen(
            [sys.executable, *words],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=(self.home.parent / "printed").open("a"),
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=ends_with_parent(number=signal.SIGTERM),
        )
        until(lambda: self.well() or self.process.poll() is not None, 120)  # type: ignore[union-attr]
        assert self.process.poll() is None, self.printed()
        return time.monotonic() - began

    def printed(self) -> str:
        return (self.home.parent / "printed").read_text()

    def well(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/health"
            with urllib.request.urlopen(url, timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, name: str) -> psutil.Process:
        """The process of one part."""
        words = {"web": "live", "worker": "worker", "relay": "relay"}
        for process in self.family():
            line = process.cmdline()
            if name == "postgres" and line and line[0].endswith("/postgres") and "-D" in line:
                return process
            if name in words and words[name] in line:
                return process
        raise AssertionError(f"no {name}")

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(60)
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == [], [process.cmdline() for process in alive]
        return code


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """In a folder with a space in its name and a path that is too long for a socket."""
    top = Path(tempfile.mkdtemp(prefix="beside-kills-"))
    top.chmod(0o755)
    folder = top / "a home with spaces" / ("long " * 14).strip()
    folder.mkdir(parents=True, mode=0o755)
    house = House(folder / "home", free_port(), free_port())
    try:
        house.start()
        yield house
    finally:
        if house.process is not None and house.process.poll() is None:
            house.stop(signal.SIGTERM)
        shutil.rmtree(top, ignore_errors=True)


def acknowledged(load: subprocess.Popen[str]) -> list[int]:
    """What the load printed, once it was ended."""
    load.terminate()
    words, _ = load.communicate(timeout=30)
    return [int(number) for number in words.split()]


def loading(house: House, first: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.host.load", str(first)],
        cwd=TOP,
        env={**house.environ, "BESIDE_HOME": str(house.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=ends_with_parent(),
    )


def done(house: House) -> set[int]:
    file = house.home / "quick"
    return {int(number) for number in file.read_text().split()} if file.exists() else set()


def test_an_empty_organisation_prints_where_to_name_it(house: House) -> None:
    until(lambda: "/begin/?token=" in house.printed())
    assert "/demo/" not in house.printed()


def test_everything_acknowledged_is_there_after_the_database_was_killed(house: House) -> None:
    load = loading(house, 1)
    until(lambda: len(done(house)) > 20)
    house.part("postgres").send_signal(signal.SIGKILL)
    until(lambda: not house.well())  # the load goes on against a dead database
    until(house.well, 90)
    before = len(done(house))
    until(lambda: len(done(house)) > before + 20)
    numbers = acknowledged(load)
    assert len(numbers) > 40
    until(lambda: set(numbers) <= done(house), 90)


@pytest.mark.parametrize("part", ["web", "worker", "relay"])
def test_a_part_that_is_killed_comes_back(house: House, part: str) -> None:
    before = house.part(part)
    before.send_signal(signal.SIGKILL)
    until(
        lambda: part in {name for name in ("web", "worker", "relay") if _has(house, name, before)}
    )
    until(house.well, 90)


def _has(house: House, part: str, before: psutil.Process) -> bool:
    try:
        return house.part(part).pid != before.pid
    except (AssertionError, psutil.NoSuchProcess):
        return False


def test_a_second_house_in_the_same_home_is_told_so(house: House) -> None:
    words = ["-m", "beside", "run", "--home", str(house.home), "--port", str(free_port())]
    told = subprocess.run(
        [sys.executable, *words], env=house.environ, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "already runs" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_port_that_is_taken_is_said_in_words(house: House) -> None:
    home = house.home.with_name(f"{house.home.name}-2")
    words = ["-m", "beside", "run", "--home", str(home), "--port", str(house.port)]
    told = subprocess.run(
        [sys.executable, *words], env=house.environ, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "--port" in told.stderr
    assert "Traceback" not in told.stderr


def test_ctrl_c_ends_everything_and_it_starts_again(house: House) -> None:
    assert house.stop(signal.SIGINT) == 0
    house.start()  # how long it takes is measured in bench/start.py
    assert house.well()


def test_nothing_is_left_when_the_supervisor_is_killed(house: House) -> None:
    assert house.stop(signal.SIGKILL) == -signal.SIGKILL
    house.start()
    assert house.well()
