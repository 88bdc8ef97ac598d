"""A home that PostgreSQL cannot reach: one sentence, before anything is made."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.start import folder
from beside.host.home import Home
from beside.host.postgres import Postgres
from tests.living import SRC

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands PostgreSQL on")


def beside(words: Sequence[str]) -> tuple[int, str]:
    """The exit code of a command, and all it said."""
    kept = {name: value for name, value in os.environ.items() if name != "BESIDE_HOME"}
    done = subprocess.run(
        [sys.executable, "-m", "beside", *words],
        env={**kept, "PYTHONPATH": SRC},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("command", [["run"], ["migrate"], ["restore", __file__]])
def test_a_home_that_lets_postgresql_not_in_is_said_in_one_sentence(
    tmp_path: Path, command: list[str]
) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    code, said = beside([*command, "--home", str(shut / "a home")])
    assert code == 1
    assert said.count("\n") == 2, said
    assert "who may not enter" in said
    assert said.endswith("Choose another home:\n    --home '/var/lib/beside-a home'\n")


def test_what_is_refused_is_not_begun(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    assert beside(["run", "--home", str(shut / "home")])[0] == 1
    assert list(shut.iterdir()) == []


def test_the_bench_measures_in_a_folder_that_postgresql_reaches() -> None:
    home = folder() / "home"
    Postgres(Home(home)).must_reach()
    home.parent.rmdir()
