"""What all tests share: a real PostgreSQL, the restricted role, and clones for many connections."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as trying
from pytest_django.plugin import DjangoDbBlocker

from tests import cluster

pytest_plugins = ["tests.cast", "tests.gateway"]
# A busy machine is slow, and slow is not wrong.
trying.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trying.load_profile("steady")
# A hash is a quarter of a second of work, and tests make hundreds. Houses that they start do all of
# it (tests/journeys/test_first_step.py); in our own process the same hash is made with less.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64
Argon2PasswordHasher.parallelism = 1
# Folders and files with calls.
CALLS = {"relay", "rooms", "test_by_keyboard", "test_circle", "test_one_evening"}


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The tests connect as beside_app, to a clone of the template that the owner migrated."""
    postgres = cluster.start(settings.HOME)
    try:
        with django_db_blocker.unblock():
            connection.settings_dict["NAME"] = cluster.clone(settings.HOME)
            request.config.stash[cluster.PLAIN] = connection.settings_dict["NAME"]
        yield
        with django_db_blocker.unblock():
            connection.close()
    finally:
        postgres.stop()


@pytest.fixture
def right_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Look at the database in which the cast already stands, or at the plain one."""
    plain, here = request.config.stash[cluster.PLAIN], connection.settings_dict["NAME"]
    with_cast = "cast" in request.fixturenames and "own_database" not in request.fixturenames
    wanted, other = plain, request.config.stash.get(cluster.PEOPLED, plain)
    if with_cast:
        wanted, other = request.getfixturevalue("peopled")[0], plain
    if here == other != wanted:  # anything else is a clone that a module made for itself
        with django_db_blocker.unblock():
            connection.close()
        connection.settings_dict["NAME"] = wanted


@pytest.fixture
def _django_db_helper(right_database: None, _django_db_helper: None) -> None:
    """pytest-django's own, once the connection looks at the right database."""


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of this test's own, for races, kills and browsers; dropped afterwards."""
    with django_db_blocker.unblock():
        connection.close()
        before, name = connection.settings_dict["NAME"], cluster.clone(settings.HOME)
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            cluster.drop(settings.HOME, name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is marked so; calls with cameras run when nothing else does."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            if item.path.parent.name in CALLS or item.path.stem in CALLS:
                item.add_marker("call")


def pytest_unconfigure() -> None:
    home = os.environ.get("PYTEST_BESIDE_HOME", "")
    if "beside-test-" in home:
        shutil.rmtree(home, ignore_errors=True)
