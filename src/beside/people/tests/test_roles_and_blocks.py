"""Duties are given, ended and written down; somebody does not want to meet somebody."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from beside import wall
from beside.ledger.models import Line
from beside.people import actions, policy
from beside.people.models import Block, Person, Role
from beside.people.tests.cast import coordinator, open_house, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    open_house()


def give(person: Person, by: Person, role: str = "duty_worker") -> Role:
    with wall.acting_as(by.pk), transaction.atomic():
        return actions.give_role(person, role, by=by, reason="covers the autumn")


def test_a_coordinator_gives_a_duty_and_it_is_written_down() -> None:
    mo, wren = coordinator(), somebody()
    give(wren, by=mo)
    with wall.acting_as(wren.pk):
        assert policy.is_duty_worker(wren)
        assert not policy.is_coordinator(wren)
        (line,) = Line.objects.visible_to(wren.pk)
    assert (line.act, line.role, line.reason) == (
        "people.give_role",
        "coordinator",
        "covers the autumn",
    )


def test_giving_a_duty_twice_is_giving_it_once() -> None:
    mo, wren = coordinator(), somebody()
    assert give(wren, by=mo).pk == give(wren, by=mo).pk


def test_nobody_else_gives_duties() -> None:
    mo, wren = coordinator(), somebody()
    give(wren, by=mo)
    with pytest.raises(PermissionDenied):
        give(wren, by=wren, role="coordinator")


def test_a_duty_is_put_down_or_taken() -> None:
    mo, wren = coordinator(), somebody()
    for by in (mo, wren):
        role = give(wren, by=mo)
        with wall.acting_as(by.pk), transaction.atomic():
            actions.take_role(role, by=by)
        with wall.acting_as(wren.pk):
            assert not policy.is_duty_worker(wren)


def test_the_last_coordinator_stays_until_there_is_another() -> None:
    mo, wren = coordinator(), somebody()
    with wall.acting_as(mo.pk):
        role = Role.objects.get(person=mo)
        with pytest.raises(PermissionDenied), transaction.atomic():
            actions.take_role(role, by=mo)
        with pytest.raises(PermissionDenied), transaction.atomic():
            actions.erase(mo, by=mo)
    give(wren, by=mo, role="coordinator")
    with wall.acting_as(mo.pk), transaction.atomic():
        actions.take_role(role, by=mo)


def test_duties_of_others_are_seen_by_coordinators_alone() -> None:
    mo, wren, robin = coordinator(), somebody(), somebody("kind-otter-2000")
    give(wren, by=mo)
    seen = {}
    for name, person in {"mo": mo, "wren": wren, "robin": robin}.items():
        with wall.acting_as(person.pk):
            seen[name] = (
                Role.objects.count(),
                Role.objects.visible_to(person).count(),
            )
    assert seen == {"mo": (2, 2), "wren": (1, 1), "robin": (0, 0)}


def test_a_block_is_seen_by_whoever_asked_for_it_alone() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    with wall.acting_as(wren.pk), transaction.atomic():
        for _ in range(2):
            actions.block(robin, via=7, by=wren)
        assert [each.via for each in Block.objects.visible_to(wren)] == [7]
    with wall.acting_as(robin.pk):
        assert Block.objects.count() == Block.objects.visible_to(robin).count() == 0


def test_apart_both_ways_until_it_is_lifted() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    with wall.acting_as(wren.pk), transaction.atomic():
        actions.block(robin, via=7, by=wren)
    with wall.acting_as(robin.pk), transaction.atomic():
        assert policy.apart(wren.pk, robin.pk)
        assert policy.apart(robin.pk, wren.pk)
        actions.unblock(wren, via=7, by=robin)
        assert policy.apart(robin.pk, wren.pk)
    with wall.acting_as(wren.pk), transaction.atomic():
        actions.unblock(robin, via=7, by=wren)
        assert not policy.apart(robin.pk, wren.pk)


def test_nobody_blocks_themselves() -> None:
    wren = somebody()
    with wall.acting_as(wren.pk), pytest.raises(PermissionDenied):
        actions.block(wren, via=7, by=wren)
