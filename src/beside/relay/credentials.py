"""Time-limited relay credentials in coturn's `use-auth-secret` form. Pure.

The username is `<expiry>:<room tag>.<person tag>`, the password
base64(HMAC-SHA1(secret, username)); the relay and coturn recompute it and keep no list.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

TAG_BYTES = 10  # 80 bits: no two rooms collide, and a username stays under 60 bytes

_USERNAME = re.compile(rb"([0-9]{1,12}):([0-9a-f]{20})\.([0-9a-f]{20})")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What goes into an RTCIceServer: `username`, and `password` as its `credential`."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a username says: until when (Unix seconds), in which room, as whom in it."""

    expires: int
    room: str
    person: str


def credentials(
    secret: bytes, *, room: str, person: str, ttl: timedelta, now: datetime
) -> Credentials:
    """Credentials for one person in one room, good until `now + ttl` (whole seconds).

    `room` and `person` are any stable strings; only keyed tags of them leave here. The same
    person has unlinkable tags in two rooms. An allocation ends with its credential, so let
    `ttl` outlast the meeting. Raises ValueError when `now` has no zone or `ttl` is not positive.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    if ttl <= timedelta(0):
        raise ValueError("ttl must be positive")
    expires = int((now + ttl).timestamp())
    username = f"{expires}:{_room_tag(secret, room)}.{_person_tag(secret, room, person)}"
    return Credentials(username, password(secret, username.encode()).decode())


def read_username(username: bytes) -> Claim | None:
    """What the username claims, or None when it is not of our form."""
    found = _USERNAME.fullmatch(username)
    if found is None:
        return None
    expires, room, person = (part.decode() for part in found.groups())
    return Claim(int(expires), room, person)


def password(secret: bytes, username: bytes) -> bytes:
    """base64(HMAC-SHA1(secret, username)), as in draft-uberti-behave-turn-rest-00."""
    return base64.b64encode(hmac.digest(secret, username, "sha1"))


def long_term_key(username: bytes, realm: bytes, password: bytes) -> bytes:
    """The key of the long-term mechanism (RFC 8489 section 9.2.2): the RFC names MD5."""
    joined = username + b":" + realm + b":" + password
    return hashlib.md5(joined, usedforsecurity=False).digest()


def _room_tag(secret: bytes, room: str) -> str:
    return _tag(hmac.digest(secret, b"beside relay: room", "sha256"), room)


def _person_tag(secret: bytes, room: str, person: str) -> str:
    # Keyed by the room first, so that one person's tags in two rooms have nothing in common.
    within = hmac.digest(secret, b"beside relay: person in " + room.encode(), "sha256")
    return _tag(within, person)


def _tag(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256")[:TAG_BYTES].hex()
