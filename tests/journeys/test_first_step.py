"""A first step in the browser: on a phone without JavaScript, by keyboard, with a passkey."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from django.db import transaction

from beside import wall
from beside.people import begin
from beside.people.models import Organisation, Person, Session
from beside.people.tests.cast import PASSPHRASE, open_house, somebody
from tests.browser import axe, sign_in
from tests.living import Living, free_port, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME = "calm-harbour-4821"
PICTURES = os.environ.get("BESIDE_PICTURES", "")
People = Callable[..., "Page"]


@pytest.fixture
def house(living: Living) -> str:
    """An open house; its address with a name, as passkeys need one."""
    open_house()
    return living.url.replace("127.0.0.1", "localhost")


def picture(page: Page, name: str) -> None:
    """Keep a picture where BESIDE_PICTURES says, for people to look at."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def fill_in(page: Page, *, name: str = "Fern") -> None:
    page.get_by_label("The name others will see").fill(name)
    page.locator("label[for=id_pebble_3]").click()
    page.locator("label[for=id_age_band_3]").click()
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)


def test_a_first_step_on_a_phone_without_javascript(house: str, person_page: People) -> None:
    page = person_page("Fern", phone=True, script=False)
    page.goto(f"{house}/join/?next=/me/")
    picture(page, "join-phone-empty")
    began = time.monotonic()
    fill_in(page)
    page.get_by_role("button", name="Take this step").click()
    page.wait_for_url("**/join/codes/")
    picture(page, "codes-before-phone")
    page.get_by_role("button", name="Show my codes").click()
    page.locator(".codes code").nth(7).wait_for()
    picture(page, "codes-phone")
    assert len(page.locator(".codes code").all()) == 8
    page.get_by_role("button", name="I have kept them").click()
    page.wait_for_url("**/me/")
    assert time.monotonic() - began < 60  # what we promise
    assert page.get_by_role("heading", level=1).inner_text() == "Fern"
    assert Person.objects.get().password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    picture(page, "me-phone")


def test_a_first_step_by_keyboard_alone(house: str, person_page: People) -> None:
    page = person_page("Fern")
    page.goto(f"{house}/join/")
    page.locator("#id_name").focus()
    press = page.keyboard.press
    page.keyboard.type("Fern")
    press("Tab")
    press("ArrowRight")
    press("Tab")
    press("Space")
    for _ in range(2):
        press("ArrowRight")
    press("Tab")
    assert page.evaluate("document.activeElement.name") == "sign_in"
    press("Tab")
    page.keyboard.type(PASSPHRASE)
    press("Enter")
    page.wait_for_url("**/join/codes/")
    person = Person.objects.get()
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{4}", person.sign_in)


def test_a_form_with_questions_open_keeps_what_was_said(house: str, person_page: People) -> None:
    page = person_page("Fern")
    page.goto(f"{house}/join/")
    fill_in(page)
    page.get_by_label("Passphrase", exact=True).fill("short")
    page.get_by_role("button", name="Take this step").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("The name others will see").input_value() == "Fern"
    assert page.locator("#id_pebble_3").is_checked()
    assert axe(page) == []
    picture(page, "join-wrong")


def test_a_passphrase_can_be_looked_at(house: str, person_page: People) -> None:
    page = person_page("Fern")
    page.goto(f"{house}/join/")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Show").click()
    assert page.locator("#id_passphrase").get_attribute("type") == "text"
    page.get_by_role("button", name="Hide").click()
    assert page.locator("#id_passphrase").get_attribute("type") == "password"


def test_somebody_younger_is_met_kindly(house: str, person_page: People) -> None:
    page = person_page("Fern", phone=True)
    page.goto(f"{house}/join/")
    fill_in(page)
    page.locator("label[for=id_age_band_0]").click()
    page.get_by_role("button", name="Take this step").click()
    page.get_by_text("aged 18 and older").wait_for()
    assert page.context.cookies(house) == [
        cookie for cookie in page.context.cookies(house) if cookie["name"] != "beside"
    ]
    assert axe(page) == []
    picture(page, "younger-phone")
    assert Person.objects.count() == 0


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_by_everybody(
    house: str, person_page: People, scheme: str, phone: bool
) -> None:
    somebody(NAME)
    page = person_page("Wren", phone=phone, color_scheme=scheme)
    size = "phone" if phone else "desk"

    def look(address: str, name: str) -> None:
        page.goto(house + address)
        sound(name)

    def sound(name: str) -> None:
        assert axe(page) == [], name
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], name  # type: ignore[index]
        picture(page, f"{name}-{size}-{scheme}")

    strangers = {
        "/join/": "join",
        "/sign-in/": "sign-in",
        "/sign-in/code/": "code",
        "/sign-in/rested/": "rested",
        "/erased/": "erased",
    }
    for address, name in strangers.items():
        look(address, name)
    page.goto(f"{house}/sign-in/")
    page.get_by_label("I share this device").uncheck()
    page.locator("input[name=login]").fill(NAME)
    page.locator("input[name=password]").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/today/")
    theirs = ("", "name/", "zone/", "passphrase/", "codes/", "passkeys/new/", "reach/", "record/")
    for part in (*theirs, "erase/"):
        look(f"/me/{part}", f"me-{part.replace('/', '-')}")
    page.goto(f"{house}/me/codes/")
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Make new codes").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    sound("codes-shown")
    look("/join/codes/", "codes-were-shown")


def virtual_device(page: Page) -> Any:
    """A phone's own lock, as Chromium imitates it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


def test_a_passkey_is_added_signs_in_and_is_removed(house: str, person_page: People) -> None:
    somebody(NAME)
    page = person_page("Wren")
    session, device = virtual_device(page)
    sign_in_on_own_device(page, house)
    page.goto(f"{house}/me/")
    page.get_by_role("link", name="Add a passkey on this device").click()
    page.get_by_label("What you call this device").fill("My telephone")
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/me/")
    page.get_by_text("My telephone").first.wait_for()
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert len(kept) == 1
    assert str(Person.objects.get().pk) not in kept[0].get("userName", "")
    assert NAME not in str(kept)

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{house}/sign-in/?next=/me/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/me/")
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("That passkey no longer signs you in.").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{house}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("That passkey is not known here").wait_for()


def test_a_passkey_is_not_offered_where_others_can_reach_the_device(
    house: str, person_page: People
) -> None:
    somebody(NAME)
    page = person_page("Wren")
    sign_in(page, house, NAME, PASSPHRASE)
    page.goto(f"{house}/me/")
    assert page.get_by_text("passkey", exact=False).count() == 0
    page.goto(f"{house}/me/passkeys/new/")
    assert page.url == f"{house}/me/"


def sign_in_on_own_device(page: Page, house: str) -> None:
    page.goto(f"{house}/sign-in/")
    page.get_by_label("I share this device").uncheck()
    page.locator("input[name=login]").fill(NAME)
    page.locator("input[name=password]").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/today/")


class Inbox:
    """Keeps whatever a real SMTP server receives."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.letters.append(envelope.content)
        return "250 kept"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    box, port = Inbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def test_an_address_is_added_and_the_worker_sends_a_letter_that_names_nobody(
    own_database: str, inbox: tuple[Inbox, int], person_page: People
) -> None:
    box, port = inbox
    mail = {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_FROM": "Tide Mill Peers <noreply@localhost>",
    }
    with Living(own_database, worker=True, environ=mail) as living:
        open_house()
        page = person_page("Fern", phone=True, script=False)
        page.goto(f"{living.url}/join/?next=/today/")
        fill_in(page)
        page.get_by_label("Also by e-mail").check()
        page.get_by_role("button", name="Take this step").click()
        page.get_by_role("button", name="Show my codes").click()
        page.get_by_role("button", name="I have kept them").click()
        page.wait_for_url("**/me/reach/?next=**")
        page.get_by_label("E-mail address").fill("fern@example.net")
        page.get_by_role("button", name="Send me a code").click()
        (letter,) = until(lambda: list(box.letters))
        code = re.search(rb"Your code is (\d{6})", letter)
        assert code
        page.get_by_label("The code we sent you").fill(code[1].decode())
        page.get_by_role("button", name="This is the code").click()
        page.wait_for_url("**/today/")
    for secret in (b"Tide Mill", b"Fern", Person.objects.get().sign_in.encode()):
        assert secret not in letter


def test_signing_out_over_there(house: str, person_page: People) -> None:
    somebody(NAME)
    here, there = person_page("here"), person_page("there", phone=True)
    for page in (here, there):
        sign_in(page, house, NAME, PASSPHRASE)
    here.goto(f"{house}/me/")
    here.get_by_role("button", name="Sign out there").click()
    here.get_by_text("Signed out there.").wait_for()
    there.goto(f"{house}/me/")
    assert "/sign-in/" in there.url
    with transaction.atomic(), wall.house("test.sessions"):
        assert Session.objects.count() == 1


def test_the_first_coordinator_begins_an_empty_house(living: Living, person_page: People) -> None:
    page = person_page("Mo")
    page.goto(f"{living.url}/join/")
    page.get_by_text("still being set up").wait_for()
    page.goto(f"{living.url}/begin/?token={begin.token()}")
    assert axe(page) == []
    picture(page, "begin-desk")
    page.get_by_label("What is your organisation called?").fill("Tide Mill Peers")
    page.get_by_label("In which country do you work?").select_option("IE")
    page.get_by_label("In which time zone?").select_option("Europe/Dublin")
    fill_in(page, name="Mo")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/join/codes/")
    ours = Organisation.ours()
    assert ours is not None
    assert (ours.name, ours.country, ours.zone) == ("Tide Mill Peers", "IE", "Europe/Dublin")
    assert page.goto(f"{living.url}/begin/?token={begin.token()}").status == 404  # type: ignore[union-attr]
