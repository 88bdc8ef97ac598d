"""The tests, the web and the worker run as a role that can be refused."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from beside import wall
from beside.host.schema import OPEN_TABLES
from beside.people.models import Organisation

pytestmark = pytest.mark.django_db


def ask(words: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(words)
        return list(cursor.fetchall())


def test_the_tests_run_as_the_restricted_role() -> None:
    assert ask("select current_user, session_user") == [("beside_app", "beside_app")]
    assert ask(
        "select rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb "
        "from pg_roles where rolname = 'beside_app'"
    ) == [(False, False, False, False, False)]


def test_the_house_is_not_inherited() -> None:
    assert ask("select pg_has_role('beside_app', 'beside_house', 'usage')") == [(False,)]
    assert ask("select count(*) from people_profile") == [(0,)]
    with pytest.raises(ProgrammingError), transaction.atomic():
        Organisation.objects.update(name="taken over")


def test_every_table_is_behind_the_wall_or_named_as_open() -> None:
    bare = ask(
        "select relname from pg_class where relnamespace = 'public'::regnamespace "
        "and relkind in ('r', 'p') and not relrowsecurity order by relname"
    )
    assert {name for (name,) in bare} == {*OPEN_TABLES, "django_migrations"}


def test_the_app_changes_nothing_behind_the_wall() -> None:
    may = ask(
        "select c.relname, p.privilege_type from pg_class c, "
        "lateral (values ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) p(privilege_type) "
        "where c.relnamespace = 'public'::regnamespace and c.relrowsecurity "
        "and has_table_privilege('beside_app', c.oid, p.privilege_type)"
    )
    assert may == []


def test_no_policy_says_or_it_is_the_system() -> None:
    words = ask(
        "select policyname, tablename, qual from pg_policies where 'beside_app' = any(roles)"
    )
    assert [name for name, _, qual in words if "current_user" in str(qual)] == []


def test_the_house_needs_an_open_transaction_and_ends_with_its_act() -> None:
    with wall.house("test.look"):
        assert ask("select current_user") == [("beside_house",)]
        with wall.house("test.inner"):
            assert wall.acts() == ("test.look", "test.inner")
        assert ask("select current_user") == [("beside_house",)]
    assert ask("select current_user") == [("beside_app",)]


def test_the_house_ends_even_when_its_act_fails() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), wall.house("test.fail"):
        ask("select * from nothing_of_that_name")
    assert ask("select current_user") == [("beside_app",)]


def test_nobody_is_looking_unless_somebody_says_so() -> None:
    assert ask("select me()") == [(None,)]
    with wall.acting_as(7):
        assert ask("select me()") == [(7,)]
        with wall.acting_as(None):
            assert ask("select me()") == [(None,)]
        assert ask("select me()") == [(7,)]
    assert ask("select me()") == [(None,)]
