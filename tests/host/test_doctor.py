"""The doctor finds what is wrong and says the words that mend it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import transaction

from beside.host import roles
from beside.host.postgres import socket_folder
from beside.ledger import lines
from beside.vault import ring
from tests.cast import build
from tests.gateway import Gateway, listening
from tests.living import SRC, Living, free_port, until

FUNCTIONS = """
select oid::regprocedure::text, pg_get_functiondef(oid), pg_get_userbyid(proowner) from pg_proc
where pronamespace = 'public'::regnamespace and prokind = 'f' order by 1
"""
OPEN = "as 'select array_agg(id) from groups_group'"
OTHER_FUNCTIONS = (
    f"create or replace function my_groups() returns bigint[] security definer language sql {OPEN}",
    "alter function my_personas() reset search_path",
    "drop function told_of(bigint[])",
    "alter function me() owner to beside_super",
    "create function peek() returns text security definer language sql as 'select null'",
)
POLICIES = """
select tablename, policyname, cmd, roles::text, qual, with_check from pg_policies order by 1, 2
"""


def doctor(database: str, **more: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Its exit code, and for each thing it looked at: how it is, and all it said."""
    told = {**os.environ, "PYTHONPATH": SRC, "BESIDE_DATABASE": database, **more}
    done = subprocess.run(
        [sys.executable, "-m", "beside", "doctor"],
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    found: dict[str, tuple[str, str]] = {}
    last = ""
    for line in done.stdout.splitlines()[1:]:
        if line.startswith(" "):
            found[last] = (found[last][0], f"{found[last][1]}\n{line.strip()}")
        else:
            mark, last, said = line.split(None, 2)
            if found.get(last, ("ok",))[0] == "ok":
                found[last] = (mark, said)
    return done.returncode, found


def beside(command: str, database: str) -> None:
    """What the doctor said, done."""
    told = {**os.environ, "PYTHONPATH": SRC, "BESIDE_DATABASE": database}
    words = [sys.executable, "-m", "beside", command]
    subprocess.run(words, env=told, capture_output=True, check=True)


@contextmanager
def as_superuser(database: str) -> Iterator[psycopg.Connection]:
    with roles.superuser(settings.HOME, database) as connection:
        yield connection


def test_a_whole_house_is_well(own_database: str) -> None:
    build()
    with Living(own_database, worker=True, relay=True) as living, listening() as gateway:
        until(living.well)
        ports = {"BESIDE_PORT": str(living.port), "BESIDE_RELAY_PORT": str(living.relay_port)}
        code, found = doctor(own_database, **ports, **gateway.environ)
    assert code == 0, found
    assert found["texts"] == ("ok", "127.0.0.1 answers; nothing was sent")
    assert gateway.asked == []
    wrong = {what: said for what, (mark, said) in found.items() if mark == "MEND"}
    assert wrong == {}
    assert {"roles", "house", "walls", "ledger", "search", "keys", "relay", "health"} <= set(found)
    assert found["relay"][0] == found["health"][0] == "ok"


def test_each_thing_that_is_broken_is_named_with_what_mends_it(own_database: str) -> None:
    with as_superuser(own_database) as connection:
        before = connection.execute(POLICIES).fetchall()
        connection.execute("alter table people_profile disable row level security")
        connection.execute("drop policy sight on groups_persona")  # a later migration narrowed it
        connection.execute("create policy open on forum_post for select using (true)")
        connection.execute("alter policy sight on groups_membership using (true)")
        connection.execute("alter policy house on people_block to beside_house, beside_app")
        functions = connection.execute(FUNCTIONS).fetchall()
        for words in OTHER_FUNCTIONS:
            connection.execute(words)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        told = {"BESIDE_RELAY_PORT": str(port), "BESIDE_PORT": str(free_port())}
        told |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(free_port())}
        gone = Gateway(f"http://127.0.0.1:{free_port()}/send/account-4711")
        told |= gone.environ
        code, found = doctor(own_database, **told)
    assert code == 1
    wrong = {what: said for what, (mark, said) in found.items() if mark == "MEND"}
    assert set(wrong) == {"walls", "sight", "mail", "texts", "relay", "health"}
    assert "127.0.0.1 does not answer: ConnectionRefusedError" in wrong["texts"]
    assert "account-4711" not in wrong["texts"]
    assert "gone from groups_persona, people_profile;" in wrong["walls"]
    assert "else than was written on groups_membership, people_block" in wrong["walls"]
    assert f"./beside migrate --home {settings.HOME.root}" in wrong["walls"]
    assert wrong["sight"].startswith(
        "gone: told_of(meetings bigint[]); not as it was written: my_personas(), my_groups(); "
        "of another owner: me(); not ours, and sees everything: peek()\n→ ./beside migrate --home"
    )
    assert "refused" in wrong["mail"]
    assert "EMAIL_PORT" in wrong["mail"]
    assert f"--relay-port {port + 10}" in wrong["relay"]
    beside("migrate", own_database)  # as it said: what was taken away stands again
    _, found = doctor(own_database, TEXT_GATEWAY_URL=gone.url, TEXT_GATEWAY_BODY="To={to}")
    assert "TEXT_GATEWAY_BODY" in found["texts"][1]
    assert found["walls"][0] == "MEND"
    assert "drop policy open on forum_post" in found["walls"][1]
    for mended in ("people_profile", "groups_membership", "people_block"):
        assert mended not in found["walls"][1]
    assert found["sight"][1].splitlines()[1:] == [
        "→ alter function me() owner to beside_owner;   (as an administrator)",
        "→ drop function peek();   (as beside_owner)",
    ]
    with as_superuser(own_database) as connection:
        connection.execute("drop policy open on forum_post")
        connection.execute("alter function me() owner to beside_owner")
        connection.execute("drop function peek()")
        assert connection.execute(POLICIES).fetchall() == before
        assert connection.execute(FUNCTIONS).fetchall() == functions


def test_a_database_that_lets_nobody_in_is_said_once(own_database: str) -> None:
    """The passphrase in the folder of the keys is another one; `prepare` gives it to the role."""
    secret = settings.HOME.keys / roles.APP
    kept = secret.read_text()
    secret.write_text("another one")
    try:
        code, found = doctor(own_database)
        assert code == 1
        assert "./beside prepare" in found["database"][1]
        assert "roles" not in found
        beside("prepare", own_database)
        with psycopg.connect(
            host=str(socket_folder(settings.HOME)),
            user=roles.APP,
            password="another one",
            dbname=own_database,
        ) as connection:
            assert connection.execute("select 1").fetchone()
    finally:
        secret.write_text(kept)
        roles.prepare(settings.HOME, own_database)


def test_a_house_that_is_inherited_is_found(own_database: str) -> None:
    with as_superuser(own_database) as connection:
        connection.execute("grant beside_house to beside_app with inherit true")
        try:
            code, found = doctor(own_database)
        finally:
            connection.execute("grant beside_house to beside_app with inherit false, set true")
    assert code == 1
    assert found["house"][0] == "MEND"
    assert "./beside prepare" in found["house"][1]
    assert doctor(own_database)[1]["house"][0] == "ok"


def test_a_line_taken_out_of_the_ledger_shows(own_database: str) -> None:
    with transaction.atomic():
        for act in ("groups.remove", "care.read", "people.give_role"):
            lines.record(act, by=None, role="coordinator", reason="a test")
    assert doctor(own_database)[1]["ledger"][0] == "ok"
    with as_superuser(own_database) as connection:
        connection.execute("delete from ledger_line where act = 'care.read'")
    code, found = doctor(own_database)
    assert code == 1
    assert found["ledger"][0] == "MEND"


def test_keys_that_others_can_read_or_that_are_missing_are_found(own_database: str) -> None:
    build()
    master = settings.HOME.keys / f"{ring.current()}.master"  # other tests made older ones
    master.chmod(0o644)
    try:
        assert "chmod" in doctor(own_database)[1]["keys"][1]
    finally:
        master.chmod(0o600)
    hidden = master.rename(master.with_suffix(".hidden"))
    try:
        code, found = doctor(own_database)
    finally:
        hidden.rename(master)
    assert code == 1
    assert master.stem in found["keys"][1]


def test_a_search_that_leaks_nothing_is_told_as_slow(own_database: str) -> None:
    with as_superuser(own_database) as connection:
        connection.execute("alter function ts_match_vq(tsvector, tsquery) not leakproof")
        _, found = doctor(own_database)
        connection.execute("alter function ts_match_vq(tsvector, tsquery) leakproof")
    assert found["search"][0] == "note"
    assert "leakproof" in found["search"][1]
