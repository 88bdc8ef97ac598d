"""The whole web in one process: pages in threads, and the live part beside them on the event loop.

    beside.asgi:application   everything, for `./beside run` and for the live part of a large house
    beside.asgi:pages         the pages alone, for gunicorn

Pages are plain Django (WSGI): its ASGI handler does not reuse database connections.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beside.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

django_pages: Any = get_wsgi_application()

# Django has to be ready before these are imported.
from beside.host import health, refusals  # noqa: E402
from beside.wire.hub import Hub  # noqa: E402
from beside.wire.live import Live, Receive, Scope, Send  # noqa: E402

LONGEST_BODY = 2_500_000  # bytes; the largest form with a picture in it
_DRAINED = 20_000_000  # bytes read and thrown away, so that a browser gets to see our answer
_PATIENCE = 60.0  # seconds in which a body has to arrive
THREADS = int(os.environ.get("BESIDE_THREADS", "6"))


def pages(request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Django behind the limit of bodies, for a WSGI server."""
    length = str(request.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > LONGEST_BODY:
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Connection", "close")]
        start("413 Content Too Large", headers)
        asked = request.get("HTTP_ACCEPT_LANGUAGE", ""), request.get("HTTP_COOKIE", "")
        return [refusals.page(413, *asked)]
    answered: Iterable[bytes] = django_pages(request, start)
    return answered


class Application:
    """Everything that one process answers."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.live = Live(self.hub)
        self._asked, self._well = 0.0, False
        self.pages: Any = WSGIMiddleware(django_pages, workers=THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_and_end(receive, send)
        elif scope["type"] == "websocket":
            if scope["path"] == "/wire/":
                await self.live.websocket(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4404})
        elif scope["path"] == "/wire/events/":
            await self.live.events(scope, receive, send)
        elif scope["path"] in {"/health/", "/health"}:
            await self._health(send)
        else:
            await self._page(scope, receive, send)

    async def _live_and_end(self, receive: Receive, send: Send) -> None:
        await receive()
        listening = asyncio.ensure_future(self.hub.run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        self.live.close()
        self.pages.executor.shutdown(wait=False, cancel_futures=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _health(self, send: Send) -> None:
        """200 when database, worker and wire answer; nothing else is told to a stranger."""
        if time.monotonic() - self._asked > 1:
            self._asked = time.monotonic()
            self._well = self.hub.listening and await self.live.ask(health.behind_the_web)
        words = b"ok\n" if self._well else b"not well\n"
        await _say(send, 200 if self._well else 503, words, kind=b"text/plain; charset=utf-8")

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A page of Django's, in a thread, with the whole body already here.

        So a slow sender holds up nobody else, and a long one never reaches Django.
        """
        try:
            body = await asyncio.wait_for(_body(scope, receive), _PATIENCE)
        except TimeoutError:
            await _refuse(scope, send, 408)
        except _TooLong:
            await _refuse(scope, send, 413)
        except ConnectionResetError:
            return
        else:
            await self.pages(_tidy(scope, len(body)), _replay(body, receive), send)


class _TooLong(Exception):
    """More than we take."""


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The body of a request. Raises _TooLong, and ConnectionResetError when the sender left."""
    headers = dict(scope["headers"])
    told = headers.get(b"content-length", b"0")
    if (
        not told.isdigit()
        or int(told) > _DRAINED
        or (b"expect" in headers and int(told) > LONGEST_BODY)
    ):
        raise _TooLong
    parts, length, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        part, more = message.get("body", b""), message.get("more_body", False)
        length += len(part)
        if length > _DRAINED:
            break
        if length <= LONGEST_BODY:
            parts.append(part)
        else:
            parts.clear()
    if length > LONGEST_BODY:
        raise _TooLong
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hands the body over once."""
    given = False

    async def again() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _tidy(scope: Scope, length: int) -> Scope:
    """The same request, with nothing in it that WSGI would read in two ways.

    In WSGI a header with an underscore is the one with a hyphen, so that anybody could put on a
    proxy's words; and an address that is not ASCII has to be written out.
    """
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if b"_" not in name and name not in {b"content-length", b"transfer-encoding", b"proxy"}
    ]
    kept.append((b"content-length", str(length).encode()))
    query = quote(scope["query_string"], safe="!#$%&'()*+,/:;=?@[]~")
    return {**scope, "headers": kept, "query_string": query.encode()}


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    asked = headers.get(b"accept-language", ""), headers.get(b"cookie", "")
    await _say(send, status, refusals.page(status, *asked))


async def _say(
    send: Send, status: int, words: bytes, kind: bytes = b"text/html; charset=utf-8"
) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(words)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if status in {408, 413}:  # the rest of the body is still on its way
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})


application = Application()
