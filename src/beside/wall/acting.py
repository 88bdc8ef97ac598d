"""Who the database thinks is looking: a person, nobody, or, for one named act, the house."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

HOUSE = "beside_house"
log = logging.getLogger(__name__)

_person: ContextVar[int | None] = ContextVar("person", default=None)
_house: ContextVar[tuple[str, ...]] = ContextVar("house", default=())


def person() -> int | None:
    """The number of the person for whom this code runs, or None for somebody not signed in."""
    return _person.get()


@contextmanager
def acting_as(number: int | None) -> Iterator[None]:
    """Inside, every transaction sees what this person may see; with None, what everybody may.

    Nests: the inner person counts, and the outer one again afterwards.
    """
    token = _person.set(number)
    try:
        _tell_again()
        yield
    finally:
        _person.reset(token)
        _tell_again()


@contextmanager
def house(act: str) -> Iterator[None]:
    """Change things as the house, for the one named act; `act` reads "app.verb".

    Only inside an open transaction: the identity ends with it whatever happens. Raises
    TransactionManagementError outside one. Every use is listed in tests/test_house.py.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{act}: the house acts inside a transaction")
    before = _house.get()
    token = _house.set((*before, act))
    try:
        _become(HOUSE, act)
        log.debug("house: %s", act)
        yield
    finally:
        _house.reset(token)
        if _usable():
            _become(HOUSE, before[-1]) if before else _become("none", "")


def acts() -> tuple[str, ...]:
    """The acts of the house under way, outermost first."""
    return _house.get()


def lock(*names: object) -> None:
    """Hold a lock named so until the transaction ends: one at a time for whatever counts places."""
    words = ":".join(str(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])


def tell(wrapper: DatabaseWrapper) -> None:
    """Tell the open transaction of this connection who is looking."""
    number = _person.get()
    if number is None:
        return  # a fresh transaction already looks for nobody
    _say(wrapper, "" if number is None else str(number))


def _say(wrapper: Any, words: str) -> None:
    with wrapper.connection.cursor() as cursor:
        cursor.execute("select set_config('app.member_id', %s, true)", [words])


def _tell_again() -> None:
    if connection.in_atomic_block and connection.connection is not None and _usable():
        number = _person.get()
        _say(connection, "" if number is None else str(number))


def _become(role: str, act: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('role', %s, true), set_config('app.act', %s, true)", [role, act]
        )


def _usable() -> bool:
    """Whether the transaction can still be spoken to; a failed one forgets who it was by itself."""
    raw = connection.connection
    return (
        raw is not None
        and not raw.closed
        and not connection.needs_rollback
        and raw.info.transaction_status != TransactionStatus.INERROR
    )
