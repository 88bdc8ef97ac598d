"""One LISTEN connection for the whole process, and everybody in it who wants to hear."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from beside.wire import CHANNEL, RETEST

log = logging.getLogger(__name__)

REMEMBERED = 60.0  # seconds for which a name is remembered after it was heard
_PULSE = 15.0  # seconds of silence after which we ask whether the database is still there
_WAITS = (0.1, 0.3, 1.0, 2.0, 5.0)  # seconds between attempts to listen again


class Listener:
    """Somebody who hears names. What was not fetched yet is kept once, however often it is said."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.person: int | None = None
        self.heard: set[str] = set()
        self.everything = False
        self.doubt = False  # what they may watch has to be tested again
        self.tests = 0  # how often it was called in doubt; an answer from before does not count
        self._woken = asyncio.Event()

    def say(self, name: str) -> None:
        self.heard.add(name)
        self._woken.set()

    def say_everything(self) -> None:
        self.everything = True
        self._woken.set()

    def call_in_doubt(self) -> None:
        self.doubt = True
        self.tests += 1
        self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    async def something(self) -> None:
        """Return once there is something to pass on or to test."""
        await self._woken.wait()
        self._woken.clear()

    def take(self) -> list[str] | None:
        """What to look at again: names, [] for everything, None for nothing."""
        heard, everything = sorted(self.heard & self.names), self.everything
        self.heard, self.everything = set(), False
        return [] if everything else heard or None


class Hub:
    """Hears the database and tells the listeners of this process."""

    def __init__(self) -> None:
        self.listening = False
        self._watched: defaultdict[str, set[Listener]] = defaultdict(set)
        self._all: set[Listener] = set()
        self._said: dict[str, float] = {}
        self._since = time.monotonic()

    # -- those who hear -----------------------------------------------------------------------

    def enter(self, listener: Listener) -> None:
        self._all.add(listener)

    def leave(self, listener: Listener) -> None:
        self._all.discard(listener)
        self.unwatch(listener, list(listener.names))

    def watch(self, listener: Listener, names: Iterable[str], *, age: float = 0) -> None:
        """Tell `listener` of these names from now on, and of what they missed in `age` seconds."""
        began = time.monotonic() - age
        for name in names:
            listener.names.add(name)
            self._watched[name].add(listener)
            missed = began < self._since or age > REMEMBERED
            if age and (missed or self._said.get(name, 0.0) >= began):
                listener.say(name)

    def unwatch(self, listener: Listener, names: Iterable[str]) -> None:
        for name in names:
            listener.names.discard(name)
            among = self._watched.get(name)
            if among is not None:
                among.discard(listener)
                if not among:
                    del self._watched[name]

    @property
    def listeners(self) -> int:
        return len(self._all)

    # -- hearing ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Listen for ever, coming back after every loss. Ends by being cancelled."""
        attempt = 0
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as lost:
                if self.listening:
                    log.warning("the wire lost the database: %s", type(lost).__name__)
                    attempt = 0
            finally:
                self.listening = False
            await asyncio.sleep(_WAITS[min(attempt, len(_WAITS) - 1)] * random.uniform(0.7, 1.3))  # noqa: S311
            attempt += 1

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True)
        async with connection:
            await connection.execute(sql.SQL("listen {}").format(sql.Identifier(CHANNEL)))
            self.listening = True
            self._missed()
            while True:
                async for heard in connection.notifies(timeout=_PULSE):
                    self._hear(heard.payload)
                await connection.execute("select 1")

    def _hear(self, name: str) -> None:
        if name.startswith(RETEST):
            number = name.removeprefix(RETEST)
            for listener in self._all:
                if str(listener.person) == number:
                    listener.call_in_doubt()
            return
        self._said[name] = time.monotonic()
        if len(self._said) > 1000:
            self._forget()
        for listener in self._watched.get(name, ()):
            listener.say(name)

    def _missed(self) -> None:
        """Nobody knows what was said while we did not listen: test and look at everything again."""
        self._since = time.monotonic()
        for listener in self._all:
            listener.call_in_doubt()
            listener.say_everything()

    def _forget(self) -> None:
        oldest = time.monotonic() - REMEMBERED
        self._said = {name: when for name, when in self._said.items() if when >= oldest}
        if len(self._said) > 1000:  # a storm: remembering less only means looking once too often
            self._since, self._said = time.monotonic(), {}


def _parameters() -> dict[str, Any]:
    told = connections["default"].settings_dict
    named = {
        "dbname": told["NAME"],
        "user": told["USER"],
        "password": told["PASSWORD"],
        "host": told["HOST"],
        "port": told["PORT"],
        "application_name": "beside wire",
        "keepalives_idle": "20",
        "tcp_user_timeout": "20000",
        "connect_timeout": "10",
    }
    return {name: str(value) for name, value in named.items() if value}
