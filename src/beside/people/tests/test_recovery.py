"""The passphrase was forgotten."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from beside import wall
from beside.people import throttle
from beside.people.models import Person, Recovery
from beside.people.tests.cast import PASSPHRASE, first_step, open_house, signed_in, somebody

pytestmark = pytest.mark.django_db
NAME = "calm-harbour-4821"
NEW = "seven other small words"


@pytest.fixture(autouse=True)
def house() -> None:
    open_house()


def joined() -> tuple[Client, list[str]]:
    browser = Client()
    browser.post("/join/", first_step())
    page = browser.post("/join/codes/", {"instead_of": ""}).content.decode()
    browser.post("/join/codes/")
    return browser, re.findall(r"<code>([^<]+)</code>", page)


def mark_of(page: str) -> str:
    """The set of codes that the form on this page asks to replace."""
    (mark,) = re.findall(r'name="instead_of" value="(\w*)"', page)
    return str(mark)


def use(code: str, *, name: str = NAME, browser: Client | None = None) -> tuple[int, str]:
    said = {"sign_in": name, "code": code, "passphrase": NEW}
    answer = (browser or Client()).post("/sign-in/code/", said)
    return answer.status_code, answer.content.decode()


def test_a_code_and_a_new_passphrase_open_the_door_and_close_every_other() -> None:
    elsewhere, codes = joined()
    browser = Client()
    status, _ = use(codes[2].upper().replace("-", " "), browser=browser)
    assert status == 302
    assert browser.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    with_new = Client().post("/sign-in/", {"login": NAME, "password": NEW})
    assert with_new.status_code == 302
    assert Client().post("/sign-in/", {"login": NAME, "password": PASSPHRASE}).status_code == 200


def test_each_code_works_once() -> None:
    _, codes = joined()
    assert use(codes[0])[0] == 302
    status, page = use(codes[0])
    assert (status, "do not fit together, or it was used" in page) == (200, True)
    assert use(codes[1])[0] == 302


def test_a_code_of_somebody_else_and_a_name_that_is_not_there_sound_alike() -> None:
    _, codes = joined()
    somebody("kind-otter-2000")
    for name in ("kind-otter-2000", "nobody-here-1000"):
        assert "do not fit together, or it was used" in use(codes[0], name=name)[1]
    assert use(codes[0])[0] == 302


def test_guessing_codes_is_slowed_down() -> None:
    joined()
    for _ in range(throttle.BY_PAIR.tries):
        use("bcdf-ghjk-mnpq-rstv")
    assert "Please wait" in use("bcdf-ghjk-mnpq-rstv")[1]


def test_a_code_opens_the_door_however_many_guess_at_the_passphrase() -> None:
    _, codes = joined()
    for _ in range(throttle.BY_NAME.tries):
        throttle.settle([(throttle.BY_NAME, NAME)], right=False)
    assert (
        "Please wait"
        in Client().post("/sign-in/", {"login": NAME, "password": PASSPHRASE}).content.decode()
    )
    assert use(codes[0])[0] == 302


def test_a_new_set_needs_the_passphrase_and_ends_the_old_one() -> None:
    browser, codes = joined()
    said = {"instead_of": mark_of(browser.get("/me/codes/").content.decode())}
    refused = browser.post("/me/codes/", {**said, "current": "not this one"})
    assert "That is not your passphrase" in refused.content.decode()
    assert mark_of(refused.content.decode()) == said["instead_of"]
    said["current"] = PASSPHRASE
    page = browser.post("/me/codes/", said).content.decode()
    fresh = re.findall(r"<code>([^<]+)</code>", page)
    assert len(fresh) == 8
    assert browser.post("/me/codes/", said)["Location"] == "/join/codes/"  # loaded again
    assert browser.post("/join/codes/")["Location"] == "/me/"
    assert use(codes[0])[0] == 200
    assert use(fresh[0])[0] == 302


def test_the_codes_themselves_are_nowhere() -> None:
    _, codes = joined()
    with wall.house("test.codes"):
        kept = b"".join(bytes(row.code_hash) for row in Recovery.objects.all())
    for code in codes:
        assert code.encode() not in kept
        assert code.replace("-", "").encode() not in kept
    with wall.acting_as(Person.objects.get().pk), pytest.raises(Exception, match="permission"):
        list(Recovery.objects.all())


def test_another_passphrase_keeps_this_session_and_ends_the_others() -> None:
    wren = somebody()
    here, there = signed_in(wren), signed_in(wren)
    page = here.post("/me/passphrase/", {"current": "wrong one here", "passphrase": NEW})
    assert "That is not your passphrase" in page.content.decode()
    said = {"current": PASSPHRASE, "passphrase": NEW}
    assert here.post("/me/passphrase/", said)["Location"] == "/me/"
    page = here.get("/me/")
    assert page.status_code == 200
    assert page.content.decode().count(">here<") == 1
    assert there.get("/me/").status_code == 302
