"""`./beside check` and `./beside test`: that the house is as it says."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_PAGES, _CALLS = "browser and not call", "call"  # the rounds in which browsers wait for each other
_TESTS_FAILED = 1  # pytest's ExitCode; everything else is no test's doing
FEW = 3  # more than these is no chance
_APT = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]


@dataclass(frozen=True)
class Step:
    """One thing to be proven: its name and the command that proves it."""

    name: str
    words: list[str]


def check(told: argparse.Namespace) -> int:
    """Every step runs, whatever fails before it; 1 when any failed."""
    failed, began = [], time.monotonic()
    for step in _steps():
        since = time.monotonic()
        done = subprocess.run(
            step.words, cwd=TOP, env=_environ(), capture_output=True, text=True, check=False
        )
        well = done.returncode == 0
        print(
            f"{'ok    ' if well else 'FAILED'}  {step.name:<34} {time.monotonic() - since:6.1f} s"
        )
        if not well:
            failed.append(step.name)
            print(_indented(done.stdout + done.stderr))
        sys.stdout.flush()
    took = time.monotonic() - began
    print(f"{len(failed)} failed: {', '.join(failed)}" if failed else f"All well. {took:.0f} s")
    return 1 if failed else 0


def test(told: argparse.Namespace) -> int:
    """pytest, with whatever words were added; Chromium is fetched where that may be done."""
    if not Path(CHROMIUM).exists():
        _fetch_chromium()
    if missing := _missing():
        print(f"Left out, because it is not here: {', '.join(missing)}.")
        if os.environ.get("CI") and not os.environ.get("BESIDE_WITHOUT_BROWSER"):
            print("With CI set that is a failure, unless BESIDE_WITHOUT_BROWSER=1 is.")
            return 1
    failed = 0
    with tempfile.TemporaryDirectory(prefix="beside-tests-") as shared:
        Path(shared).chmod(0o711)  # PostgreSQL, which root runs as somebody else, passes through
        for number, words in enumerate(_rounds(told.rest)):
            kept = Path(shared) / f"round-{number}"
            cache = ["-o", f"cache_dir={kept}"] if words else []
            pytest = [sys.executable, "-m", "pytest", *cache, *words, *told.rest]
            environ = _environ() | {"PYTEST_BESIDE_SHARED": shared}
            code = subprocess.run(pytest, cwd=TOP, env=environ, check=False).returncode
            if code == _TESTS_FAILED and {_PAGES, _CALLS}.intersection(words):
                code = once_more(pytest, kept, environ)
            failed |= code
    return failed


def once_more(pytest: list[str], kept: Path, environ: dict[str, str]) -> int:
    """Look once more, alone, at the few tests in browsers that failed; 0 when all pass then.

    What is broken fails both times; a browser that got no turn on a full machine does not. What
    passed only now is said, because it is to be mended. Why: docs/decisions/0016.
    """
    failed = sorted(json.loads((kept / "v" / "cache" / "lastfailed").read_text()))
    if len(failed) > FEW:
        return 1
    print(f"Once more, alone: {', '.join(failed)}", flush=True)
    words = [*pytest, "-n0", "--last-failed"]
    code = subprocess.run(words, cwd=TOP, env=environ, check=False).returncode
    if code == 0:
        print(f"FAILED ONCE, passed alone; mend what made it so: {', '.join(failed)}", flush=True)
    return code


def _missing() -> list[str]:
    """What tests need that is not on this machine, so that some of them are left out."""
    needed = {
        "Chromium": Path(CHROMIUM),
        "coturn": Path(shutil.which("turnserver") or "turnserver"),
        "axe-core (by npm)": TOP / "node_modules" / "axe-core",
    }
    return [name for name, path in needed.items() if not path.exists()]


def _rounds(rest: list[str]) -> list[list[str]]:
    """All tests in three rounds; what was named by hand in one.

    First everything without a browser, then pages in browsers, both shared out between more
    processes than there are cores, because browsers wait; then calls with cameras, which need the
    whole machine, one after the other.
    """
    if any(not word.startswith("-") or word.startswith(("-n", "-m", "-k")) for word in rest):
        return [[]]
    some = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile", "--no-loadscope-reorder"]
    return [["-m", "not browser", *some], ["-m", _PAGES, *some], ["-m", _CALLS]]


def _steps() -> list[Step]:
    python = [sys.executable, "-m"]
    pages = sorted(map(str, (TOP / "src").glob("beside/*/templates/**/*.html")))
    steps = [
        Step("style (ruff check)", [*python, "ruff", "check"]),
        Step("form (ruff format)", [*python, "ruff", "format", "--check"]),
        Step("types (mypy --strict)", [*python, "mypy"]),
        Step("walls of the house (import-linter)", [_tool("lint-imports")]),
        Step("templates: Django's rules (djade)", [_tool("djade"), "--check", *pages]),
        Step("templates: lint (djangofmt)", [_tool("djangofmt"), "check", *pages]),
        Step("migrations are all written", [*python, "beside", "django", *_MIGRATIONS]),
        Step("house tests (pytest tests/house)", [*python, "pytest", "-q", "tests/house"]),
    ]
    npm = shutil.which("npm")
    if npm and (TOP / "node_modules" / "typescript").exists():
        steps.insert(6, Step("scripts (tsc --checkJs)", [npm, "run", "--silent", "check"]))
    else:
        print("left out  scripts (tsc --checkJs): npm or typescript is not here")
    return steps


_MIGRATIONS = ["makemigrations", "--check", "--dry-run", "--skip-checks"]


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _environ() -> dict[str, str]:
    folder = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "DJANGO_SETTINGS_MODULE": "beside.settings",
    }


def _indented(words: str) -> str:
    return "\n".join(f"        {line}" for line in words.strip().splitlines()[-80:])


def _fetch_chromium() -> None:
    """Install Chromium from Debian's packages as root; else say the line that does it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        print(
            f"Tests with a browser are left out: there is no Chromium.\n    {sudo}{' '.join(_APT)}"
        )
        return
    print("Installing Chromium for the tests with a browser …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update", "-qq"], [*_APT, "-qq"]):
        subprocess.run(words, env=quiet, stdout=subprocess.DEVNULL, check=False)
