"""Somebody puts their meetings into the calendar of their phone, by the pages alone."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, Cast, build
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = os.environ.get("BESIDE_PICTURES", "")


@pytest.fixture
def cast(own_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        yield build(can_sign_in=True)


@pytest.fixture
def url(cast: Cast, own_database: str) -> Iterator[str]:
    connection.close()
    with Living(own_database) as house:
        yield house.url


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; a picture if somebody wants one."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"calendar-{name}.png"), full_page=True)


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=90) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("phone", [False, True], ids=["1240", "390"])
def test_somebody_makes_an_address_uses_it_and_stops_it(
    cast: Cast, url: str, person_page: Callable[..., Page], phone: bool
) -> None:
    size = "390" if phone else "1240"
    scheme = "dark" if phone else "light"
    page = person_page("Marlow", phone=phone, color_scheme=scheme, script=not phone)
    sign_in(page, url, "member", PASSPHRASE)
    page.goto(f"{url}/me/")
    page.get_by_role("link", name="My calendars").click()
    page.get_by_label("What you call it").fill("Kitchen tablet")
    page.get_by_label("Words of my own").check()
    page.get_by_label("Words of your own").fill("Choir")
    page.get_by_role("button", name="Make the address").click()
    address = page.get_by_label("Address of the calendar").input_value()
    assert "SUMMARY:Choir" in fetched(address)
    if not phone:  # axe is a script itself
        look(page, f"made-{size}")
    elif PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"calendar-made-{size}.png"), full_page=True)
    page.get_by_role("button", name="Stop it").click()
    page.get_by_text("Stopped.").wait_for()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(address)


def test_the_pages_with_calendars_on_them_are_sound_at_both_widths(
    cast: Cast, url: str, person_page: Callable[..., Page]
) -> None:
    for phone in (False, True):
        size = "390" if phone else "1240"
        page = person_page("Marlow", phone=phone, color_scheme="light" if phone else "dark")
        sign_in(page, url, "member", PASSPHRASE)
        page.goto(f"{url}/me/calendars/")
        look(page, f"mine-{size}")
        page.goto(f"{url}/g/{cast.group.key}/meetings/")
        page.get_by_role("link", name="Add to my calendar").first.wait_for()
        look(page, f"meetings-{size}")
        page.goto(f"{url}/groups/{cast.group.slug}/")
        page.get_by_role("link", name="Subscribe").wait_for()
        look(page, f"face-{size}")
