"""Who is asking, and what they may watch: by the same session and row policies as for a page."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.db import DatabaseError, close_old_connections, transaction
from django.http import HttpRequest

from beside import wall
from beside.wire import channels

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sight:
    """The answer to one question: the number of the person (None: not signed in) and the names.

    `rests` says in how many seconds the session comes to rest; None: it does not by itself.
    """

    person: int | None
    names: frozenset[str]
    rests: float | None = None


def look(session: str | None, names: Collection[str]) -> Sight:
    """Which of `names` the holder of this session key may watch now. Runs in a thread of its own.

    A session that ended, rests or never was counts as nobody. What cannot be decided is refused.
    """
    with _fresh_connection():
        with transaction.atomic():
            person, rests = _person(session)
        number: int | None = person.pk if person is not None else None
        return Sight(number, _allowed(person, number, names) if names else frozenset(), rests)


def _allowed(person: Any, number: int | None, names: Collection[str]) -> frozenset[str]:
    try:
        with wall.acting_as(number), transaction.atomic():
            return frozenset(name for name in names if channels.may_watch(person, name))
    except DatabaseError:
        log.exception("a test of who may watch failed; nothing is watched")
        return frozenset()


def _person(session: str | None) -> tuple[Any, float | None]:
    """The person of a session, by the very steps that Django takes for a page, and till when."""
    if not session:
        return None, None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    found, rests = auth.get_user(request), channels.rests_in(request)
    is_here = found.is_authenticated and found.is_active and (rests is None or rests >= 0)
    return (found, rests) if is_here else (None, None)


@contextmanager
def _fresh_connection() -> Iterator[None]:
    """This thread's connection, replaced when the database closed it while nobody asked."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
