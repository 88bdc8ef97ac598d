"""Row policies, as operations of a migration: one line says who may see a table's rows."""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunSQL

EVERYBODY = "true"
ALL = "select, insert, update, delete"


def walled(table: str, *, sight: str | None, house: str = ALL) -> RunSQL:
    """Put `table` behind the wall: persons may select where `sight` holds, the house may `house`.

    `sight` is an SQL condition, or None where only the house may look. Write it as
    `group_id = any((select my_groups())::bigint[])`: a subselect of a function is asked once, a
    subquery once for every row. Persons never insert, update or delete.
    """
    forward: list[Any] = [
        f"alter table {table} enable row level security",
        f"create policy house on {table} to beside_house using (true) with check (true)",
        f"revoke all on {table} from beside_app, beside_house",
        f"grant {house} on {table} to beside_house",
    ]
    if sight is not None:
        forward += [
            f"create policy sight on {table} for select to beside_app using ({sight})",
            f"grant select on {table} to beside_app",
        ]
    backward: list[Any] = [
        f"drop policy if exists sight on {table}",
        f"drop policy house on {table}",
        f"alter table {table} disable row level security",
    ]
    return RunSQL(forward, backward)


def sight_of(table: str, name: str, condition: str) -> RunSQL:
    """A further policy of sight, added by an app above to a table beneath it."""
    return RunSQL(
        f"create policy {name} on {table} for select to beside_app using ({condition})",
        f"drop policy {name} on {table}",
    )


def function(name: str, returns: str, body: str) -> RunSQL:
    """A question that policies ask, answered as the owner, once for each statement.

    `body` is one SQL query. The search path is fixed, so that nobody can put a table of their own
    in the way.
    """
    return RunSQL(
        f"create function {name}() returns {returns} language sql stable security definer "
        f"set search_path = public, pg_temp as $body$ {body} $body$",
        f"drop function {name}()",
    )
