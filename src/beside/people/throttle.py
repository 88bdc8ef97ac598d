"""How often something may be tried, counted in the database cache and so across all processes.

What is counted (a name, an address) is never kept: only a digest under a random salt that is
thrown away after a day, so that yesterday's counts lead to nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from beside import wall
from beside.kernel import clock

DAY = 24 * 3600


@dataclass(frozen=True)
class Limit:
    """So many tries within so many seconds."""

    name: str
    tries: int
    seconds: int


# Generous to a ward or a library that shares one address, strict to whoever guesses at one name
# from it. Guessing at one name from many addresses is slowed for all of them together; a device on
# which its person signed in before counts by itself, so that nobody can shut them out of it.
BY_ADDRESS = Limit("address", 60, 15 * 60)
BY_PAIR = Limit("pair", 6, 15 * 60)  # one name from one address
BY_NAME = Limit("name", 24, 3600)  # one name from everywhere
BY_DEVICE = Limit("device", 10, 15 * 60)
CONFIRMING = Limit("confirming", 6, 15 * 60)
JOINING = Limit("joining", 40, 3600)
LETTERS = Limit("letters", 5, 3600)


Counted = tuple[Limit, str]  # what a try is counted under


def guess(request: HttpRequest, sign_in: str, *, device: str = "") -> list[Counted]:
    """Under what a try at this private name is counted; `device` is its number, if it is known."""
    if device:
        return [(BY_DEVICE, device)]
    here = address(request)
    return [(BY_ADDRESS, here), (BY_PAIR, f"{sign_in}:{here}"), (BY_NAME, sign_in)]


def waits(counted: Iterable[Counted]) -> int:
    """How many seconds to wait before such a try may be made; 0 means go on. Counts nothing."""
    return max((_wait(*each) for each in counted), default=0)


def settle(counted: Iterable[Counted], *, right: bool) -> int:
    """Count a try that was looked at already, and say how long it should have waited; 0: it counts.

    What takes long (a passphrase is hashed) is done before: the lock is held only for the counting.
    Ask again here, because many may have been looked at together. Needs an open transaction.
    """
    told = sorted(counted, key=lambda each: _key(*each))  # always in one order: nobody waits twice
    for each in told:
        wall.lock("throttle", _key(*each))
    wait = waits(told)
    if wait:
        return wait
    for limit, what in told:
        if not right:
            _add(limit, what)
        elif limit in {BY_PAIR, BY_DEVICE}:
            forgive(limit, what)
    return 0


def count(limit: Limit, what: str) -> int:
    """Count one try and say how many seconds to wait before it may be made; 0 means go on.

    Needs an open transaction. Tries that had to wait are not counted again.
    """
    wall.lock("throttle", _key(limit, what))
    wait = _wait(limit, what)
    if not wait:
        _add(limit, what)
    return wait


def forgive(limit: Limit, what: str) -> None:
    """It was them: their tries count no longer."""
    cache.delete(_key(limit, what))


def _wait(limit: Limit, what: str) -> int:
    tries, until = cache.get(_key(limit, what)) or (0, 0)
    now = int(clock.now().timestamp())
    return max(0, int(until - now)) if tries >= limit.tries else 0


def _add(limit: Limit, what: str) -> None:
    now = int(clock.now().timestamp())
    tries, until = cache.get(_key(limit, what)) or (0, 0)
    if until <= now:
        tries, until = 0, now + limit.seconds
    cache.set(_key(limit, what), (tries + 1, until), limit.seconds)


def minutes(seconds: int) -> int:
    """The wait in whole minutes, rounded up."""
    return max(1, math.ceil(seconds / 60))


def address(request: HttpRequest) -> str:
    """Where a request comes from, for counting alone; of IPv6 the network that one customer has."""
    told = str(request.META.get("REMOTE_ADDR", ""))
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        # The last entry is the proxy's own word; earlier ones are whatever the client claims.
        told = request.META.get("HTTP_X_FORWARDED_FOR", told).rsplit(",", 1)[-1].strip()
    try:
        here = ipaddress.ip_address(told)
    except ValueError:
        return told
    if isinstance(here, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((here, 64), strict=False))
    return str(here)


def _key(limit: Limit, what: str) -> str:
    digest = hmac.digest(_salt(), f"{limit.name}:{what}".encode(), hashlib.sha256)
    return f"throttle:{limit.name}:{digest.hex()[:40]}"


def _salt() -> bytes:
    """Today's salt; the first to ask makes it."""
    name = f"throttle:salt:{clock.now():%Y-%m-%d}"
    salt = cache.get(name)
    if salt is None:
        cache.add(name, secrets.token_hex(32), DAY)
        salt = cache.get(name)
    return str(salt).encode()
