"""People who listen: a running house, sessions, and sockets as browsers open them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker
from websockets.sync.client import ClientConnection, connect

from beside import wire
from beside.kernel import clock
from beside.people import stay
from beside.people.models import Person
from tests.cast import Cast, build
from tests.living import Living, database_of_its_own


def session_of(person: Person, *, rests_in: int | None = None) -> str:
    """The key of a session in which this person is signed in.

    With `rests_in` it is on a shared device that nobody touched until so many seconds before it
    rests.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    if rests_in is not None:
        store[stay.SEEN] = seen_so_that_it_rests(rests_in)
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def seen_so_that_it_rests(seconds: int) -> int:
    """The moment of the last touch of a shared device that rests in so many seconds."""
    return int((clock.now() - stay.IDLE).timestamp()) + seconds


def tell(*names: str) -> None:
    with transaction.atomic():
        wire.tell(*names)


@dataclass
class Ear:
    """One socket, as a page holds it."""

    socket: ClientConnection

    def watch(self, *names: str, age: float = 0) -> None:
        self.socket.send(json.dumps({"watch": names, "age": age}))

    def stop(self, *names: str) -> None:
        self.socket.send(json.dumps({"stop": names}))

    def hear(self, patience: float = 10) -> list[str]:
        again: list[str] = json.loads(self.socket.recv(patience))["again"]
        return again

    def hears_nothing(self, marker: str) -> bool:
        """Whether nothing but `marker`, which is said now and may be watched, arrives."""
        tell(marker)
        return self.hear() == [marker]

    def settle(self, name: str) -> None:
        """Watch `name` and return once everything that was asked before it is settled too.

        A page of two minutes ago may have missed anything, so that it hears the name at once.
        """
        self.watch(name, age=120)
        assert self.hear() == [name]


@dataclass
class Evening:
    """A house with two groups and everybody of the cast."""

    living: Living
    cast: Cast
    open: Callable[..., Ear]

    def name(self, kind: str = "group", *, other: bool = False) -> str:
        return f"{kind}:{(self.cast.other_group if other else self.cast.group).key}"


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Living, Cast]]:
    """One house for all tests here; each opens ears of its own."""
    with database_of_its_own(django_db_blocker) as name, Living(name) as living:
        yield living, build()


@pytest.fixture
def evening(house: tuple[Living, Cast]) -> Iterator[Evening]:
    living, cast = house
    with ExitStack() as sockets:

        def ear(part: str | None = None, *, session: str | None = None, **more: Any) -> Ear:
            if part is not None:
                session = session_of(cast[part])
            headers = {"Origin": living.url, **more.pop("headers", {})}
            if session:
                headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={session}"
            address = living.url.replace("http", "ws") + "/wire/"
            socket = connect(address, additional_headers=headers, **more)
            return Ear(sockets.enter_context(socket))

        yield Evening(living, cast, ear)
