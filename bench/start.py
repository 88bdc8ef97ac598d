"""How long a start takes and what it weighs: cold and warm start, idle memory of the whole system.

    .venv/bin/python -m bench.start [--home DIR] [--empty] [--seconds 30]

Cold: from nothing in the home to the first answered page, packages installed. Warm: again. Memory:
the proportional set size (PSS) of every process, from /proc/*/smaps_rollup, so that what processes
share counts once. Needs Linux, and root or the same account for PostgreSQL's processes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--seconds", type=float, default=30, help="idle before weighing (30)")
    told = parser.parse_args()
    home = told.home or folder() / "home"
    try:
        print(f"cold start   {_start(home, told):6.1f} s to the first page")
        print(f"warm start   {_start(home, told, weigh=True):6.1f} s to the first page")
    finally:
        if told.home is None:
            shutil.rmtree(home.parent, ignore_errors=True)
    return 0


def folder() -> Path:
    """A new folder; as root one that the account of PostgreSQL may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="beside-bench-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def _start(home: Path, told: argparse.Namespace, *, weigh: bool = False) -> float:
    """Seconds until the first page; afterwards everything is stopped again."""
    words = [str(TOP / "beside"), "run", "--home", str(home), "--port", str(told.port)]
    words += ["--empty"] * told.empty
    began = time.monotonic()
    house = subprocess.Popen(words, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        while not _answers(f"http://127.0.0.1:{told.port}/"):
            if house.poll() is not None:
                sys.exit("it ended by itself")
            time.sleep(0.05)
        took = time.monotonic() - began
        if weigh:
            for path in ("/", "/help-now/", "/find/"):
                _answers(f"http://127.0.0.1:{told.port}{path}")
            time.sleep(told.seconds)
            _weigh(house.pid)
        return took
    finally:
        began = time.monotonic()
        house.send_signal(signal.SIGINT)
        house.wait(60)
        print(f"stop         {time.monotonic() - began:6.1f} s")


def _weigh(supervisor: int) -> None:
    total = 0.0
    for process in sorted(_family(supervisor)):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            words = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        pss = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        total += pss
        print(f"  {pss:6.1f} MB  {words.strip()[-70:]}")
    print(f"idle memory  {total:6.1f} MB")


def _family(first: int) -> set[int]:
    """A process and everything that came from it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                )
            except OSError:
                continue
    found = {first}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    os.environ.pop("BESIDE_HOME", None)
    sys.exit(main())
