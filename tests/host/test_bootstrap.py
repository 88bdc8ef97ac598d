"""The first minute at Beside: `./beside` where something is missing, interrupted or there twice.

The door itself is real, and so is the program behind it. uv and npm are mostly small stand-ins,
so that what they are asked for can be read; the real uv once reads a folder of small wheels.
Nothing is fetched.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from beside.host.children import ends_with_parent
from tests.living import until

TOP = Path(__file__).parents[2]
DOOR = TOP / "beside"

TOOL = """\
import os, pathlib, subprocess, sys
said = pathlib.Path(sys.argv[0]).with_suffix(".log")
with said.open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
"""
UV = """\
if sys.argv[1] == "venv":
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", sys.argv[-1]], check=True)
else:
    exec(os.environ.get("UV_INSTALLS", ""))
"""
NPM = "sys.exit(os.environ.get('NPM_FAILS'))"

# What Debian's Python says where the package python3-venv is missing.
DEBIAN = """\
The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv
"""


@dataclass
class Scene:
    """A fresh clone in a folder with a space in its name, and a PATH that holds what is named."""

    top: Path
    path: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> Path:
        return self.top / ".venv" / "installed"

    def tool(self, name: str, does: str) -> Path:
        """Put a program into the PATH; returns the file that tells what it was asked."""
        script, program = self.path / f"{name}.py", self.path / name
        script.write_text(TOOL + does)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        program.chmod(0o755)
        return script.with_suffix(".log")

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
        return subprocess.Popen(
            [sys.executable, str(self.top / "beside"), *(words or ("doctor", "--help"))],
            env={**kept, "PATH": str(self.path), **self.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_as_in_a_terminal(),
        )

    def run(self, *words: str, **more: str) -> tuple[int, str]:
        """Its exit code and everything it said."""
        with self.start(*words, **more) as door:
            said = "".join(door.communicate(timeout=90))
        assert "Traceback" not in said, said
        return door.returncode, said


def _as_in_a_terminal() -> Callable[[], None]:
    """What a child runs first: Ctrl-C is heard, also where these tests run in the background."""
    become = ends_with_parent()

    def begin() -> None:
        become()
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return begin


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    scene = Scene(tmp_path / "a b" / "beside", tmp_path / "bin")
    scene.path.mkdir()
    (scene.top / "requirements").mkdir(parents=True)
    for name in ("beside", "package.json", "package-lock.json"):
        shutil.copy(TOP / name, scene.top / name)
    for name in ("run", "test"):  # with no package in it nothing has to be fetched
        (scene.top / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    (scene.top / "src").symlink_to(TOP / "src")
    return scene


def asked(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


# -- what is missing ------------------------------------------------------------------------------


def test_an_older_python_is_told_in_one_sentence(scene: Scene) -> None:
    """Also one that could not read the newest syntax, so the door is written in an old one."""
    ast.parse(DOOR.read_text(), feature_version=(3, 6))
    (scene.path / "sitecustomize.py").write_text(
        "import sys\nsys.version_info = (3, 9, 2, 'final', 0)\n"
    )
    code, said = scene.run(PYTHONPATH=str(scene.path))
    assert (code, said) == (1, "Beside needs Python 3.11 or newer; this is 3.9.\n")


def test_without_venv_it_says_the_line_that_installs_it(scene: Scene) -> None:
    venv = scene.path / "venv"
    venv.mkdir()
    (venv / "__init__.py").touch()
    (venv / "__main__.py").write_text(f"print({DEBIAN!r}); raise SystemExit(1)")
    code, said = scene.run(PYTHONPATH=str(scene.path))
    sudo = "" if os.geteuid() == 0 else "sudo "
    version = "{}.{}".format(*sys.version_info[:2])
    assert code == 1
    assert said.splitlines()[1:] == [f"    {sudo}apt-get install -y python{version}-venv"]
    assert not (scene.top / ".venv").exists()


def test_pip_does_where_uv_is_missing_and_a_dead_network_is_said_in_words(scene: Scene) -> None:
    wanted = scene.top / "requirements" / "run.txt"
    wanted.write_text(f"beside-needs-this==1.0 --hash=sha256:{'0' * 64}\n")
    dead = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "0",
    }
    code, said = scene.run(**dead)
    assert code == 1
    assert said.endswith(
        "The first time needs a connection to a package index; afterwards none is needed.\n"
    )
    wanted.write_text("# everything is here\n")
    code, said = scene.run(**dead)
    assert code == 0, said
    assert "usage: beside doctor" in said
    assert "Installing" not in scene.run(**dead)[1]


def test_uv_does_where_it_is_there_and_is_asked_once(scene: Scene) -> None:
    log = scene.tool("uv", UV)
    code, said = scene.run()
    assert code == 0, said
    assert "usage: beside doctor" in said
    python = scene.top / ".venv" / "bin" / "python"
    wanted = scene.top / "requirements" / "run.txt"
    assert asked(log) == [
        f"venv --quiet --seed --python {sys.executable} {scene.top / '.venv'}",
        f"pip install --quiet --python {python} --require-hashes -r {wanted}",
    ]
    assert scene.run()[0] == 0
    assert len(asked(log)) == 2
    wanted.write_text("# a newer version\n")  # after an upgrade the packages alone are asked for
    assert scene.run()[0] == 0
    assert [line.split()[0] for line in asked(log)] == ["venv", "pip", "pip"]


def wheel(folder: Path, name: str) -> str:
    """A wheel with one module of that name; returns the line that asks for it by its hash."""
    about = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": f'said = "{name} is here"\n',
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, words in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest()).decode()
        record += f"{path},sha256={digest.rstrip('=')},{len(words)}\n"
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n"
    made = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as into:
        for path, words in files.items():
            into.writestr(path, words)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}\n"


def test_the_real_uv_makes_the_venv_and_installs_only_what_has_the_hash(scene: Scene) -> None:
    """uv brings pip along (--seed), so that a later start without uv still can install."""
    (scene.path / "uv").symlink_to(Path(sysconfig.get_path("scripts")) / "uv")
    wheels = scene.top.parent / "wheels"
    wheels.mkdir()
    for seed in ("pip", "setuptools", "wheel"):
        wheel(wheels, seed)
    told = {
        "UV_FIND_LINKS": str(wheels),
        "UV_OFFLINE": "1",
        "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(scene.top.parent / "cache"),
    }
    wanted = scene.top / "requirements" / "run.txt"
    wanted.write_text(wheel(wheels, "besideneeds").replace("sha256:", "sha256:0000")[:-5] + "\n")
    code, said = scene.run(**told)
    assert code == 1
    assert "The packages could not be installed" in said
    wanted.write_text(wheel(wheels, "besideneeds"))
    code, said = scene.run(**told)
    assert code == 0, said
    assert "usage: beside doctor" in said
    python = scene.top / ".venv" / "bin" / "python"
    asks = [str(python), "-c", "import besideneeds, pip; print(besideneeds.said)"]
    assert subprocess.check_output(asks, text=True) == "besideneeds is here\n"
    assert "Installing" not in scene.run(**told)[1]


def test_npm_brings_the_fonts_and_where_it_fails_no_later_start_waits_for_it(scene: Scene) -> None:
    scene.tool("uv", UV)
    assert scene.run()[0] == 0  # without npm: not a word about it
    log = scene.tool("npm", NPM)
    code, said = scene.run(NPM_FAILS="no network")
    assert code == 0
    assert "pages use the system's own" in said
    assert "npm" not in scene.run(NPM_FAILS="no network")[1]
    assert len(asked(log)) == 1
    words = scene.stamp.read_text().splitlines()  # on another day it is tried again
    scene.stamp.write_text(
        "".join(
            f"{line.split()[0]} 2026-01-01\n" if "missed" in line else f"{line}\n" for line in words
        )
    )
    assert scene.run()[0] == 0
    assert scene.run()[0] == 0
    assert [line.split()[:2] for line in asked(log)] == [["ci", "--ignore-scripts"]] * 2
    assert all("--omit=dev" in line for line in asked(log))


# -- interrupted, killed, twice -------------------------------------------------------------------

SLOWLY = """
there = pathlib.Path(sys.argv[sys.argv.index("--python") + 1]).parents[1]
import signal, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
(there / "half").touch()
while not (there.parent / "go").exists(): time.sleep(0.02)
"""


def test_ctrl_c_leaves_nothing_half(scene: Scene) -> None:
    scene.tool("uv", UV)
    half = scene.top / ".venv" / "half"
    door = scene.start(UV_INSTALLS=SLOWLY)
    until(half.exists)
    os.killpg(door.pid, signal.SIGINT)  # as a terminal does
    said = "".join(door.communicate(timeout=30))
    assert door.returncode == 130
    assert "Stopped" in said
    assert "Traceback" not in said
    assert not scene.stamp.exists()
    code, said = scene.run()
    assert code == 0, said
    assert not half.exists()


def test_after_a_kill_the_next_start_waits_for_what_still_installs(scene: Scene) -> None:
    log = scene.tool("uv", UV)
    half = scene.top / ".venv" / "half"
    door = scene.start(UV_INSTALLS=SLOWLY)
    until(half.exists)
    door.kill()
    door.wait()
    following = scene.start()
    assert following.stdout is not None
    assert "waiting for it" in following.stdout.readline()
    assert len(asked(log)) == 2  # nothing was begun beside it
    (scene.top / "go").touch()
    said = "".join(following.communicate(timeout=30))
    assert following.returncode == 0, said
    assert not half.exists()  # made anew


def test_two_at_once_install_once(scene: Scene) -> None:
    log = scene.tool("uv", UV)
    doors = [scene.start(), scene.start()]
    said = ["".join(door.communicate(timeout=90)) for door in doors]
    assert [door.returncode for door in doors] == [0, 0], said
    assert len(asked(log)) == 2


def test_a_venv_of_another_python_is_made_anew(scene: Scene) -> None:
    """The system was upgraded: the same name of the interpreter, another version behind it."""
    log = scene.tool("uv", UV)
    assert scene.run()[0] == 0
    (library,) = (scene.top / ".venv" / "lib").glob("python3*")
    library.rename(library.with_name("python3.10"))
    code, said = scene.run()
    assert code == 0, said
    assert [line.split()[0] for line in asked(log)] == ["venv", "pip"] * 2
