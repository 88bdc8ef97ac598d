"""The first hour of an empty house."""

from __future__ import annotations

import pytest
from django.test import Client

from beside import wall
from beside.ledger.models import Line
from beside.people import begin, policy
from beside.people.models import Organisation, Person
from beside.people.tests.cast import first_step, open_house

pytestmark = pytest.mark.django_db


def organisation(**other: str) -> dict[str, str]:
    return {
        "token": begin.token(),
        "ours-name": "Tide Mill Peers",
        "ours-country": "GB",
        "ours-zone": "Europe/London",
        "ours-language": "en",
        "ours-minimum_age": "18",
        "ours-for_younger": "",
        **first_step(),
        **other,
    }


def test_whoever_has_the_token_names_the_organisation_and_runs_it(client: Client) -> None:
    assert client.get(f"/begin/?token={begin.token()}").status_code == 200
    assert client.post("/begin/", organisation())["Location"] == "/join/codes/"
    ours, person = Organisation.ours(), Person.objects.get()
    assert ours is not None
    assert (ours.name, ours.country, ours.zone, ours.minimum_age) == (
        "Tide Mill Peers",
        "GB",
        "Europe/London",
        18,
    )
    with wall.acting_as(person.pk):
        assert policy.is_coordinator(person)
        assert [line.act for line in Line.objects.visible_to(person.pk)] == ["people.begin"]
    assert client.get("/me/").status_code == 200


def test_afterwards_there_is_no_such_page(client: Client) -> None:
    client.post("/begin/", organisation())
    assert client.get(f"/begin/?token={begin.token()}").status_code == 404
    assert Client().post("/begin/", organisation(sign_in="kind-otter-2000")).status_code == 404
    assert Person.objects.count() == 1


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_without_the_token_there_is_no_such_page(client: Client, token: str) -> None:
    assert client.get("/begin/", {"token": token}).status_code == 404
    assert client.post("/begin/", organisation(token=token)).status_code == 404
    assert Organisation.ours() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"ours-name": " "},
        {"ours-country": "XX"},
        {"ours-zone": "Mars/Base"},
        {"ours-minimum_age": "2"},
        {"passphrase": "short"},
        {"name": ""},
    ],
)
def test_a_form_with_questions_open_makes_nothing(client: Client, wrong: dict[str, str]) -> None:
    page = client.post("/begin/", organisation(**wrong))
    assert page.status_code == 200
    assert begin.token() in page.content.decode()
    assert Organisation.ours() is None
    assert Person.objects.count() == 0


def test_a_house_with_a_name_is_never_begun_again(client: Client) -> None:
    open_house()
    assert client.post("/begin/", organisation()).status_code == 404
