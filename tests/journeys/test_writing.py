"""Two people write to one another, each in a browser of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from beside.people import stay
from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, Cast
from tests.living import Living, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

Person = Callable[..., "Page"]


def test_an_answer_stands_on_the_open_page_by_itself(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    with Living(own_database) as living:
        marlow, noor = person_page("Marlow"), person_page("Noor", phone=True)
        sign_in(marlow, living.url, "member", PASSPHRASE)
        sign_in(noor, living.url, "greeter", PASSPHRASE)
        group = f"{living.url}/g/{cast_at_home.group.key}/"

        marlow.goto(group)
        assert axe(marlow) == []
        marlow.get_by_label("ideas", exact=True).check()
        marlow.get_by_role("button", name="Write", exact=True).click()
        marlow.get_by_role("heading", name="Share something").wait_for()
        assert axe(marlow) == []
        marlow.get_by_label("A few words that say what it is about").fill("Alarms")
        marlow.get_by_label("What would you like to share?").fill("How do you get up?")
        noor.goto(group)
        noor.locator("#talk-list").wait_for()
        marlow.get_by_role("button", name="Share with the group").click()
        marlow.wait_for_selector("#thread")
        topic = marlow.url.split("?")[0]

        # the list of the group, open elsewhere, shows it by itself
        noor.get_by_role("link", name="Alarms").wait_for()
        noor.get_by_role("link", name="Alarms").click()
        noor.get_by_label("Write back").wait_for()
        assert axe(noor) == []

        # Marlow has begun to write when Noor's answer comes
        marlow.get_by_label("Write back").fill("One more thing: ")
        noor.get_by_label("Write back").fill("I moved the kettle next to the bed.")
        began = time.monotonic()
        noor.get_by_role("button", name="Send").click()
        marlow.get_by_text("I moved the kettle next to the bed.").wait_for()
        took = time.monotonic() - began
        assert marlow.locator("#said").inner_text() == "1 new answer"
        assert marlow.get_by_label("Write back").input_value() == "One more thing: "
        assert marlow.evaluate("document.activeElement.name") == "words"

        # fellow feeling arrives too, and the button keeps the focus where it was given
        noor.goto(topic)
        noor.locator("[data-post]").first.get_by_role("button", name="With you").click()
        marlow.get_by_text("With you: Noor").wait_for()
        noor.get_by_text("With you: Noor").wait_for()
        assert noor.evaluate("document.activeElement.value") == "with_you"
        assert axe(marlow) == []
        print(f"an answer stood on the other page after {took * 1000:.0f} ms")


def test_the_whole_of_it_by_keyboard(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    with Living(own_database) as living:
        marlow = person_page("Marlow")
        sign_in(marlow, living.url, "member", PASSPHRASE)
        marlow.goto(f"{living.url}/g/{cast_at_home.group.key}/talk/new/")
        marlow.get_by_label("A few words that say what it is about").focus()
        for words in ("By keyboard", "All of it."):
            marlow.keyboard.type(words)
            marlow.keyboard.press("Tab")
        marlow.keyboard.press("ArrowRight")  # people who have been there
        marlow.keyboard.press("Tab")
        marlow.keyboard.type("sleep")
        marlow.keyboard.press("Enter")
        marlow.wait_for_selector("#thread")
        marlow.get_by_text("would like people who have been there").wait_for()
        assert marlow.get_by_text("All of it.").is_visible()  # one's own fold is open


def test_without_javascript_people_write_and_answer(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    with Living(own_database) as living:
        marlow, noor = person_page("Marlow", script=False), person_page("Noor", script=False)
        sign_in(marlow, living.url, "member", PASSPHRASE)
        sign_in(noor, living.url, "greeter", PASSPHRASE)
        marlow.goto(f"{living.url}/g/{cast_at_home.group.key}/")
        marlow.get_by_role("button", name="Write", exact=True).click()
        marlow.get_by_label("A few words that say what it is about").fill("Plain")
        marlow.get_by_label("What would you like to share?").fill("It works.")
        marlow.get_by_role("button", name="Share with the group").click()
        marlow.get_by_text("It works.").wait_for()
        noor.goto(f"{living.url}/g/{cast_at_home.group.key}/")
        noor.get_by_role("link", name="Plain").click()
        noor.locator("[data-post]").first.get_by_role("button", name="I've been there").click()
        noor.get_by_text("Noor has been there").wait_for()
        noor.get_by_label("Write back").fill("So it does.")
        noor.get_by_role("button", name="Send").click()
        noor.get_by_text("So it does.").wait_for()
        marlow.reload()
        assert marlow.get_by_text("So it does.").is_visible()
        assert marlow.get_by_text("Noor has been there").is_visible()


def test_a_device_that_rests_while_somebody_writes_loses_no_word(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    with Living(own_database) as living:
        noor = begins_to_write(person_page, living.url, cast_at_home)
        words = noor.get_by_label("What would you like to share?")

        # whoever is really writing is there
        touched_long_ago(seconds=500)
        noor.clock.fast_forward(130_000)
        words.press_sequentially("I had")
        until(lambda: touched() > time.time() - 60)

        # whoever thinks for longer finds their words in a box again
        words.fill("I had to think\nfor a while.")
        touched_long_ago(seconds=660)
        noor.get_by_role("button", name="Share with the group").click()
        noor.get_by_role("heading", name="Your words are kept").wait_for()
        assert not noor.get_by_text("for a while.").is_visible()  # somebody else may look
        assert axe(noor) == []
        noor.get_by_label("Your private name").fill("greeter")
        noor.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        noor.get_by_role("button", name="Sign in", exact=True).click()
        noor.get_by_role("heading", name="here are your words").wait_for()
        assert axe(noor) == []
        box = noor.locator("textarea[name=words]")
        assert box.input_value() == "I had to think\nfor a while."
        box.fill("I had to think\nfor a while. And more.")
        noor.get_by_role("button", name="Send").click()
        noor.get_by_role("heading", name="Long nights").wait_for()
        assert noor.get_by_text("And more.").is_visible()


def test_a_page_that_was_left_open_on_a_shared_device_is_covered_and_keeps_what_was_written(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    with Living(own_database) as living:
        noor = begins_to_write(person_page, living.url, cast_at_home)
        noor.clock.fast_forward(590_000)
        touched_long_ago(seconds=660)
        noor.clock.fast_forward(60_000)
        covered = noor.get_by_role("dialog", name="This page was left alone for ten minutes")
        covered.wait_for()
        assert axe(noor) == []
        noor.keyboard.press("Escape")
        noor.keyboard.press("Escape")
        covered.wait_for()
        assert not noor.get_by_label("A few words that say what it is about").is_visible()
        covered.get_by_role("button", name="Sign in and go on").click()
        noor.get_by_role("heading", name="Your words are kept").wait_for()

        # where nothing was written, nothing of the page stays
        sign_in(noor, living.url, "greeter", PASSPHRASE)
        noor.goto(f"{living.url}/g/{cast_at_home.group.key}/")
        touched_long_ago(seconds=660)
        noor.clock.fast_forward(660_000)
        noor.wait_for_url("**/sign-in/rested/")


def begins_to_write(person_page: Person, url: str, cast: Cast) -> Page:
    """Noor on a shared phone, with a few words of a new topic and a clock that can be moved on."""
    noor = person_page("Noor", phone=True)
    sign_in(noor, url, "greeter", PASSPHRASE)
    noor.clock.install()
    noor.goto(f"{url}/g/{cast.group.key}/talk/new/")
    noor.get_by_label("A few words that say what it is about").fill("Long nights")
    return noor


def touched_long_ago(*, seconds: int) -> None:
    """Nobody touched any device for so long."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        store[stay.SEEN] = int(time.time()) - seconds
        store.save()


def touched() -> int:
    """When the one device was last touched, in seconds."""
    return int(SessionStore(Session.objects.get().session_key)[stay.SEEN])


def test_somebody_removed_while_writing_gets_their_words_back(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    from beside.groups import actions as groups

    with Living(own_database) as living:
        hal = person_page("Hal")
        sign_in(hal, living.url, "blocked", PASSPHRASE)
        hal.goto(f"{living.url}/g/{cast_at_home.group.key}/talk/new/")
        hal.get_by_label("A few words that say what it is about").fill("A title")
        hal.get_by_label("What would you like to share?").fill("Everything I had to say.")
        with cast_at_home.looking_as("facilitator") as ash:
            groups.remove(cast_at_home.memberships["blocked"], "A reason.", by=ash)
        hal.get_by_role("button", name="Share with the group").click()
        hal.get_by_role("heading", name="Nothing was posted; here are your words").wait_for()
        assert "Everything I had to say." in hal.locator("textarea").nth(1).input_value()
        assert axe(hal) == []
