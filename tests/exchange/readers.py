"""A reader of calendars that is not Python: npm ical.js, run by Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[2]


def has_ical_js() -> bool:
    """Whether it is installed here."""
    return shutil.which("node") is not None and (TOP / "node_modules" / "ical.js").is_dir()


def by_ical_js(written: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
    """The events of each calendar; no zone is known but those that stand in it."""
    ran = subprocess.run(
        ["node", str(Path(__file__).with_name("ical.js"))],
        input="".join(f"{json.dumps(each)}\n" for each in written),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return map(json.loads, ran.stdout.splitlines())
