"""Pages that people pass on a phone, each looked over: nothing for axe, nothing too wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE
from tests.journeys.evening import tonight
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

People = Callable[..., "Page"]
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


def looks_right(page: Page) -> None:
    """In light and dark."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == [], (page.url, scheme)
    assert not page.evaluate(TOO_WIDE), page.url


def switches(page: Page) -> None:
    """The theme switch says what it is and what is chosen."""
    chosen = page.get_by_role("group", name="Light or dark")
    for to, is_now in (("Dark", "dark"), ("Light", "light"), ("As my device", "")):
        chosen.get_by_role("button", name=to).click()
        page.locator(f"html[data-theme='{is_now}']").wait_for()
        chosen.get_by_role("button", name=to, pressed=True).wait_for()
        assert axe(page) == [], to


def test_what_one_passes_on_the_way_in_and_out_on_a_phone(
    own_database: str, person_page: People
) -> None:
    night = tonight()
    with Living(own_database) as house:
        page = person_page("Fern", phone=True)
        page.goto(house.url)
        looks_right(page)
        switches(page)
        page.goto(f"{house.url}/join/")
        page.get_by_label("The name others will see").fill("Fern")
        page.locator("label[for=id_age_band_3]").click()
        page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        page.get_by_role("button", name="Take this step").click()
        page.wait_for_url("**/join/codes/")
        looks_right(page)
        page.get_by_role("button", name="Show my codes").click()
        looks_right(page)
        page.get_by_role("button", name="I have kept them").click()
        page.wait_for_url("**/today/")
        page.goto(f"{house.url}/sign-out/")
        looks_right(page)
        page.get_by_role("main").get_by_role("button").first.click()
        page.wait_for_url(house.url + "/")
        sign_in(page, house.url, "visitor", PASSPHRASE)
        page.goto(house.url + night.door)
        page.get_by_label("I agree, for today").wait_for(state="attached")
        looks_right(page)
