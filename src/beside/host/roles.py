"""The four database roles, and what an administrator runs to make them.

superuser       makes roles and databases, and is used for nothing else
beside_owner    owns tables and functions, runs migrations; stands outside row policies
beside_app      web, worker and tests: sees what row policies let it see, changes almost nothing
beside_house    cannot sign in; entered by `wall.house(...)` in a transaction, sees and changes all
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from beside.host.home import Home
from beside.host.postgres import SUPERUSER, socket_folder

OWNER, APP, HOUSE = "beside_owner", "beside_app", "beside_house"


def superuser(home: Home, database: str = "postgres") -> psycopg.Connection:
    """A connection to the embedded cluster as its superuser, in autocommit."""
    return psycopg.connect(
        host=str(socket_folder(home)),
        user=SUPERUSER,
        password=home.secret(SUPERUSER),
        dbname=database,
        autocommit=True,
    )


def statements(version: int, *, owner_secret: str, app_secret: str) -> list[sql.Composed]:
    """What makes the roles on PostgreSQL `version` (as in server_version_num); each may run again.

    An inherited grant of the house would open every row to the app. PostgreSQL 16 says so in the
    grant; 15 says it in the role.
    """

    def role(name: str, words: str) -> sql.Composed:
        return sql.SQL(
            "do $$ begin create role {name}; exception when duplicate_object then null; end $$;"
            "alter role {name} with " + words
        ).format(name=sql.Identifier(name))

    plain = "nosuperuser nocreaterole nobypassrls noreplication"
    grant = (
        f"grant {HOUSE} to {APP} with inherit false, set true"
        if version >= 160000
        else f"grant {HOUSE} to {APP}"
    )
    return [
        role(OWNER, f"login createdb {plain}"),
        role(APP, f"login noinherit nocreatedb {plain}"),
        role(HOUSE, f"nologin nocreatedb {plain}"),
        sql.SQL("alter role {} password {}").format(sql.Identifier(OWNER), owner_secret),
        sql.SQL("alter role {} password {}").format(sql.Identifier(APP), app_secret),
        sql.SQL(grant).format(),
    ]


def prepare(home: Home, name: str) -> None:
    """Make the roles, and the database `name` owned by beside_owner, in the embedded cluster."""
    with superuser(home) as connection:
        version = connection.info.server_version
        made = statements(version, owner_secret=home.secret(OWNER), app_secret=home.secret(APP))
        for statement in made:
            connection.execute(statement)
        if not connection.execute(
            "select 1 from pg_database where datname = %s", [name]
        ).fetchone():
            connection.execute(
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
    with superuser(home, name) as connection:
        searchable(connection)
        database = sql.Identifier(name)
        revoke = sql.SQL("revoke all on database {} from public")
        connection.execute(revoke.format(database))
        grant = sql.SQL("grant connect on database {} to {}")
        connection.execute(grant.format(database, sql.Identifier(APP)))


def searchable(connection: psycopg.Connection) -> None:
    """Let a full-text index be used under a row policy: its operator says nothing about rows.

    Needs a superuser; without it searching for a rare word costs about five times as much.
    """
    connection.execute("alter function ts_match_vq(tsvector, tsquery) leakproof")


def script(version: int = 160000) -> str:
    """The same, as words for an administrator of an outside PostgreSQL (`./beside sql roles`)."""
    choose = ("CHOOSE ONE", "CHOOSE ANOTHER")
    made = statements(version, owner_secret=choose[0], app_secret=choose[1])
    lines = [statement.as_string(None) + ";" for statement in made]
    lines += [
        f"create database beside owner {OWNER};",
        "revoke all on database beside from public;",
        f"grant connect on database beside to {APP};",
        "\\connect beside",
        "alter function ts_match_vq(tsvector, tsquery) leakproof;  -- superuser only; optional",
    ]
    return "\n".join(lines) + "\n"
