"""The whole house under `./beside run`: parts are killed, and nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.sync.client import connect

from beside.host import roles
from beside.host.children import ends_with_parent
from beside.host.home import Home
from tests.host.load import Load, Somebody
from tests.living import free_port, until
from tests.wire.conftest import Ear

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
        until(lambda: self.well() or self.process.poll() is not None)  # type: ignore[union-attr]
        assert self.process.poll() is None, self.printed()
        return time.monotonic() - began

    def printed(self) -> str:
        return (self.home.parent / "printed").read_text()

    def well(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/health/"
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

    def ask(self, words: str) -> list[tuple[Any, ...]]:
        """What its database holds."""
        with roles.superuser(Home(self.home), "beside") as connection:
            return connection.execute(words).fetchall()

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(60)
        _, alive = psutil.wait_procs(family, timeout=90)
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


@dataclass(frozen=True)
class People:
    """Some of the cast in the running house, a topic they can answer, and a room they can enter."""

    persons: dict[str, Somebody]
    topic: str
    room: str

    def __getitem__(self, part: str) -> Somebody:
        return self.persons[part]


@pytest.fixture(scope="module")
def people(house: House) -> People:
    done = subprocess.run(
        [sys.executable, "-m", "tests.host.people"],
        cwd=TOP,
        env={**house.environ, "BESIDE_HOME": str(house.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    persons = {part: Somebody(house.port, each) for part, each in told["sessions"].items()}
    return People(persons, told["topic"], told["room"])


@pytest.fixture(scope="module")
def load(people: People) -> Iterator[Load]:
    load = Load([people["member"], people["blocked"]], people.topic)
    try:
        yield load
    finally:
        load.end()


def goes_on(load: Load) -> None:
    """Wait until twenty more answers were taken."""
    before = len(load.acknowledged)
    until(lambda: len(load.acknowledged) > before + 20)


STANDING = "select form_key::int from forum_post where form_key ~ '^[0-9]{16}$'"
JOBS_LEFT = "select from procrastinate_jobs where task_name = 'care.look_at'"
IN_THE_MIDDLE = f"{JOBS_LEFT} and status = 'doing'"
CONCERNS = """
select form_key::int, count(care_concern.id), max(cardinality(reasons))
from forum_post left join care_concern on care_concern.post = forum_post.id
where form_key ~ '^[0-9]{16}$' group by 1
"""


def kill(house: House, part: str) -> None:
    """End it at once and wait until it is started again; the worker in the middle of a job."""
    process = until(lambda: _stopped_in_a_job(house)) if part == "worker" else house.part(part)
    process.send_signal(signal.SIGKILL)
    until(lambda: _has(house, part, process))


def _stopped_in_a_job(house: House) -> psutil.Process | None:
    """The worker, stopped while a job is under way; one that was lost with the database is not."""
    try:
        process = house.part("worker")
        process.suspend()
        if house.ask(IN_THE_MIDDLE):
            return process
        process.resume()
    except (AssertionError, psutil.NoSuchProcess):
        pass
    return None


def test_an_empty_organisation_prints_where_to_name_it(house: House) -> None:
    until(lambda: "/begin/?token=" in house.printed())
    assert "/demo/" not in house.printed()


def test_a_room_is_as_it_was_after_the_database_was_killed(house: House, people: People) -> None:
    ash, marlow, room = people["facilitator"], people["member"], people.room
    tokens = {}
    for each in (ash, marlow):
        each.post(f"{room}door/", agree="on")
        ash.post(f"{room}let-in/")
        tokens[each] = each.send(f"{room}enter/")["token"]
    marlow.post(f"{room}say/", words="Good that we are here.")
    marlow.post(f"{room}hand/", up="yes")
    ash.post(f"{room}round/", question="And now?", minutes=300, saw=version(ash, room))
    with listening(ash, room) as ear, listening(marlow, room) as other:
        ash.post(f"{room}move/", kind="accept", saw=version(ash, room))
        before = {each: stands(each, room) for each in (ash, marlow)}
        assert "Ash’s turn" in before[marlow]
        assert "Good that we are here." in before[ash]
        kill(house, "postgres")
        for each in (ear, other):  # the same lines, as an open page holds them
            until(lambda each=each: each.hear(60) == [])
    until(house.well)
    for each, token in tokens.items():
        assert each.send(f"{room}here/", token=token) == {"here": True}
    for each in (ash, marlow):
        assert stands(each, room).splitlines() == before[each].splitlines()

    seen = version(ash, room)
    assert ash.post(f"{room}move/", kind="done", saw=seen - 1) == 409
    assert ash.post(f"{room}move/", kind="done", saw=seen) == 302
    assert marlow.post(f"{room}move/", kind="accept", saw=seen + 1) == 302
    assert "Marlow’s turn" in stands(ash, room)


CHANGES = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|data-left="\d+"|stroke-dasharray="[^"]+"|>\d+:\d\d<'
)


def stands(reader: Somebody, room: str) -> str:
    """All that somebody is shown of a room, without the keys of forms and the running clock."""
    return CHANGES.sub("", reader.part(room))


def version(reader: Somebody, room: str) -> int:
    """The version of the circle that their page would name."""
    [seen] = set(re.findall(r'name="saw" value="(\d+)"', reader.part(room)))
    return int(seen)


@contextmanager
def listening(listener: Somebody, room: str) -> Iterator[Ear]:
    """The line that an open page of the room holds."""
    address = f"127.0.0.1:{listener.port}"
    headers = {"Origin": f"http://{address}", "Cookie": listener.cookies}
    with connect(f"ws://{address}/wire/", additional_headers=headers) as socket:
        ear = Ear(socket)
        ear.settle(f"room:{room.split('/')[2]}")
        yield ear


@pytest.mark.parametrize("part", ["worker", "web", "postgres"])
def test_everything_acknowledged_is_there_after_it_was_killed(
    house: House, load: Load, part: str
) -> None:
    goes_on(load)
    kill(house, part)
    goes_on(load)
    until(house.well)
    numbers = set(load.acknowledged)
    assert numbers <= {number for (number,) in house.ask(STANDING)}


def test_every_job_of_what_was_written_meanwhile_is_done_once_in_effect(
    house: House, load: Load
) -> None:
    load.end()
    until(lambda: not house.ask(JOBS_LEFT))
    concerns = house.ask(CONCERNS)
    assert [each for each in concerns if each[1:] != (1, 1)] == []
    written = [number for (number,) in house.ask(STANDING)]
    assert len(written) == len(set(written)) == len(concerns)
    assert set(load.acknowledged) <= set(written)


def test_a_relay_that_is_killed_comes_back(house: House) -> None:
    kill(house, "relay")
    until(house.well)


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
