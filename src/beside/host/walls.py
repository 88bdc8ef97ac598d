"""Which row policies the migrations wrote, beside those that stand in the database."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from beside.host import database
from beside.host.home import here

_MADE = re.compile(r"\s*create policy (\w+) on (\w+)\b", re.IGNORECASE)
_CHANGED = re.compile(r"\s*alter policy (\w+) on (\w+)\b", re.IGNORECASE)
# What each policy says, in the server's own words: they differ from version to version, so that
# only what the same server says at the same moment can be compared.
_SAYS = """
select c.relname, p.polname, p.polcmd, p.polpermissive,
    array(select rolname::text from pg_roles where oid = any(p.polroles) order by 1),
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = {}
"""
_COLUMNS = """
select c.relname, string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ')
from pg_class c join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by c.relname
"""
_GONE = re.compile(r"\s*drop policy (?:if exists )?(\w+) on (\w+)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Walls:
    """What differs; each in the words of SQL that mend it.

    `changed` is None where only the owner of the tables could tell, who is not known here.
    """

    off: list[str]
    missing: list[str]
    strange: list[str]
    changed: list[str] | None


def sentences() -> Iterator[str]:
    """The SQL of our own migrations that were applied, in their order."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    for migration, _ in executor.migration_plan(loader.graph.leaf_nodes(), clean_start=True):
        applied = (migration.app_label, migration.name) in loader.applied_migrations
        if applied and type(migration).__module__.startswith("beside."):
            for operation in migration.operations:
                yield from _sentences(operation)


def written() -> dict[tuple[str, str], str]:
    """Table and name of every policy that applied migrations leave, and the SQL that makes it."""
    made: dict[tuple[str, str], str] = {}
    for words in sentences():
        if found := _MADE.match(words):
            made[found[2], found[1]] = words.strip()
        elif found := _CHANGED.match(words):
            made[found[2], found[1]] += f"; {words.strip()}"
        elif found := _GONE.match(words):
            made.pop((found[2], found[1]), None)
    return made


def compare() -> Walls:
    """Look at the database and at the migrations."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename, policyname from pg_policies where schemaname = 'public'")
        there = {(table, name) for table, name in cursor.fetchall()}
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind in ('r', 'p') and not relrowsecurity"
        )
        bare = {name for (name,) in cursor.fetchall()}
    told = written()
    others = _changed(told)
    return Walls(
        off=[
            f"alter table {table} enable row level security"
            for table in sorted({table for table, _ in told} & bare)
        ],
        missing=[told[key] for key in sorted(told.keys() - there)],
        strange=[f"drop policy {name} on {table}" for table, name in sorted(there - told.keys())],
        changed=None
        if others is None
        else [f"drop policy {name} on {table}; {told[table, name]}" for table, name in others],
    )


def _changed(told: dict[tuple[str, str], str]) -> list[tuple[str, str]] | None:
    """The policies that stand under their name and say something else than was written.

    Temporary tables of the same names and columns are given the policies as they are written, and
    the server says both; nothing of it stays, and no table is locked.
    """
    if not knows_owner():
        return None
    with as_owner() as owner, owner.transaction(force_rollback=True):
        there = _say(owner, "'public'::regnamespace")
        columns: dict[str, str] = dict(owner.execute(_COLUMNS).fetchall())
        for table in sorted({table for table, _ in told} & columns.keys()):
            make = sql.SQL("create temporary table {} ({})")
            owner.execute(make.format(sql.Identifier(table), sql.SQL(columns[table])))
        for (table, _), words in told.items():
            if table in columns:
                owner.execute(words.encode())
        meant = _say(owner, "pg_my_temp_schema()")
    return sorted(key for key in meant.keys() & there.keys() if meant[key] != there[key])


def _say(owner: psycopg.Connection, where: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    rows = owner.execute(_SAYS.format(where).encode()).fetchall()
    return {(table, name): tuple(says) for table, name, *says in rows}


def knows_owner() -> bool:
    """Whether we can sign in as the owner of the tables here."""
    return database.is_embedded() or bool(os.environ.get("DATABASE_OWNER_URL"))


def as_owner() -> psycopg.Connection:
    """A connection as the owner of the tables, who alone may write policies and functions."""
    told = database.connection(here(), as_owner=True)
    return psycopg.connect(
        host=told["HOST"],
        port=told["PORT"] or None,
        user=told["USER"],
        password=told["PASSWORD"],
        dbname=told["NAME"],
        autocommit=True,
        **told.get("OPTIONS", {}),
    )


def mend() -> None:
    """Put back what is missing or changed, as the owner of the tables.

    What is strange is left to a person.
    """
    found = compare()
    with connection.cursor() as cursor:
        for words in (*found.off, *found.missing, *(found.changed or ())):
            cursor.execute(words)


def _sentences(operation: object) -> list[str]:
    if not isinstance(operation, RunSQL):
        return []
    told = operation.sql
    return [told] if isinstance(told, str) else [str(words) for words in told]
