"""Whoever is signed out while they write keeps their words."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as Stored
from django.test import Client, RequestFactory

from beside.kernel import clock
from beside.people import kept
from beside.people.tests.cast import PASSPHRASE, signed_in, somebody

pytestmark = pytest.mark.django_db
SAID = {"words": "Half <b>an</b> hour", "title": "Of writing", "wants": "heard", "form_key": "k9"}
WHERE = "/g/bcdfghjkmnpqrstv/talk/new/"


def carried(page: str) -> str:
    """What the page's form of sign-in carries."""
    found = re.search(r'name="kept" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def test_whoever_wrote_longer_than_a_shared_device_stays_awake_finds_it_in_a_box_again() -> None:
    person = somebody()
    browser = signed_in(person)
    with clock.at(clock.now() + timedelta(minutes=11)):
        answer = browser.post(WHERE, SAID)
        assert answer.status_code == 403
        assert Stored.objects.count() == 0  # the device rests all the same
        page = answer.content.decode()
        assert "Your words are kept" in page
        assert "no-store" in answer.headers["Cache-Control"]
        held = carried(page)
        again = {"login": person.sign_in, "password": "wrong", "shared_device": "on", "kept": held}
        assert carried(browser.post("/sign-in/", again).content.decode()) == held
        answer = browser.post("/sign-in/", again | {"password": PASSPHRASE})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f'action="{WHERE}"' in page
        for name in ("words", "title"):
            assert re.search(rf'<textarea[^>]* name="{name}"[^>]*>{html.escape(SAID[name])}<', page)
        for name in ("wants", "form_key"):
            assert f'type="hidden" name="{name}" value="{SAID[name]}"' in page
        assert browser.get("/me/").status_code == 200


def test_whoever_was_signed_out_in_another_window_keeps_their_words_too() -> None:
    answer = Client().post(WHERE, SAID)
    assert answer.status_code == 403
    assert json.loads(carried(answer.content.decode()))["to"] == WHERE


def test_what_holds_no_words_goes_the_ordinary_way() -> None:
    pressed = {"give": "with_you", "csrfmiddlewaretoken": "a Key"}
    for said in ({}, pressed, {"passphrase": "four quiet words", "current": ""}):
        assert Client().post(WHERE, said).headers["Location"].startswith("/sign-in/?next=")
    browser = signed_in(somebody())
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert browser.post(WHERE, pressed).headers["Location"] == "/sign-in/rested/"


def test_nothing_that_proves_who_somebody_is_is_kept() -> None:
    said = SAID | {"passphrase": "four quiet words", "code": "ABCD-EFGH", "current_pass": "Old one"}
    page = Client().post("/me/passphrase/", said).content.decode()
    for secret in ("four quiet words", "ABCD", "Old one"):
        assert secret not in page


@pytest.mark.parametrize(
    "held",
    [
        "",
        "[]",
        "{",
        '{"to": "/a/", "fields": 7}',
        '{"to": "https://example.org/", "fields": [["words", "Hi"]]}',
        '{"to": "//example.org/", "fields": [["words", "Hi"]]}',
        '{"to": "javascript:alert(1)", "fields": [["words", "Hi"]]}',
    ],
)
def test_what_is_carried_goes_nowhere_else(held: str) -> None:
    assert kept.carried(RequestFactory().post("/sign-in/", {"kept": held})) is None


def test_what_was_chosen_is_told_from_what_was_written() -> None:
    one = kept.Kept("/", (("words", "yes"), ("how", "yes"), ("on", "2026-03-01"), ("why", "So.")))
    assert [name for name, _ in one.words] == ["words", "why"]
    assert [name for name, _ in one.rest] == ["how", "on"]
