"""Jobs that say in a file that they began and ended."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


def told(name: str) -> list[str]:
    """What jobs wrote into this file so far."""
    file = settings.HOME.root / name
    return file.read_text().split() if file.exists() else []


def _say(name: str, words: str) -> None:
    handle = os.open(settings.HOME.root / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{words}\n".encode())
    os.close(handle)


@app.task(queue="default", retry=RetryStrategy(max_attempts=5), name="tests.quick")
def quick(number: int) -> None:
    _say("quick", str(number))


@app.task(queue="default", retry=RetryStrategy(max_attempts=5), name="tests.slow")
def slow(number: int) -> None:
    """Begins, and ends once a file named `go` is there."""
    _say("slow", f"began-{number}")
    while not Path(settings.HOME.root / "go").exists():
        time.sleep(0.05)
    _say("slow", f"ended-{number}")
