"""Which functions the migrations wrote, beside those that stand in the database.

Row policies ask them who is looking and which groups are theirs, and most are answered as the owner
of the tables: whatever such a function says is what people see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import psycopg
from django.db import connection

from beside.host import walls

_MADE = re.compile(r"\s*create (?:or replace )?function (\w+)", re.IGNORECASE)
_GONE = re.compile(r"\s*drop function (?:if exists )?(\w+)", re.IGNORECASE)
_SAYS = """
select format('%I(%s)', proname, pg_get_function_identity_arguments(p.oid)), proname, prosecdef,
    pg_get_userbyid(proowner), pg_get_function_result(p.oid), lanname::text, proleakproof,
    provolatile::text, proisstrict, proconfig, prosrc
from pg_proc p join pg_language l on l.oid = prolang where pronamespace = {}
"""


@dataclass(frozen=True)
class Said:
    """A function as the server tells it."""

    name: str
    as_its_owner: bool  # it sees what its owner sees, not what whoever asks it sees
    owner: str
    returns: str
    rest: tuple[object, ...]


@dataclass(frozen=True)
class Questions:
    """What differs, by the name of each function and what it takes, with the SQL that mends it."""

    written: int
    missing: dict[str, str]
    changed: dict[str, str]
    owned: dict[str, str]  # by somebody else: only an administrator can mend it
    strange: dict[str, str]  # sees what the owner sees, and nobody here wrote it


def written() -> dict[str, str]:
    """The name of every function that applied migrations leave, and the SQL that makes it."""
    made: dict[str, str] = {}
    for words in walls.sentences():
        if found := _MADE.match(words):
            made.pop(found[1], None)  # what was written last may ask what stands before it
            made[found[1]] = _MADE.sub(rf"create or replace function {found[1]}", words, count=1)
        elif found := _GONE.match(words):
            made.pop(found[1], None)
    return made


def compare() -> Questions | None:
    """Look at the database and at the migrations; None where the owner is not known here.

    The functions are made once more as they are written, among things that are temporary, and the
    server says both; nothing of it stays.
    """
    if not walls.knows_owner():
        return None
    told = written()
    with walls.as_owner() as owner, owner.transaction(force_rollback=True):
        there = _say(owner, "'public'::regnamespace")
        owner.execute("set local check_function_bodies = off")
        owner.execute("set local search_path = pg_temp, public")
        for words in told.values():
            owner.execute(words.encode())
        meant = _say(owner, "pg_my_temp_schema()")
    as_written = list(told)
    meant = dict(sorted(meant.items(), key=lambda said: as_written.index(said[1].name)))
    both = {name: (there[name], one) for name, one in meant.items() if name in there}
    return Questions(
        written=len(meant),
        missing={name: told[one.name] for name, one in meant.items() if name not in there},
        changed={
            name: f"drop function {name} cascade; " * (is_.returns != one.returns) + told[one.name]
            for name, (is_, one) in both.items()
            if is_ != one and is_.owner == one.owner
        },
        owned={
            name: f"alter function {name} owner to {one.owner}"
            for name, (is_, one) in both.items()
            if is_.owner != one.owner
        },
        strange={
            name: f"drop function {name}"
            for name in sorted(there.keys() - meant.keys())
            if there[name].as_its_owner
        },
    )


def mend() -> None:
    """Put back what is missing or changed, as the owner of the tables.

    Policies that asked a function of another kind go with it; `walls.mend` puts those back.
    """
    found = compare()
    if found is not None:
        with connection.cursor() as cursor:
            for words in (*found.missing.values(), *found.changed.values()):
                cursor.execute(words)


def _say(owner: psycopg.Connection, where: str) -> dict[str, Said]:
    rows = owner.execute(_SAYS.format(where).encode()).fetchall()
    return {
        sign: Said(name, as_its_owner, of, returns, tuple(rest))
        for sign, name, as_its_owner, of, returns, *rest in rows
    }
