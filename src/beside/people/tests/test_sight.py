"""The list, the predicate and the database say the same, for everybody of the cast."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from beside import wall
from beside.people import actions, policy
from beside.people.models import Block, Contact, Passkey, Profile, Recovery, Role, Session
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db
OWN = (Profile, Contact, Session, Passkey)


@pytest.fixture
def belongings(cast: Cast) -> Cast:
    """Everybody of the cast has one of everything."""
    with transaction.atomic(), wall.house("test.belongings"):
        for number, person in enumerate(cast.persons.values()):
            if person is None:
                continue
            sign = f"{number}".encode()
            Contact.objects.create(person=person, kind="email", sealed=sign, lookup=sign)
            Session.objects.create(person=person, session_hash=sign, device="x")
            Recovery.objects.create(person=person, code_hash=sign)
            Passkey.objects.create(
                person=person,
                name="x",
                handle=sign,
                credential_id=sign,
                credential=sign,
                added_on=date(2026, 11, 22),
            )
    return cast


@pytest.mark.parametrize("part", PARTS)
def test_what_is_ones_own_is_seen_by_oneself_alone(belongings: Cast, part: str) -> None:
    person = belongings.persons[part]
    mine = [person.pk] if person else []
    for model in OWN:
        with wall.house("test.all"):
            rows: list[Any] = list(model.objects.all())  # type: ignore[attr-defined]
        with wall.acting_as(person.pk if person else None):
            listed = [row.person_id for row in model.objects.visible_to(person)]  # type: ignore[attr-defined]
            stored = [row.person_id for row in model.objects.all()]  # type: ignore[attr-defined]
            said = [row.person_id for row in rows if policy.may_change(person, row)]
        assert (listed, stored, said) == (mine, mine, mine), model


@pytest.mark.parametrize("part", PARTS)
def test_duties_are_seen_by_oneself_and_by_coordinators(cast: Cast, part: str) -> None:
    person = cast.persons[part]
    with wall.house("test.all"):
        everything = set(Role.objects.values_list("pk", flat=True))
        own = set(Role.objects.filter(person=person).values_list("pk", flat=True))
    expected = everything if part == "coordinator" else own
    with wall.acting_as(person.pk if person else None):
        assert set(Role.objects.visible_to(person).values_list("pk", flat=True)) == expected
        assert set(Role.objects.values_list("pk", flat=True)) == expected


@pytest.mark.parametrize("part", PARTS)
def test_blocks_are_seen_by_whoever_asked(cast: Cast, part: str) -> None:
    person = cast.persons[part]
    with wall.house("test.all"):
        asked = set(Block.objects.filter(by=person).values_list("pk", flat=True))
    with wall.acting_as(person.pk if person else None):
        assert set(Block.objects.visible_to(person).values_list("pk", flat=True)) == asked
        assert set(Block.objects.values_list("pk", flat=True)) == asked


@pytest.mark.parametrize("part", PARTS)
def test_nobody_sees_recovery_codes(belongings: Cast, part: str) -> None:
    with belongings.looking_as(part), pytest.raises(ProgrammingError), transaction.atomic():
        list(Recovery.objects.all())


@pytest.mark.parametrize("part", [part for part in PARTS if part != "nobody"])
def test_nobody_acts_on_what_belongs_to_somebody_else(belongings: Cast, part: str) -> None:
    person = belongings[part]
    with wall.house("test.others"):
        sessions = list(Session.objects.exclude(person=person))
    with wall.acting_as(person.pk):
        for session in sessions:
            with pytest.raises(Exception, match=r"^$"):
                actions.end_session(session, by=person)
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("beside_app",)
