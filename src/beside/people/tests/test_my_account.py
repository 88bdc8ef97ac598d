"""Somebody looks after what is theirs."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.ledger import lines
from beside.people import actions, power
from beside.people.clock import send_code
from beside.people.models import Contact, Person, Profile, Session
from beside.people.tests.cast import open_house, signed_in, somebody
from tests.gateway import Gateway

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    open_house()


def contact_of(person: Person) -> Contact:
    with wall.acting_as(person.pk):
        return Contact.objects.visible_to(person).get()


def letter(person: Person) -> str:
    """Let the job run, and read the code in the letter."""
    send_code(contact_of(person).pk)
    found = re.search(r"\d{6}", str(mail.outbox[-1].body))
    assert found
    return found[0]


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select args from procrastinate_jobs where task_name = 'people.send_code'")
        found = cursor.fetchall()
    for (args,) in found:
        assert set(json.loads(args) if isinstance(args, str) else args) == {"contact"}
    return len(found)


def test_another_name_and_pebble() -> None:
    wren = somebody()
    browser = signed_in(wren)
    browser.post("/me/name/", {"name": "Robin", "pebble": "7"})
    assert ">Robin</h1>" in browser.get("/me/").content.decode()


def test_an_address_is_sealed_and_used_only_after_its_code() -> None:
    wren = somebody()
    browser = signed_in(wren)
    browser.post("/me/reach/", {"address": "wren@example.net"})
    assert jobs() == 1
    with wall.house("test.sealed"):
        row = Contact.objects.get()
    assert b"wren@" not in bytes(row.sealed) + bytes(row.lookup)
    assert (row.verified_at, row.safe_for) == (None, "nothing")
    code = letter(wren)
    answer = browser.post("/me/reach/code/", {"code": "000000" if code != "000000" else "111111"})
    assert contact_of(wren).verified_at is None
    browser.post("/me/reach/code/", {"code": f" {code[:3]} {code[3:]} "})
    assert contact_of(wren).safe_for == "notice"
    assert answer.status_code == 302


def test_the_letter_with_the_code_names_nobody() -> None:
    wren = somebody()
    signed_in(wren).post("/me/reach/", {"address": "wren@example.net"})
    code = letter(wren)
    assert (mail.outbox[-1].subject, mail.outbox[-1].body) == (
        "Your code",
        f"Your code is {code}.\n",
    )
    assert "Tide Mill" not in mail.outbox[-1].message().as_string()


def test_a_mobile_number_is_sealed_and_used_only_after_the_code_that_was_texted(
    there: Gateway,
) -> None:
    wren = somebody()
    browser = signed_in(wren)
    browser.post("/me/reach/", {"address": "wren@example.net"})
    browser.post("/me/reach/", {"kind": "text", "number": "07400 123456"})
    assert "+447400123456" in browser.get("/me/reach/").content.decode()
    row = contact_of(wren)  # the address before is gone
    assert (row.kind, row.verified_at, row.safe_for) == ("text", None, "nothing")
    assert b"7400" not in bytes(row.sealed) + bytes(row.lookup)
    send_code(row.pk)
    ((number, words),) = there.texts
    found = re.fullmatch(r"Your code is (\d{6})\.", words)
    assert found
    assert number == "+447400123456"
    assert "by text" not in browser.get("/me/").content.decode()
    browser.post("/me/reach/code/", {"code": found[1]})
    assert contact_of(wren).safe_for == "notice"
    assert "Here, and by text" in browser.get("/me/").content.decode()


@pytest.mark.parametrize("number", ["020 7946 0000", "116 123", "07400 123456 after six", "wren"])
def test_what_is_no_mobile_number_is_not_kept(there: Gateway, number: str) -> None:
    browser = signed_in(somebody())
    answer = browser.post("/me/reach/", {"kind": "text", "number": number})
    assert "That is no mobile number." in answer.content.decode()
    with wall.house("test.none"):
        assert not Contact.objects.exists()


def test_without_a_gateway_nobody_is_offered_texts() -> None:
    browser = signed_in(somebody())
    assert "text message" not in browser.get("/me/reach/").content.decode()
    browser.post("/me/reach/", {"kind": "text", "number": "07400 123456"})
    with wall.house("test.none"):
        assert not Contact.objects.exists()


def test_a_code_that_the_gateway_refuses_can_be_asked_for_again(there: Gateway) -> None:
    wren = somebody()
    browser = signed_in(wren)
    browser.post("/me/reach/", {"kind": "text", "number": "07400 123456"})
    there.status = 400
    send_code(contact_of(wren).pk)
    there.status = 201
    browser.post("/me/reach/code/again/")
    send_code(contact_of(wren).pk)
    code = there.texts[-1][1][-7:-1]
    browser.post("/me/reach/code/", {"code": code})
    assert contact_of(wren).verified_at is not None


def test_a_code_lives_for_six_tries() -> None:
    wren = somebody()
    browser = signed_in(wren)
    browser.post("/me/reach/", {"address": "wren@example.net"})
    code = letter(wren)
    for _ in range(6):
        browser.post("/me/reach/code/", {"code": "nothing"})
    browser.post("/me/reach/code/", {"code": code})
    assert contact_of(wren).verified_at is None


def test_two_people_may_share_an_inbox_and_neither_learns_of_the_other() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    pages = []
    for person in (wren, robin):
        browser = signed_in(person)
        answer = browser.post("/me/reach/", {"address": "both@example.net"})
        pages.append((answer.status_code, answer["Location"]))
    assert pages == [(302, "/me/reach/")] * 2
    assert contact_of(wren).key != contact_of(robin).key


def test_an_address_can_be_kept_silent_or_forgotten() -> None:
    wren = somebody()
    browser = signed_in(wren)
    browser.post("/me/reach/", {"address": "wren@example.net"})
    browser.post("/me/reach/code/", {"code": letter(wren)})
    browser.post("/me/reach/change/", {"safe_for": "nothing"})
    assert contact_of(wren).safe_for == "nothing"
    browser.post("/me/reach/remove/")
    with wall.house("test.gone"):
        assert Contact.objects.count() == 0


def test_letters_with_codes_are_not_a_weapon() -> None:
    browser = signed_in(somebody())
    for number in range(6):
        browser.post("/me/reach/", {"address": f"w{number}@example.net"})
    assert jobs() == 5


def test_nobody_is_pestered_with_codes_from_many_accounts() -> None:
    for number in range(7):
        browser = signed_in(somebody(f"kind-otter-{3000 + number}"))
        last = browser.post("/me/reach/", {"address": " Wren@example.net"}).content.decode()
    assert jobs() == 5
    assert "many tries in a short time" in last


def test_this_device_can_become_ones_own_and_shared_again() -> None:
    wren = somebody()
    browser = signed_in(wren)
    answer = browser.post("/me/device/", {"shared": "no"})
    assert answer.cookies["beside"]["max-age"] == 14 * 24 * 3600
    with wall.acting_as(wren.pk):
        assert not Profile.objects.visible_to(wren).get().shared_device
    answer = browser.post("/me/device/", {"shared": "yes"})
    assert answer.cookies["beside"]["max-age"] == ""


def test_the_record_tells_roles_and_not_names() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    power.says("test.moved", "You were moved.")
    with transaction.atomic():
        lines.record("test.moved", by=robin.pk, role="facilitator", about=wren.pk, reason="quiet")
        lines.record("test.else", by=robin.pk, role="facilitator", about=robin.pk)
    page = signed_in(wren).get("/me/record/").content.decode()
    assert "You were moved." in page
    assert "by: facilitator" in page
    assert "Something was decided" not in page
    assert "kind-otter" not in page


def test_everything_held_about_somebody_in_one_file() -> None:
    wren = somebody()
    somebody("kind-otter-2000", name="Robin")
    browser = signed_in(wren)
    browser.post("/me/reach/", {"address": "wren@example.net"})
    answer = browser.get("/me/data/")
    told = json.loads(answer.content)["people"]
    assert told["profile"]["name"] == "Wren"
    assert told["contacts"][0]["address"] == "wren@example.net"
    assert b"Robin" not in answer.content
    assert "attachment" in answer["Content-Disposition"]


def test_no_row_number_stands_in_the_page() -> None:
    wren = somebody()
    page = signed_in(wren).get("/me/").content.decode()
    with wall.house("test.numbers"):
        session = Session.objects.get()
    assert f"/me/sessions/{session.key}/end/" not in page  # here, so no button
    assert not re.search(r'href="/me/[^"]*\d', page)


@pytest.mark.parametrize("places", [1, 3])
def test_my_account_asks_the_same_however_much_there_is(places: int) -> None:
    wren = somebody()
    browsers = [signed_in(wren) for _ in range(places)]
    with transaction.atomic():
        for _ in range(places):
            lines.record("test.x", by=None, role="coordinator", about=wren.pk)
    browsers[0].get("/me/")
    with CaptureQueriesContext(connection) as asked:
        browsers[0].get("/me/")
    questions = [each["sql"] for each in asked if "set_config" not in each["sql"]]
    assert len([sql for sql in questions if "people_" in sql or "ledger_" in sql]) == 9


@pytest.mark.parametrize(
    "address",
    ["/me/", "/me/name/", "/me/reach/", "/me/erase/", "/me/data/", "/me/record/", "/join/codes/"],
)
def test_a_stranger_is_asked_to_sign_in(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer["Location"] == f"/sign-in/?next={address}"


def test_the_address_of_somebody_else_cannot_be_seen_or_changed() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    signed_in(wren).post("/me/reach/", {"address": "wren@example.net"})
    other = signed_in(robin)
    assert "wren@" not in other.get("/me/reach/").content.decode()
    assert other.post("/me/reach/remove/").status_code == 404
    theirs = contact_of(wren)
    with wall.acting_as(robin.pk), pytest.raises(PermissionDenied):
        actions.remove_contact(theirs, by=robin)
    assert contact_of(wren)
