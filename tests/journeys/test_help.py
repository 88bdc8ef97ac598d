"""Getting help now: on a phone, by keyboard, without a script, without a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from beside.kernel import clock
from tests import cast
from tests.browser import axe, sign_in
from tests.living import Living

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def peopled(living: Living) -> Living:
    """A house in which the cast lives."""
    with transaction.atomic():
        cast.build(clock.now().replace(second=0, microsecond=0), can_sign_in=True)
    return living


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/help-now/", "/help-now/what-we-notice/", "/help-now/kept/"])
def test_everybody_can_read_the_help_pages(
    peopled: Living, person_page: Callable[..., Any], phone: bool, theme: str, path: str
) -> None:
    page = person_page("Wren", phone=phone, color_scheme=theme)
    page.goto(peopled.url + path)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_number_is_easy_to_press_on_a_phone(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren", phone=True)
    page.goto(peopled.url + "/help-now/")
    sizes = [each.bounding_box() for each in page.locator("a[href^='tel:'].number").all()]
    assert len(sizes) >= 4
    assert all(size["height"] >= 44 and size["width"] >= 200 for size in sizes)


def test_another_country_is_found_by_keyboard_without_a_script(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren", script=False)
    page.goto(peopled.url + "/")
    page.get_by_role("link", name="Get help now").first.press("Enter")
    page.wait_for_url("**/help-now/")
    page.get_by_label("I am somewhere else").select_option("JP")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**country=JP")
    assert page.get_by_role("link", name="0120-279-338").is_visible()
    assert not page.get_by_text("Keep this page").is_visible()


def test_once_kept_the_page_opens_without_a_connection_and_can_be_forgotten(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren", phone=True)
    page.goto(peopled.url + "/help-now/")
    page.get_by_role("button", name="Keep this page").click()
    page.get_by_text("Kept.").wait_for()
    assert axe(page) == []
    page.context.set_offline(True)
    page.goto(peopled.url + "/help-now/?country=GB")
    assert page.get_by_role("link", name="116 123").first.is_visible()
    assert "kept on this device" in page.locator("main").inner_text()
    looks = "getComputedStyle(document.querySelector('a.number')).borderRadius"
    assert page.evaluate(looks) != "0px"  # with its looks
    page.locator("summary", has_text="Japan").click()
    assert page.get_by_role("link", name="0120-279-338").is_visible()
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(peopled.url + "/today/")  # no other page is ever kept
    page.context.set_offline(False)
    page.goto(peopled.url + "/help-now/")
    page.get_by_role("button", name="Do not keep it").click()
    page.get_by_text("no longer kept").wait_for()
    assert page.evaluate("caches.keys()") == []


def test_on_a_shared_device_nothing_is_kept_by_itself(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Marlow")
    sign_in(page, peopled.url, "member", cast.PASSPHRASE)
    page.goto(peopled.url + "/help-now/")
    page.get_by_role("button", name="Keep this page").wait_for()
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_a_coordinator_confirms_the_lines(peopled: Living, person_page: Callable[..., Any]) -> None:
    page = person_page("Esi")
    sign_in(page, peopled.url, "coordinator", cast.PASSPHRASE)
    page.goto(peopled.url + "/help-now/confirm/")
    assert axe(page) == []
    for answer in page.get_by_label("Right", exact=True).all():
        answer.check(force=True)
    page.get_by_role("button", name="Save what I looked at").click()
    page.get_by_text("All lines of your own country were confirmed").wait_for()
    visitor = person_page("Wren")
    visitor.goto(peopled.url + "/help-now/")
    assert "to be confirmed" not in visitor.locator("main").inner_text()
