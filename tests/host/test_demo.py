"""The demo, told to its end or not at all, and entered from this machine alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from beside.home.demo.fill import SIGN_INS
from beside.host import roles
from beside.host.children import ends_with_parent
from beside.people.models import Organisation, Person
from tests.living import SRC, until


@pytest.fixture
def marker() -> Iterator[Path]:
    """The file with the sign-ins, away again afterwards: the home is that of all tests."""
    file = settings.HOME.root / "demo"
    yield file
    file.unlink(missing_ok=True)


# The same telling with three talks instead of all and a quick hash: what is tried here is its end.
SHORTER = """
import django
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()
from beside.home.demo import fill
fill.TALKS = fill.TALKS[-3:]
fill.fill()
"""
AT_COMMIT = """
create function held() returns trigger language plpgsql as
    $$ begin perform pg_advisory_lock(4711); return null; end $$;
create constraint trigger held after insert on people_organisation
    deferrable initially deferred for each row execute function held();
"""
WAITING = "select 1 from pg_locks where not granted"


def telling(database: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SHORTER],
        env={**os.environ, "PYTHONPATH": SRC, "BESIDE_DATABASE": database},
        preexec_fn=ends_with_parent(),
    )


def test_a_demo_that_is_killed_is_told_again_and_never_stands_without_its_sign_ins(
    own_database: str, marker: Path
) -> None:
    people = Person.objects.filter(sign_in__in=[f"demo-{key}" for key in SIGN_INS.values()])
    with roles.superuser(settings.HOME, own_database) as held:

        def killed_when(waiting: str) -> None:
            """Tell, until the server has to wait there; then the teller is gone."""
            with telling(own_database) as told:
                try:
                    until(lambda: told.poll() is not None or held.execute(waiting).fetchone())
                    assert told.poll() is None
                finally:
                    told.kill()

        with held.transaction():
            held.execute("lock table people_role in access exclusive mode")
            killed_when(f"{WAITING} and relation = 'people_role'::regclass")
        assert Organisation.ours() is None
        assert not marker.exists()
        held.execute(AT_COMMIT)
        held.execute("select pg_advisory_lock(4711)")
        killed_when(f"{WAITING} and locktype = 'advisory' and objid = 4711")
        assert Organisation.ours() is None  # the sign-ins are written, and lead to nobody yet
        assert people.count() == 0
        assert marker.exists()
        held.execute("select pg_advisory_unlock(4711)")
        until(lambda: Organisation.ours() is not None)
    assert people.count() == len(SIGN_INS)
    assert set(json.loads(marker.read_text())) == set(SIGN_INS)
    assert marker.stat().st_mode & 0o077 == 0
    assert telling(own_database).wait() == 0  # nothing is told twice
    assert people.count() == len(SIGN_INS)
