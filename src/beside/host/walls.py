"""Which row policies the migrations wrote, beside those that stand in the database."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.executor import MigrationExecutor

_MADE = re.compile(r"\s*create policy (\w+) on (\w+)\b", re.IGNORECASE)
_CHANGED = re.compile(r"\s*alter policy (\w+) on (\w+)\b", re.IGNORECASE)
_GONE = re.compile(r"\s*drop policy (?:if exists )?(\w+) on (\w+)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Walls:
    """What differs; each in the words of SQL that mend it."""

    off: list[str]
    missing: list[str]
    strange: list[str]


def written() -> dict[tuple[str, str], str]:
    """Table and name of every policy that applied migrations leave, and the SQL that makes it."""
    made: dict[tuple[str, str], str] = {}
    executor = MigrationExecutor(connection)
    loader = executor.loader
    for migration, _ in executor.migration_plan(loader.graph.leaf_nodes(), clean_start=True):
        if (migration.app_label, migration.name) not in loader.applied_migrations:
            continue
        for operation in migration.operations:
            for words in _sentences(operation):
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
    return Walls(
        off=[
            f"alter table {table} enable row level security"
            for table in sorted({table for table, _ in told} & bare)
        ],
        missing=[told[key] for key in sorted(told.keys() - there)],
        strange=[f"drop policy {name} on {table}" for table, name in sorted(there - told.keys())],
    )


def mend() -> None:
    """Put back what is missing, as the owner of the tables. What is strange is left to a person."""
    found = compare()
    with connection.cursor() as cursor:
        for words in (*found.off, *found.missing):
            cursor.execute(words)


def _sentences(operation: object) -> list[str]:
    if not isinstance(operation, RunSQL):
        return []
    told = operation.sql
    return [told] if isinstance(told, str) else [str(words) for words in told]
