"""Somebody takes their first step."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from beside import wall
from beside.people.models import Organisation, Person, Profile, Recovery
from beside.people.tests.cast import PASSPHRASE, first_step, open_house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation() -> Organisation:
    return open_house()


def test_a_name_a_pebble_and_a_passphrase_are_enough(client: Client) -> None:
    answer = client.post("/join/", first_step(name="Fern", pebble="4"))
    assert (answer.status_code, answer["Location"]) == (302, "/join/codes/")
    person = Person.objects.get(sign_in="calm-harbour-4821")
    assert person.password.startswith("argon2$argon2id$")
    with wall.acting_as(person.pk):
        profile = Profile.objects.visible_to(person).get()
        assert (profile.name, profile.pebble, profile.shared_device) == ("Fern", 4, True)
        assert b"Fern" not in bytes(profile.name_sealed)
    assert client.get("/me/").status_code == 200


def kept() -> set[bytes]:
    """What is kept of the codes that work now."""
    with wall.house("test.codes"):
        return {bytes(row.code_hash) for row in Recovery.objects.all()}


def shown(answer: HttpResponse) -> list[str]:
    return re.findall(r"<code>([^<]+)</code>", answer.content.decode())


def test_the_codes_are_made_by_a_press_and_shown_once(client: Client) -> None:
    client.post("/join/", first_step())
    for _ in range(2):  # a browser that fetches ahead makes nothing
        assert shown(client.get("/join/codes/")) == []
    assert kept() == set()
    assert len(shown(client.post("/join/codes/", {"instead_of": ""}))) == 8
    assert len(kept()) == 8
    again = client.get("/join/codes/").content.decode()
    assert "Your codes were shown" in again
    assert "<code>" not in again
    assert client.post("/join/codes/")["Location"] == "/today/"
    assert client.get("/join/codes/")["Location"] == "/me/"


def test_loading_again_going_back_or_a_second_tab_take_no_codes_away(client: Client) -> None:
    client.post("/join/", first_step())
    client.post("/join/codes/", {"instead_of": ""})
    before = kept()
    again = client.post("/join/codes/", {"instead_of": ""})
    assert (again.status_code, again["Location"]) == (302, "/join/codes/")
    assert kept() == before
    page = client.get("/join/codes/").content.decode()
    (mark,) = re.findall(r'name="instead_of" value="(\w+)"', page)
    assert len(shown(client.post("/join/codes/", {"instead_of": mark}))) == 8
    others = kept()
    assert not others & before
    assert client.post("/join/codes/", {"instead_of": mark})["Location"] == "/join/codes/"
    assert kept() == others


def test_somebody_who_is_watched_takes_their_codes_later(client: Client) -> None:
    client.post("/join/", first_step())
    assert "Later" in client.get("/join/codes/").content.decode()
    assert client.post("/join/codes/")["Location"] == "/today/"
    assert kept() == set()
    assert "no way back" in client.get("/me/").content.decode()


def test_a_visit_that_was_begun_goes_on_afterwards(client: Client) -> None:
    page = client.get("/join/?next=/g/abc/visit/def/").content.decode()
    assert 'name="next" value="/g/abc/visit/def/"' in page
    client.post("/join/", first_step(next="/g/abc/visit/def/"))
    assert client.post("/join/codes/")["Location"] == "/g/abc/visit/def/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"]
)
def test_nobody_is_led_to_another_site(client: Client, elsewhere: str) -> None:
    client.post("/join/", first_step(next=elsewhere))
    assert client.post("/join/codes/")["Location"] == "/today/"


def test_a_taken_private_name_is_said_plainly_and_another_is_offered(client: Client) -> None:
    Client().post("/join/", first_step())
    answer = client.post("/join/", first_step(name="Robin", passphrase="entirely other words"))
    page = answer.content.decode()
    assert "That private name is taken" in page
    assert 'value="Robin"' in page
    assert 'value="calm-harbour-4821"' not in page
    assert re.search(r'name="sign_in" value="[a-z]+-[a-z]+-\d{4}"', page)
    assert Person.objects.count() == 1


def test_pressing_twice_makes_one_person(client: Client) -> None:
    first = client.post("/join/", first_step())
    again = Client().post("/join/", first_step())
    assert first["Location"] == again["Location"] == "/join/codes/"
    assert Person.objects.count() == 1


def test_somebody_younger_is_met_kindly_and_nothing_is_kept(client: Client) -> None:
    page = client.post("/join/", first_step(age_band="under_16"))
    words = page.content.decode()
    assert page.status_code == 200
    assert "aged 18 and older" in words
    assert "/help-now/" in words
    assert "Ask for Mo at the youth centre" in words
    assert Person.objects.count() == 0
    assert "beside" not in page.cookies


def test_the_organisation_decides_the_minimum_age(client: Client) -> None:
    with wall.house("test.younger"):
        Organisation.objects.update(minimum_age=16)
    client.post("/join/", first_step(age_band="16_17"))
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("k3 q9", "too short"),
        ("1234567890", "easily guessed"),
        ("calm-harbour-4821", "too much like"),
    ],
)
def test_a_weak_passphrase_is_refused_with_the_reason(
    client: Client, passphrase: str, why: str
) -> None:
    page = client.post("/join/", first_step(passphrase=passphrase)).content.decode()
    assert why in page
    assert passphrase not in page or passphrase == "calm-harbour-4821"
    assert Person.objects.count() == 0


@pytest.mark.parametrize("field", ["name", "sign_in"])
def test_an_email_address_is_refused_as_a_name(client: Client, field: str) -> None:
    page = client.post("/join/", first_step(**{field: "sam@example.org"})).content.decode()
    assert "e-mail address" in page
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    "broken", [{"pebble": "13"}, {"age_band": "all"}, {"name": "\u202e \x00"}, {"reach": "fax"}]
)
def test_a_forged_form_gets_a_clear_answer(client: Client, broken: dict[str, str]) -> None:
    assert client.post("/join/", first_step(**broken)).status_code == 200
    assert Person.objects.count() == 0


def test_the_page_says_what_is_true(client: Client) -> None:
    page = client.get("/join/").content.decode()
    assert "We do not know who or where you are" in page
    assert "What may have to leave a group" in page
    assert "The server itself can open sealed things" in page
    assert 'type="email"' not in page


def test_before_the_organisation_has_a_name_nobody_joins(client: Client) -> None:
    with wall.house("test.empty"):
        Organisation.objects.all().delete()
    page = client.post("/join/", first_step()).content.decode()
    assert "still being set up" in page
    assert PASSPHRASE not in page
    assert Person.objects.count() == 0
