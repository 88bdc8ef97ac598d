"""Which kinds of names there are, who may watch them, and how long. Apps register in `ready()`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# The first argument is the person who asks, or None for somebody not signed in. Who a person is
# belongs to an app above, hence Any.
MayWatch = Callable[[Any, str], bool]
RestsIn = Callable[[Any], float | None]  # of a request: seconds until its session rests

_NAME = re.compile(r"([a-z]{2,20}):([A-Za-z0-9_-]{1,64})", re.ASCII)
_kinds: dict[str, MayWatch] = {}
_rests: list[RestsIn] = []


def register(kind: str, may_watch: MayWatch) -> None:
    """Let names `<kind>:<key>` be watched by whoever `may_watch(person, key)` allows.

    The test runs in a transaction that looks at the database as that person. Raises ValueError for
    a kind that somebody else registered.
    """
    if _kinds.setdefault(kind, may_watch) is not may_watch:
        raise ValueError(f"two apps want to say who may watch {kind!r}")


def kinds() -> tuple[str, ...]:
    """Every kind that is registered, in order of the alphabet."""
    return tuple(sorted(_kinds))


def may_watch(person: Any, name: str) -> bool:
    """Whether this person may hear of this name. Unknown kinds and misspelt names: no."""
    parts = _NAME.fullmatch(name)
    test = _kinds.get(parts[1]) if parts else None
    return bool(parts and test and test(person, parts[2]))


def register_rest(rests_in: RestsIn) -> None:
    """Let a session that nobody touches come to rest: from then on it hears nothing."""
    if rests_in not in _rests:
        _rests.append(rests_in)


def rests_in(request: Any) -> float | None:
    """In how many seconds the session of this request rests (below 0: it does); None for never."""
    told = [seconds for each in _rests if (seconds := each(request)) is not None]
    return min(told, default=None)
