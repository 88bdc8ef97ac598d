"""Where browsers listen: a WebSocket, and a stream of events for networks that refuse WebSockets.

A browser says {"watch": [names], "age": seconds} and {"stop": [names]}; we say {"again": [names]},
where no names means everything. A name that may not be watched is never answered, like one that
does not exist.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from beside.wire import sight
from beside.wire.hub import REMEMBERED, Hub, Listener

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
T = TypeVar("T")
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_NAMES = 100  # watched by one connection
LONGEST_MESSAGE = 8_000  # characters
MOST_CONNECTIONS = 12  # of one session, or of one address without a session
MOST_ALTOGETHER = 4_000  # in one process
MOST_WISHES = 40  # of one connection within ten seconds
TEST_AGAIN = 300.0  # seconds after which even a quiet connection proves its session anew
_BEAT = 25.0  # seconds between signs of life on a stream, so that proxies keep it open

_ENDED, _TOO_MUCH, _NOT_HERE = 4401, 4429, 4403


class Live:
    """The live part of one process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._open: Counter[str] = Counter()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="wire")

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if not comes_from_us(scope, must_say=True):
            await send({"type": "websocket.close", "code": _NOT_HERE})
            return
        who = _holder(scope)
        if not self._has_room(who):
            await send({"type": "websocket.close", "code": _TOO_MUCH})
            return
        await send({"type": "websocket.accept"})
        await self._serve(_Socket(self, scope, receive, send), who)

    async def events(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = _holder(scope)
        if scope["method"] != "GET" or not comes_from_us(scope, must_say=False):
            await _refuse(send, 404)
        elif not self._has_room(who):
            await _refuse(send, 429)
        else:
            await self._serve(_Stream(self, scope, receive, send), who)

    async def _serve(self, line: _Line, who: str) -> None:
        self._open[who] += 1
        self.hub.enter(line.listener)
        try:
            await line.talk()
        finally:
            self.hub.leave(line.listener)
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    def _has_room(self, who: str) -> bool:
        return self._open[who] < MOST_CONNECTIONS and self.hub.listeners < MOST_ALTOGETHER

    async def look(self, session: str | None, names: Collection[str]) -> sight.Sight:
        return await self.ask(sight.look, session, names)

    async def ask(self, question: Callable[..., T], *about: object) -> T:
        """What a function that asks the database answers, from one of the threads kept for that."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, question, *about)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Ended(Exception):
    """The session of this connection is over."""


class _Line:
    """One browser listening, by whatever means."""

    def __init__(self, live: Live, scope: Scope, receive: Receive, send: Send) -> None:
        self.live, self.scope, self.receive, self.send = live, scope, receive, send
        self.session = _cookie(scope, settings.SESSION_COOKIE_NAME)
        self.listener = Listener()
        self.wanted: set[str] = set()
        self.rests = math.inf  # when, by the loop's clock, the session will have come to rest

    async def talk(self) -> None:
        """Hear and speak until either side ends."""
        seen = await self.look(())
        self.listener.person = seen.person
        await self.open()
        if seen.person is None:
            # Nobody may watch anything, and an invented cookie must not hold a line open.
            await self.end(_ENDED)
            return
        both = [asyncio.ensure_future(self.hear()), asyncio.ensure_future(self.speak())]
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(OSError):
                    task.result()
        except _Ended:
            await self.end(_ENDED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def look(self, names: Collection[str]) -> sight.Sight:
        """Who this is now and which names they may watch; notes when to ask again by itself."""
        seen = await self.live.look(self.session, names)
        # A moment after, so that whole seconds agree that it is over.
        within = math.inf if seen.rests is None else seen.rests + 1
        self.rests = asyncio.get_running_loop().time() + within
        return seen

    async def want(self, names: Collection[str], age: float) -> None:
        """Watch those of the names that this person may watch."""
        fresh = [name for name in names if name not in self.wanted]
        fresh = fresh[: MOST_NAMES - len(self.wanted)]
        self.wanted.update(fresh)
        while fresh:
            tests = self.listener.tests
            seen = await self.look(fresh)
            if tests != self.listener.tests:
                continue  # something changed while we asked: ask again
            self._is(seen.person)
            self.live.hub.watch(self.listener, seen.names & self.wanted, age=age)
            return

    async def test(self) -> None:
        """Give up what this person may no longer watch. Raises _Ended when the session is over."""
        self.listener.doubt = False
        seen = await self.look(sorted(self.wanted))
        self._is(seen.person)
        lost = self.listener.names - seen.names
        self.live.hub.unwatch(self.listener, list(lost))
        self.live.hub.watch(self.listener, seen.names & self.wanted)

    def _is(self, person: int | None) -> None:
        if person != self.listener.person:
            raise _Ended

    async def speak(self) -> None:
        """Pass on what is heard, once it is certain that it may be."""
        tested = asyncio.get_running_loop().time()
        while True:
            patience = max(0.0, min(_BEAT, self.rests - asyncio.get_running_loop().time()))
            with suppress(TimeoutError):
                await asyncio.wait_for(self.listener.something(), patience)
            now = asyncio.get_running_loop().time()
            if self.listener.doubt or now >= min(self.rests, tested + TEST_AGAIN):
                await self.test()
                tested = now
                if self.listener.doubt:
                    self.listener.wake()
                    continue
            again = self.listener.take()
            await (self.beat() if again is None else self.say({"again": again}))

    async def open(self) -> None:
        """Begin; a WebSocket was accepted before."""

    async def hear(self) -> None:
        raise NotImplementedError

    async def say(self, words: dict[str, list[str]]) -> None:
        raise NotImplementedError

    async def beat(self) -> None:
        """A sign of life where the transport has none of its own."""

    async def end(self, code: int) -> None:
        raise NotImplementedError


class _Socket(_Line):
    async def hear(self) -> None:
        lately: deque[float] = deque(maxlen=MOST_WISHES)
        while True:
            message = await self.receive()
            if message["type"] == "websocket.disconnect":
                return
            said = _read(message.get("text") or "")
            now = asyncio.get_running_loop().time()
            hurried = len(lately) == MOST_WISHES and now - lately[0] < 10
            lately.append(now)
            if said is None or hurried:
                await self.end(_TOO_MUCH)
                return
            self.live.hub.unwatch(self.listener, _names(said.get("stop")))
            self.wanted.difference_update(_names(said.get("stop")))
            if said.get("watch"):
                await self.want(_names(said["watch"]), _age(said.get("age")))

    async def say(self, words: dict[str, list[str]]) -> None:
        await self.send({"type": "websocket.send", "text": json.dumps(words)})

    async def end(self, code: int) -> None:
        with suppress(OSError, RuntimeError):
            await self.send({"type": "websocket.close", "code": code})


class _Stream(_Line):
    async def open(self) -> None:
        await self.send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream; charset=utf-8"),
                    (b"cache-control", b"no-store, private"),
                    (b"x-accel-buffering", b"no"),
                    (b"x-content-type-options", b"nosniff"),
                ],
            }
        )
        await self._write(": listening\n\n")

    async def hear(self) -> None:
        asked = _query(self.scope["query_string"])
        await self.want(_names(asked.get("watch")), _age((asked.get("age") or ["0"])[0]))
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def say(self, words: dict[str, list[str]]) -> None:
        await self._write(f"data: {json.dumps(words)}\n\n")

    async def beat(self) -> None:
        await self._write(": still here\n\n")

    async def end(self, code: int) -> None:
        with suppress(OSError, RuntimeError):
            await self._write(f'event: end\ndata: {{"code": {code}}}\n\n', more=False)

    async def _write(self, words: str, *, more: bool = True) -> None:
        body = {"type": "http.response.body", "body": words.encode(), "more_body": more}
        await self.send(body)


def _read(text: str) -> dict[str, Any] | None:
    """What a browser says, or None when it is too long or makes no sense."""
    if not text or len(text) > LONGEST_MESSAGE:
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _query(given: bytes) -> dict[str, list[str]]:
    """What the address of a stream asks for; nothing when it asks for too much."""
    try:
        return parse_qs(given.decode("ascii", "replace"), max_num_fields=200)
    except ValueError:
        return {}


def _names(given: object) -> list[str]:
    return [name for name in given if isinstance(name, str)] if isinstance(given, list) else []


def _age(given: object) -> float:
    try:
        return min(max(float(str(given)), 0.0), REMEMBERED * 2)
    except ValueError:
        return 0.0


def comes_from_us(scope: Scope, *, must_say: bool) -> bool:
    """Whether one of our own pages asks: another site's page would come with the reader's cookie.

    Browsers always send an Origin with a WebSocket; an event stream within one site has none.
    """
    host = _header(scope, b"host")
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    origin = _header(scope, b"origin")
    if not origin:
        return not must_say and _header(scope, b"sec-fetch-site") in {"", "same-origin"}
    return urlsplit(origin).netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS


def _holder(scope: Scope) -> str:
    session = _cookie(scope, settings.SESSION_COOKIE_NAME)
    return f"session {session}" if session else f"address {(scope.get('client') or ('',))[0]}"


def _cookie(scope: Scope, name: str) -> str | None:
    jar: SimpleCookie = SimpleCookie()
    with suppress(CookieError):
        jar.load(_header(scope, b"cookie"))
    return jar[name].value or None if name in jar else None


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})
