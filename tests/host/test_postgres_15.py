"""The oldest PostgreSQL that an organisation may bring: the same migrations, the same walls."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import cluster

TOP = Path(__file__).parents[2]
OURS = {"PYTEST_BESIDE_HOME", cluster.SHARED}  # made by another version
BIN = Path("/usr/lib/postgresql/15/bin")


@pytest.mark.skipif(
    not (BIN / "initdb").exists(),
    reason=f"no PostgreSQL 15 in {BIN} (Debian package postgresql-15)",
)
def test_the_walls_stand_on_postgresql_15() -> None:
    """A run of its own, with a cluster of its own: roles, migrations, row policies, the vault."""
    told = {name: value for name, value in os.environ.items() if name not in OURS}
    walls = ["roles", "ledger_chain", "twins_groups"]
    tests = [f"tests/walls/test_{name}.py" for name in walls]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *tests,
        ],
        cwd=TOP,
        env={**told, "BESIDE_PG_BIN": str(BIN)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
