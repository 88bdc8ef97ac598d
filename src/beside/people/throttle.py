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


# Generous to a ward or a library that shares one address, strict to whoever guesses at one name.
BY_NAME = Limit("name", 6, 15 * 60)
BY_ADDRESS = Limit("address", 60, 15 * 60)
JOINING = Limit("joining", 40, 3600)
LETTERS = Limit("letters", 5, 3600)


def count(limit: Limit, what: str) -> int:
    """Count one try and say how many seconds to wait before it may be made; 0 means go on.

    Needs an open transaction. Tries that had to wait are not counted again.
    """
    key = _key(limit, what)
    wall.lock("throttle", key)
    now = int(clock.now().timestamp())
    tries, until = cache.get(key) or (0, now + limit.seconds)
    if until <= now:
        tries, until = 0, now + limit.seconds
    if tries >= limit.tries:
        return int(until - now)
    cache.set(key, (tries + 1, until), limit.seconds)
    return 0


def forgive(limit: Limit, what: str) -> None:
    """It was them: their tries count no longer."""
    cache.delete(_key(limit, what))


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
