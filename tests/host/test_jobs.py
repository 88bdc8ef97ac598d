"""A job whose worker was killed runs again; the house says when it is not whole."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tests.host import slow
from tests.living import SRC, Living, until

TOP = str(Path(__file__).parents[2])
TOLD = {
    "DJANGO_SETTINGS_MODULE": "tests.host.settings",
    "PYTHONPATH": f"{SRC}{os.pathsep}{TOP}",
}


def test_a_job_of_a_killed_worker_runs_again(own_database: str) -> None:
    with Living(own_database, worker=True, environ=TOLD) as living:
        with transaction.atomic():
            slow.slow.defer(number=1)
        until(lambda: slow.told("slow") == ["began-1"])
        living.kill("worker")
        (settings.HOME.root / "go").touch()
        living.start("worker")
        until(lambda: slow.told("slow") == ["began-1", "began-1", "ended-1"])


def test_a_change_that_was_taken_back_leaves_no_job(own_database: str) -> None:
    with Living(own_database, worker=True, environ=TOLD):
        try:
            with transaction.atomic():
                slow.quick.defer(number=1)
                raise InterruptedError
        except InterruptedError:
            pass
        with transaction.atomic():
            slow.quick.defer(number=2)
        until(lambda: slow.told("quick") == ["2"])


def test_health_says_whether_a_worker_is_there(own_database: str) -> None:
    with Living(own_database, worker=True) as living:
        until(living.well)
        living.kill("worker")
        until(lambda: not living.well())
        living.start("worker")
        until(living.well)
