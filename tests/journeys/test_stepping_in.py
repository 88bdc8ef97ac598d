"""Asked, told and noticed: three ways to a person, in browsers, with the worker running."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from beside.care import actions
from beside.forum import actions as forum
from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, Cast, build
from tests.journeys.keyboard import Keyboard
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

Person = Callable[..., "Page"]
HIGH = "I am going to end my life."


@pytest.fixture
def cast_at_home(own_database: str) -> Cast:
    cast = build(can_sign_in=True)
    with cast.looking_as("facilitator") as ash:
        begin, end = cast.now - timedelta(hours=1), cast.now + timedelta(hours=3)
        actions.offer_hours(cast.group, begin, end, by=ash)
    return cast


def test_asked_told_and_noticed_reach_the_desk_and_are_answered(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    with Living(own_database, worker=True) as living:
        ash, marlow, noor = (person_page(name) for name in ("Ash", "Marlow", "Noor"))
        for page, who in ((ash, "facilitator"), (marlow, "member"), (noor, "greeter")):
            sign_in(page, living.url, who, PASSPHRASE)
        group = f"{living.url}/g/{cast_at_home.group.key}/"
        ash.goto(f"{living.url}/desk/")
        assert axe(ash) == []
        waiting = ash.locator("#needs li.item")
        assert waiting.count() == 0

        # noticed: the writer sees where to turn at once, the desk hears of it within seconds
        marlow.goto(group + "talk/new/")
        marlow.get_by_text("Someone from the team reads here until").wait_for()
        marlow.get_by_label("A few words that say what it is about").fill("Tonight")
        marlow.get_by_label("What would you like to share?").fill(HIGH)
        began = time.monotonic()
        marlow.get_by_role("button", name="Share with the group").click()
        marlow.get_by_role("heading", name="Would you like somebody to talk to now?").wait_for()
        assert marlow.locator("#card a[href^='tel:']").count() > 0
        assert marlow.locator("#thread").get_by_text(HIGH).is_visible()
        assert axe(marlow) == []
        ash.locator("#needs").get_by_text("words about ending one's life soon").wait_for()
        noticed = time.monotonic() - began

        # told: two presses
        noor.goto(marlow.url.split("?")[0])
        assert noor.locator("#card").count() == 0
        noor.get_by_text("Tell us about this", exact=True).first.click()
        noor.get_by_role("heading", name="Tell us").wait_for()
        noor.get_by_role("button", name="Tell us").click()  # "I'm worried about them" is chosen
        noor.get_by_role("heading", name="Thank you for telling us").wait_for()
        assert axe(noor) == []
        ash.locator("#needs").get_by_text("told by 1 member").wait_for()

        # asked: one press
        marlow.goto(group)
        marlow.get_by_role("button", name="I need a facilitator").click()
        marlow.get_by_role("heading", name="You asked for a facilitator").wait_for()
        assert axe(marlow) == []
        ash.locator("#needs").get_by_text("asked for a facilitator").wait_for()
        assert waiting.count() == 2
        assert axe(ash) == []

        # looked after: the clock, the duty worker, a letter, and an answer to the one who told us
        ash.locator("#needs li.item", has_text="told by 1 member").get_by_role(
            "link", name="Open"
        ).click()
        ash.get_by_text(HIGH).first.wait_for()
        assert axe(ash) == []
        ash.get_by_role("button", name="I'll look after it").click()
        noor.get_by_text("Somebody is looking after it").wait_for()
        ash.get_by_role("button", name="Bring in the").click()
        ash.get_by_text("It is on the desk of the").wait_for()
        ash.get_by_label("Write to them").fill("I am here, Marlow.")
        ash.get_by_role("button", name="Send to them").click()
        ash.locator("#said").get_by_text("I am here, Marlow.").wait_for()
        marlow.goto(f"{living.url}/today/")
        marlow.get_by_role("button", name="Ash wrote to you").click()
        marlow.get_by_text("I am here, Marlow.").wait_for()
        assert axe(marlow) == []
        marlow.get_by_label("Write back").fill("Tired and lonely, not in danger tonight.")
        marlow.get_by_role("button", name="Send").click()
        ash.get_by_text("Tired and lonely, not in danger tonight.").wait_for()
        ash.get_by_label("Your answer to whoever told us").fill("They know that somebody asked.")
        ash.get_by_role("button", name="Answer and close").click()
        noor.get_by_text("They know that somebody asked.").wait_for()
        ash.wait_for_selector("#needs")
        assert waiting.count() == 1
        print(f"what was noticed stood on the desk after {noticed:.1f} s")


def test_telling_and_looking_after_it_by_keyboard_alone(
    own_database: str, cast_at_home: Cast, person_page: Person
) -> None:
    with cast_at_home.looking_as("member") as marlow:
        topic = forum.open_topic(cast_at_home.group, title="A", words="Nights.", by=marlow).topic
    with Living(own_database) as living:
        ash, noor = Keyboard(person_page("Ash")), Keyboard(person_page("Noor"))
        for each, who in ((ash, "facilitator"), (noor, "greeter")):
            sign_in(each.page, living.url, who, PASSPHRASE)
        ash.page.goto(f"{living.url}/desk/")
        noor.page.goto(f"{living.url}/g/{cast_at_home.group.key}/talk/{topic.key}/")
        noor.open("link", "Tell us about this")
        noor.open("button", "Tell us")
        noor.page.get_by_role("heading", name="Thank you for telling us").wait_for()
        ash.open("link", "Open Marlow")  # it came by itself
        ash.open("button", "I'll look after it")
        ash.page.get_by_text("You look after it.").wait_for()
        ash.open("button", "Bring in the")
        ash.page.get_by_text("It is on the desk of the").wait_for()
        ash.write("Your answer to whoever told us", "Somebody asked, and they are well.")
        ash.open("button", "Answer and close")
        noor.page.get_by_text("Somebody asked, and they are well.").wait_for()


def test_outside_all_hours_the_page_says_so_before_anyone_writes(
    own_database: str, person_page: Person
) -> None:
    cast = build(can_sign_in=True)
    with Living(own_database) as living:
        marlow = person_page("Marlow", phone=True, script=False)
        sign_in(marlow, living.url, "member", PASSPHRASE)
        marlow.goto(f"{living.url}/g/{cast.group.key}/talk/new/")
        hours = marlow.locator("form .hours")
        assert hours.get_by_text("Nobody from the team is reading now.").is_visible()
        assert hours.get_by_role("link", name="Get help now").is_visible()
        marlow.goto(f"{living.url}/g/{cast.group.key}/")
        marlow.get_by_role("button", name="I need a facilitator").click()
        marlow.get_by_role("heading", name="You asked for a facilitator").wait_for()
        assert marlow.get_by_text("Nobody from the team is reading now.").is_visible()
        marlow.goto(f"{living.url}/help-now/")
        assert marlow.get_by_role("button", name="I need a facilitator").count() == 1
