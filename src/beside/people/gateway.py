"""The text gateway: one POST to the one address that the operator named, and to nobody else.

No proxy is asked, no redirect followed, and nothing here says a number or words in an error.
See docs/decisions/0013.
"""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

CONNECT, ANSWER = 4.0, 10.0  # seconds
# What says something about us or our settings, and nothing about this one text.
NOT_AS_WE_ASK = {401, 403, 404, 405, 407}
LATER = {408, 425, 429}
_HEADER = re.compile(r"[A-Za-z0-9-]+:[\x20-\x7e]+")
_PLAIN = re.compile(r"[\x21-\x7e]+")
_BLANK = re.compile(r"\{(to|digits|words|key)\}")


class NoGateway(Exception):
    """Nobody takes texts there, or not from us. No text is to blame, and none was handed in."""


class Refused(Exception):
    """The gateway said no to this one text: `for_good`, or not now."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.for_good = 400 <= status < 500 and status not in LATER


class Unsure(Exception):
    """The text was handed over, and nothing came back."""


def is_set() -> bool:
    """Whether the operator named a gateway, and said well enough how to ask it."""
    return bool(settings.TEXT_GATEWAY_URL) and not fault()


def fault() -> str:
    """What is wrong with the settings, in words for the operator; "" where they will do."""
    body, header = settings.TEXT_GATEWAY_BODY, settings.TEXT_GATEWAY_HEADER
    try:
        url = urlsplit(settings.TEXT_GATEWAY_URL)
        _ = url.port
    except ValueError:
        return "TEXT_GATEWAY_URL is no address"
    plain = _PLAIN.fullmatch(settings.TEXT_GATEWAY_URL)
    if url.scheme not in {"https", "http"} or not url.hostname or not plain:
        return "TEXT_GATEWAY_URL is no address that begins with https://"
    if url.username or "{" in settings.TEXT_GATEWAY_URL:
        return "TEXT_GATEWAY_URL holds a name or a blank; they belong into the two others"
    if "{words}" not in body or not ("{to}" in body or "{digits}" in body):
        return "TEXT_GATEWAY_BODY has no place for {to} or for {words}"
    try:
        filled(body, "", "", "")
    except ValueError:
        return "TEXT_GATEWAY_BODY begins like JSON, and is none"
    if header and not _HEADER.fullmatch(header):
        return "TEXT_GATEWAY_HEADER is not a name, a colon and a value"
    return ""


def hand_in(number: str, words: str, key: str) -> None:
    """Hand one text over; the gateway said yes if this returns. `number` as +447400123456.

    `key` is the same however often one text is tried. Raises NoGateway, Refused and Unsure.
    """
    kind, body = filled(settings.TEXT_GATEWAY_BODY, number, words, key)
    headers = {"Content-Type": kind, "Accept": "*/*", "User-Agent": "Beside"}
    name, _, value = settings.TEXT_GATEWAY_HEADER.partition(":")
    if value:
        headers[name.strip()] = value.strip()
    way = _connected()
    try:
        way.request("POST", _path(), body, headers)
        status = way.getresponse().status
    except (OSError, HTTPException) as cut:
        raise Unsure from cut
    finally:
        way.close()
    if 300 <= status < 400 or status in NOT_AS_WE_ASK:
        raise NoGateway(f"status {status}")
    if not 200 <= status < 300:
        raise Refused(status)


def probe() -> None:
    """Only knock: connect, look at the certificate, and say nothing. Raises NoGateway."""
    _connected().close()


def filled(shape: str, number: str, words: str, key: str) -> tuple[str, str]:
    """The kind of content and the content, with every blank of `shape` filled.

    JSON stays JSON whatever the words are, and each value of a form is encoded for it.
    """
    values = {"to": number, "digits": number.lstrip("+"), "words": words, "key": key}
    if shape.lstrip().startswith(("{", "[")):
        return "application/json", json.dumps(_filled(json.loads(shape), values))
    pairs = [pair.partition("=") for pair in shape.split("&") if pair]
    form = urlencode([(name, _filled(value, values)) for name, _, value in pairs])
    return "application/x-www-form-urlencoded", form


def _filled(part: Any, values: dict[str, str]) -> Any:
    if isinstance(part, str):
        return _BLANK.sub(lambda blank: values[blank[1]], part)
    if isinstance(part, list):
        return [_filled(each, values) for each in part]
    if isinstance(part, dict):
        return {name: _filled(each, values) for name, each in part.items()}
    return part


def _connected() -> HTTPConnection:
    """A way to the gateway, whose certificate is looked at where there is one."""
    try:
        url = urlsplit(settings.TEXT_GATEWAY_URL)
        host, port = url.hostname or "", url.port
        way = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(
            host, port, timeout=CONNECT
        )
        way.connect()
    except (OSError, HTTPException, ValueError) as gone:
        raise NoGateway(type(gone).__name__) from gone
    way.sock.settimeout(ANSWER)
    return way


def _path() -> str:
    url = urlsplit(settings.TEXT_GATEWAY_URL)
    return (url.path or "/") + (f"?{url.query}" if url.query else "")
