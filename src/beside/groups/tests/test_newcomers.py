"""Newcomers are not prey, and nobody knows who a newcomer is: thirty days of both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from beside import wall
from beside.groups import actions
from beside.groups.models import Membership, Persona
from beside.kernel import clock
from beside.people.models import Person
from tests.cast import Cast, member_of, somebody


@pytest.fixture
def tess(cast: Cast) -> Person:
    """Somebody who pressed "Join this group" a moment ago."""
    person = somebody("tess")
    member_of(cast.group, person, "Tess", 4)
    return person


def names(cast: Cast, person: Person) -> set[str]:
    """Whom this person sees in the group; code and database say the same."""
    here = Membership.objects.filter(group=cast.group, until=None)
    with wall.house("test.look"):
        told = set(here.visible_to(person).values_list("persona__name", flat=True))
    with wall.acting_as(person.pk):
        assert set(here.values_list("persona__name", flat=True)) == told
    return told


def named_tess(cast: Cast) -> Persona:
    with wall.house("test.look"):
        return Persona.objects.get(group=cast.group, name="Tess")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def people(cast: Cast) -> str:
    return f"/g/{cast.group.key}/people/"


def test_a_newcomer_sees_who_keeps_the_group_and_nobody_else(cast: Cast, tess: Person) -> None:
    assert names(cast, tess) == {"Ash", "Noor", "Tess"}


def test_once_a_greeter_has_talked_with_them_they_see_who_is_here(cast: Cast, tess: Person) -> None:
    noor = signed_in(cast["greeter"])
    assert "We have talked" in noor.get(people(cast)).content.decode()
    assert noor.post(f"{people(cast)}{named_tess(cast).key}/know/").status_code == 302
    assert names(cast, tess) == names(cast, cast["greeter"])
    assert "We have talked" not in noor.get(people(cast)).content.decode()


def test_after_thirty_days_they_see_who_is_here_by_themselves(cast: Cast) -> None:
    bryony = somebody("bryony")
    with clock.at(cast.now - timedelta(days=31)):
        member_of(cast.group, bryony, "Bryony", 5)
    assert names(cast, bryony) == names(cast, cast["member"])


def test_members_and_newcomers_cannot_say_that_somebody_was_talked_with(
    cast: Cast, tess: Person
) -> None:
    for person in (tess, cast["member"]):
        with wall.acting_as(person.pk), pytest.raises(PermissionDenied):
            actions.know(named_tess(cast), by=person)
        address = f"{people(cast)}{named_tess(cast).key}/know/"
        assert signed_in(person).post(address).status_code == 404


def test_the_page_says_why_a_newcomer_sees_nobody(cast: Cast, tess: Person) -> None:
    page = signed_in(tess).get(people(cast)).content.decode()
    assert "once somebody who greets has talked with you" in page
    assert "Marlow" not in page
