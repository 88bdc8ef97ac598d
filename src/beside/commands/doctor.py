"""`./beside doctor`: each line is ok, or the exact words that mend it."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shlex
import shutil
import smtplib
import socket
import stat
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from beside.host import assets, database, shape
from beside.host.home import ENVIRON, Home, here
from beside.host.postgres import CannotStart, Postgres, at_hand

_OURS = re.compile(r"\./beside (?:run|prepare|migrate|keys import FILE)\b")
_TABLE = re.compile(r"^(?:(?:create|drop) policy \w+ on|alter table) (\w+)")
ENOUGH_DISK = 2_000_000_000  # bytes


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` is empty when it is well; a `grave` one makes it end with 1."""

    what: str
    said: str
    mend: str = ""
    grave: bool = True


Findings = Iterator[Finding]


def doctor(told: argparse.Namespace) -> int:
    """Look at everything; 0 when nothing grave is wrong."""
    home, grave = here(), False
    print(f"Beside in {home.root}")
    for finding in _findings(home):
        mark = "ok   " if not finding.mend else "MEND " if finding.grave else "note "
        print(f"{mark} {finding.what:<12} {finding.said}")
        for line in finding.mend.splitlines():
            print(f"{'':<19}→ {_OURS.sub(_here(home), line)}")
        grave = grave or bool(finding.mend and finding.grave)
    return 1 if grave else 0


def _here(home: Home) -> str:
    """What makes a command of ours mean this home, where it is not the usual one."""
    named = os.environ.get(ENVIRON)
    return rf"\g<0> --home {shlex.quote(str(home.root))}" if named else r"\g<0>"


def _findings(home: Home) -> Findings:
    yield from _versions()
    yield from _disk(home)
    if not home.keys.is_dir():
        if database.is_embedded() and not home.postgres.exists():
            yield Finding("home", "nothing is here yet", "./beside run")
        else:
            mend = f"Put the folder back from where you keep it: {home.keys}"
            yield Finding("keys", "the folder of the keys is missing", mend)
        return
    try:
        if database.is_embedded():
            running = Postgres(home).answers()
            with at_hand(home):
                yield from _with_database(home, running=running)
        else:
            yield from _with_database(home, running=True)
    except CannotStart as why:
        yield Finding("database", "does not start", str(why))


def _with_database(home: Home, *, running: bool) -> Findings:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beside.settings")
    django.setup()
    from django.db import DatabaseError, close_old_connections

    try:
        _ask("select 1")
    except DatabaseError as wrong:
        said = str(wrong).strip().splitlines()[-1]
        yield Finding("database", f"lets us not in: {said}", _let_in(said))
        return
    looks: list[Callable[[], Findings]] = [_database, _roles, _policies, _questions, _ledger]
    looks += [_leakproof, lambda: _shape(home), lambda: _keys(home), _jobs, _mail, _texts]
    if running:
        looks.append(_relay)
        looks.append(_web)
    for look in looks:
        try:
            yield from look()
        except DatabaseError as wrong:
            name = getattr(look, "__name__", "").strip("_") or "database"
            said = str(wrong).strip().splitlines()[0]
            yield Finding(name, f"could not be asked: {said}", "./beside prepare")
    close_old_connections()
    if not running:
        yield Finding(
            "running",
            "Beside is not running; web, worker and relay were not asked",
            "./beside run",
            grave=False,
        )


def _let_in(said: str) -> str:
    """What mends a connection that the database refuses."""
    if not database.is_embedded():
        return "Look at DATABASE_URL: host, port, name, role and passphrase."
    if "password" in said:
        return "./beside prepare   (gives the roles the passphrases in the folder of the keys)"
    return "./beside prepare"


def _versions() -> Findings:
    import django

    yield Finding("versions", f"Python {platform.python_version()}, Django {django.get_version()}")


def _disk(home: Home) -> Findings:
    place = next(path for path in (home.root, *home.root.parents) if path.exists())
    free = shutil.disk_usage(place).free
    mend = "" if free > ENOUGH_DISK else "Make room: old backups, then the logs in the home."
    yield Finding("disk", f"{free / 1e9:.1f} GB free", mend)


def _ask(words: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(words, values)
        return list(cursor.fetchall())


def _database() -> Findings:
    [(version, number)] = _ask(
        "select current_setting('server_version'), current_setting('server_version_num')::int"
    )
    mend = "" if number >= 150000 else "Beside needs PostgreSQL 15 or newer."
    yield Finding("database", f"PostgreSQL {version}", mend)


def _roles() -> Findings:
    [(name, strong)] = _ask(
        "select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb "
        "from pg_roles where rolname = current_user"
    )
    [(number,)] = _ask("select current_setting('server_version_num')::int / 10000")
    sql = (
        "./beside prepare"
        if database.is_embedded()
        else f"./beside sql roles --version {number}   (an administrator runs what it prints,\n"
        "with the passphrases of DATABASE_URL and DATABASE_OWNER_URL in it)"
    )
    said = "restricted" if not strong else "more powerful than it may be"
    yield Finding("roles", f"{name} is {said}", sql if strong or name != "beside_app" else "")
    [(there,)] = _ask("select count(*) from pg_roles where rolname = 'beside_house'")
    if not there:
        yield Finding("house", "the role beside_house is missing", sql)
        return
    [(inherited, may)] = _ask(
        "select pg_has_role(current_user, 'beside_house', 'usage'), "
        "pg_has_role(current_user, 'beside_house', 'member')"
    )
    mend = "" if may and not inherited else sql
    words = "entered by name only, not inherited"
    if inherited:
        words = "is INHERITED: every row is open to every page"
    elif not may:
        words = "cannot be entered"
    yield Finding("house", words, mend)


def _policies() -> Findings:
    from beside.host import walls
    from beside.host.schema import OPEN_TABLES

    rows = _ask(
        "select relname, relrowsecurity, exists (select from pg_policy where polrelid = c.oid), "
        "pg_get_userbyid(relowner) from pg_class c "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    )
    open_by_name = {*OPEN_TABLES, "django_migrations"}
    bare = sorted(
        name for name, on, some, _ in rows if name not in open_by_name and not (on and some)
    )
    found = walls.compare()
    said, mend = f"{len(rows) - len(open_by_name)} tables behind row policies", ""
    if found.missing or found.off or found.changed:
        lost = _tables(*found.missing, *found.off)
        other = _tables(*(found.changed or ()))
        said = f"row policies are gone from {lost}" if lost else ""
        said += "; " * bool(lost and other)
        said += f"row policies say something else than was written on {other}" if other else ""
        mend = "./beside migrate"
    elif bare:
        said = f"without a row policy: {', '.join(bare)}"
        mend = "Tell those who write Beside: a migration forgot its wall. Serve nobody meanwhile."
    elif found.strange:
        said = "policies that Beside did not write"
        mend = "\n".join(f"{words};   (as beside_owner)" for words in found.strange)
    yield Finding("walls", said, mend)
    if found.changed is None:
        mend = "Set DATABASE_OWNER_URL for this command, so that what they say is compared too."
        yield Finding(
            "walls",
            "row policies were compared by name, their functions not at all",
            mend,
            grave=False,
        )
    mine = sorted(name for name, _, _, owner in rows if owner == "beside_app")
    if mine:
        yield Finding(
            "owner",
            f"owned by the app itself: {', '.join(mine)}",
            "alter table … owner to beside_owner   (as an administrator)",
        )


def _questions() -> Findings:
    """Whether the functions that row policies ask answer as they were written."""
    from beside.host import questions

    found = questions.compare()
    if found is None:
        return  # said with the policies
    wrong = [
        ("gone", found.missing, "./beside migrate"),
        ("not as it was written", found.changed, "./beside migrate"),
        ("of another owner", found.owned, "{};   (as an administrator)"),
        ("not ours, and sees everything", found.strange, "{};   (as beside_owner)"),
    ]
    said = "; ".join(f"{what}: {', '.join(names)}" for what, names, _ in wrong if names)
    mends = [mend.format(words) for _, names, mend in wrong for words in names.values()]
    mend = "\n".join(dict.fromkeys(mends))
    said = said or f"{found.written} functions that row policies ask"
    yield Finding("sight", said, mend)


def _tables(*words: str) -> str:
    """The tables that these words of SQL are about."""
    return ", ".join(sorted({name for each in words for name in _TABLE.findall(each)}))


def _ledger() -> Findings:
    from django.db import transaction

    from beside.ledger import lines

    with transaction.atomic():
        broken = lines.first_broken()
    mend = (
        ""
        if broken is None
        else (
            "A line was changed or taken out. Compare with the last backup:\n"
            "who could reach the owner's passphrase? Nothing here can mend it."
        )
    )
    said = (
        "the chain is whole" if broken is None else f"breaks at line {broken.pk} ({broken.at:%F})"
    )
    yield Finding("ledger", said, mend)


def _leakproof() -> Findings:
    [(well,)] = _ask("select bool_and(proleakproof) from pg_proc where proname = 'ts_match_vq'")
    yield Finding(
        "search",
        "indexes are used" if well else "rare words cost about five times as much",
        "" if well else "alter function ts_match_vq(tsvector, tsquery) leakproof;   (superuser)",
        grave=False,
    )


def _shape(home: Home) -> Findings:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    said = "migrations are all applied" if not plan else f"{len(plan)} migrations are waiting"
    yield Finding("shape", said, "" if not plan else "./beside migrate")
    stale = assets.is_stale(home) or shape.is_stale(home)
    yield Finding(
        "files",
        "pages' files are of this version" if not stale else "files or stamps are older",
        "" if not stale else "./beside prepare",
        grave=False,
    )


def _keys(home: Home) -> Findings:
    from django.db import connection, transaction

    from beside import wall
    from beside.vault import ring

    loose = [
        path
        for path in (home.keys, *home.keys.iterdir())
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if loose:
        yield Finding(
            "keys",
            f"readable by others: {', '.join(map(str, loose))}",
            f"chmod -R go= '{home.keys}'",
        )
    with transaction.atomic(), wall.house("host.doctor"), connection.cursor() as cursor:
        cursor.execute("select distinct master from vault_key where wrapped is not null")
        missing = sorted({name for (name,) in cursor.fetchall()} - set(ring.names()))
    mend = "" if not missing else "./beside keys import FILE   (the file of ./beside keys export)"
    said = (
        f"{len(ring.names())} master keys, private"
        if not missing
        else (f"missing: {', '.join(missing)}; what they sealed cannot be opened")
    )
    yield Finding("keys", said, mend)


def _jobs() -> Findings:
    [(failed,)] = _ask("select count(*) from procrastinate_jobs where status = 'failed'")
    [(late,)] = _ask(
        "select count(*) from procrastinate_jobs where status = 'todo' "
        "and coalesce(scheduled_at, now()) < now() - interval '10 minutes'"
    )
    yield Finding(
        "jobs",
        f"{failed} failed for good, {late} late",
        "./beside django procrastinate shell   (list_jobs, retry)"
        if failed
        else "A worker has to run: ./beside run, or ./beside worker in a larger house"
        if late
        else "",
        grave=False,
    )


def _mail() -> Findings:
    from django.conf import settings

    if not settings.EMAIL_HOST:
        yield Finding(
            "mail",
            f"written as files into {settings.EMAIL_FILE_PATH}",
            "" if settings.DEMO else "set EMAIL_HOST to send it",
            grave=False,
        )
        return
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=10) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException) as wrong:
        where = f"{settings.EMAIL_HOST}, port {settings.EMAIL_PORT}"
        yield Finding("mail", f"{where}: {wrong}", _mail_mend(wrong))
    else:
        yield Finding("mail", f"{settings.EMAIL_HOST} takes our letters")


def _mail_mend(wrong: Exception) -> str:
    if isinstance(wrong, smtplib.SMTPAuthenticationError):
        return "Set EMAIL_HOST_USER and EMAIL_HOST_PASSWORD to what the mail server knows."
    if isinstance(wrong, smtplib.SMTPNotSupportedError):
        return "The server does not speak STARTTLS or sign-in here: EMAIL_USE_TLS, EMAIL_PORT."
    if isinstance(wrong, socket.gaierror):
        return "There is no host of this name: EMAIL_HOST."
    return "Nothing takes letters there: EMAIL_HOST, EMAIL_PORT, and the firewall between."


def _texts() -> Findings:
    """Whether the gateway answers a knock; no text is sent, and nothing of its address is said."""
    from django.conf import settings

    from beside.people import gateway

    if not settings.TEXT_GATEWAY_URL:
        said = "no gateway: whom to text stands on the call sheet"
        yield Finding("texts", said)
        return
    if wrong := gateway.fault():
        yield Finding("texts", wrong, "Texts wait. See docs/reference/settings.md, Text messages.")
        return
    host = urllib.parse.urlsplit(settings.TEXT_GATEWAY_URL)
    try:
        gateway.probe()
    except gateway.NoGateway as why:
        mend = "Texts wait. TEXT_GATEWAY_URL, its certificate, and the firewall between."
        yield Finding("texts", f"{host.hostname} does not answer: {why}", mend)
        return
    bare = host.scheme == "http" and host.hostname not in {"127.0.0.1", "localhost", "::1"}
    yield Finding(
        "texts",
        f"{host.hostname} answers; nothing was sent",
        "Numbers travel readable: use https, or a network that is yours alone." if bare else "",
        grave=False,
    )


def _relay() -> Findings:
    from django.conf import settings

    from beside.relay.client import NoAnswer, NotAllowed, probe

    if settings.RELAY_URLS:
        yield Finding("relay", f"outside: {' '.join(settings.RELAY_URLS)}")
        return
    port = int(os.environ.get("BESIDE_RELAY_PORT") or _running(here(), "relay") or 8001)
    try:
        took = probe("127.0.0.1", port, settings.RELAY_SECRET.encode())
    except (NoAnswer, NotAllowed, OSError) as wrong:
        mend = f"End Beside, and start it with another port: ./beside run --relay-port {port + 10}"
        yield Finding("relay", f"does not answer on port {port}: {wrong}", mend)
    else:
        yield Finding("relay", f"passes packets on ({took:.1f} ms, port {port})")


def _web() -> Findings:
    port = os.environ.get("BESIDE_PORT") or _running(here(), "web") or "8000"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
            yield Finding("health", "database, worker and wire answer")
    except (urllib.error.URLError, OSError) as wrong:
        mend = "End Beside, and start it again: ./beside run"
        if not database.is_embedded():
            mend = "./beside live and ./beside worker have to run; BESIDE_PORT says where live is."
        yield Finding("health", f"http://127.0.0.1:{port}/health/ says {wrong}", mend)


def _running(home: Home, name: str) -> str:
    """The port that the supervisor wrote down when it started."""
    try:
        words = (home.root / "running").read_text().split()
    except OSError:
        return ""
    told = dict(word.split("=", 1) for word in words if "=" in word)
    return told.get(name, "")
