"""A facilitator plans, and changes what was planned; a coordinator looks at the week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, Cast
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

Person = Callable[..., "Page"]


@pytest.mark.parametrize("phone", [True, False], ids=["390", "1240"])
def test_meetings_are_planned_changed_and_looked_over(
    own_database: str, cast_at_home: Cast, person_page: Person, phone: bool
) -> None:
    with Living(own_database) as living:
        _a_facilitator_plans(person_page("Ash", phone=phone), living.url, cast_at_home)
        _without_javascript(person_page("Ash too", script=False), living.url, cast_at_home)
        _a_coordinator_lets_groups_rest(person_page("Esi", phone=phone), living.url, cast_at_home)


def _a_facilitator_plans(ash: Page, url: str, cast: Cast) -> None:
    """From a rhythm to its dates, and one of them moved, cancelled, and taken back."""
    day = (cast.now + timedelta(days=20)).date()
    sign_in(ash, url, "facilitator", PASSPHRASE)
    meetings = f"{url}/g/{cast.group.key}/meetings/"
    ash.goto(meetings + "plan/")
    assert axe(ash) == []
    ash.get_by_label("Day", exact=True).fill(day.isoformat())
    ash.get_by_label("Begins at").fill("19:15")
    ash.get_by_label("By the month").check(force=True)
    ash.locator("#dates li").nth(5).wait_for()  # nobody pressed anything: six dates stand there
    assert ash.get_by_text("Which of them in the month").is_visible()
    assert ash.get_by_label("Last day").is_hidden()
    assert axe(ash) == []
    ash.get_by_role("button", name="Plan it").click()
    ash.wait_for_url(meetings)

    ash.get_by_role("link", name="Change it").first.click()
    ash.get_by_role("heading", name="Move it").wait_for()
    assert axe(ash) == []
    move = ash.locator("form", has=ash.get_by_role("heading", name="Move it"))
    move.get_by_label("Day").fill(day.isoformat())
    move.get_by_label("A few words about it").fill("The room is being painted.")
    move.get_by_role("button", name="Move it").click()
    ash.get_by_text("The room is being painted.").wait_for()
    assert ash.locator("s").count() == 1  # what it was stands there, struck through
    ash.get_by_label("What shall people read?").fill("Both of us are ill.")
    ash.get_by_label("What shall people read?").press("Enter")
    ash.get_by_role("button", name="It takes place after all").click()
    ash.get_by_role("heading", name="Move it").wait_for()


def _without_javascript(ash: Page, url: str, cast: Cast) -> None:
    """The dates come with a button, and an hour that does not exist is explained."""
    sign_in(ash, url, "facilitator", PASSPHRASE)
    ash.goto(f"{url}/g/{cast.group.key}/meetings/plan/")
    ash.get_by_label("Day", exact=True).fill("2027-03-28")
    ash.get_by_label("Begins at").fill("01:30")
    ash.get_by_role("button", name="Show the next dates").click()
    ash.get_by_text("the clocks go forward, and 01:30 does not exist").wait_for()
    assert ash.get_by_label("Begins at").input_value() == "01:30"


def _a_coordinator_lets_groups_rest(esi: Page, url: str, cast: Cast) -> None:
    """From the desk to the week of all groups, and holidays for one of them."""
    first = cast.now.date()
    sign_in(esi, url, "coordinator", PASSPHRASE)
    esi.goto(f"{url}/desk/")
    esi.get_by_role("link", name="The week of all groups").click()
    esi.get_by_role("heading", name="The week of all groups").wait_for()
    assert axe(esi) == []
    esi.get_by_role("link", name="Holidays").click()
    esi.get_by_label("First day").fill(first.isoformat())
    esi.get_by_label("Last day").fill((first + timedelta(days=9)).isoformat())
    esi.get_by_label("What shall people read?").fill("We rest over the holidays.")
    esi.get_by_role("button", name="Show which meetings").click()
    esi.get_by_label(cast.other_group.name).uncheck()
    assert axe(esi) == []
    esi.get_by_role("button", name="Let them rest").click()
    esi.get_by_text("cancelled. Whoever booked is told").wait_for()
