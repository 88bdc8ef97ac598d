"""Two people without an account in the browser: one is texted, the other gets a letter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.kernel import clock
from beside.meetings.models import Door, Meeting, Venue
from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, ZONE, Cast, build
from tests.gateway import Gateway, listening
from tests.living import Living, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = os.environ.get("BESIDE_PICTURES", "")
MM = 96 / 25.4  # points of a screen in a millimetre
A4 = {"width": round(210 * MM), "height": round(297 * MM)}
People = Callable[..., "Page"]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with listening() as one:
        yield one


@pytest.fixture
def cast(own_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        built = build(can_sign_in=True)
        with transaction.atomic(), wall.house("test.room"):
            library = Venue.objects.create(name="Library", neighbourhood="Riverside")
            Door.objects.create(venue=library, address="12 River Street\nFirst floor")
            zone = where_it_is_day()  # at night the text would wait
            starts = built.later.starts_at.astimezone(zone)
            Meeting.objects.filter(pk=built.later.pk).update(
                way="in_person", venue=library, zone=zone.key, on=starts.date(), at=starts.time()
            )
        yield built


def where_it_is_day() -> ZoneInfo:
    """A zone in which the living worker sends texts just now."""
    zones = [ZoneInfo(name) for name in (ZONE, "Asia/Tokyo", "America/Los_Angeles")]
    return next(zone for zone in zones if 9 <= clock.now().astimezone(zone).hour < 20)


@pytest.fixture
def url(cast: Cast, own_database: str, gateway: Gateway) -> Iterator[str]:
    connection.close()
    with Living(own_database, worker=True, environ=gateway.environ) as house:
        yield house.url


def look(page: Page, name: str) -> None:
    """Nothing that axe finds; a picture where `BESIDE_PICTURES` names a folder."""
    assert axe(page) == [], name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"texts-{name}.png"), full_page=True)


def test_one_is_texted_and_another_gets_a_letter(
    cast: Cast, url: str, gateway: Gateway, person_page: People
) -> None:
    inside = f"{url}/g/{cast.group.key}/meetings/{cast.later.key}"
    ash = person_page("Ash")
    dark = person_page("Ash at night", phone=True, color_scheme="dark")
    for page in (ash, dark):
        sign_in(page, url, cast["facilitator"].sign_in, PASSPHRASE)

    ash.goto(f"{inside}/guests/")
    ash.get_by_label("What shall we call them?").fill("Rose")
    ash.get_by_label("by text message").check()
    ash.get_by_label("Their number or address").fill("07400 123456, after six")
    ash.get_by_role("button", name="Keep a place for them").click()
    ash.get_by_text("only a mobile number can stand here").first.wait_for()
    look(ash, "guests-1240")
    ash.get_by_label("Their number or address").fill("07400 123456")
    ash.get_by_role("button", name="Keep a place for them").click()
    ash.get_by_text("a text is on its way to them").wait_for()
    until(lambda: gateway.texts)
    number, words = gateway.texts[0]
    assert number == "+447400123456"
    assert words.startswith("Your place is kept: ")

    dark.goto(f"{inside}/guests/")
    look(dark, "guests-390-dark")
    dark.get_by_label("What shall we call them?").fill("Jonah")
    dark.get_by_label("by post").check()
    dark.get_by_label("Their number or address").fill("Jonah Hill\n2 Mill Lane\nLondon E1 6AN")
    dark.get_by_role("button", name="Keep a place for them").click()
    dark.get_by_text("Their place: texted").wait_for()
    look(dark, "calls-390-dark")
    dark.get_by_role("link", name="The letter").click()
    dark.get_by_role("article", name="The letter").wait_for()
    look(dark, "letter-390-dark")
    dark.get_by_role("button", name="It is in the post").click()
    dark.get_by_text("Sent by post:").wait_for()
    dark.get_by_role("button", name="Not in the post after all").wait_for()

    ash.goto(f"{inside}/calls/")
    ash.get_by_text("The evening before: a text goes").wait_for()
    look(ash, "calls-1240")
    ash.get_by_role("link", name="The letter").click()
    look(ash, "letter-1240")
    folded(ash, cast)


def folded(page: Page, cast: Cast) -> None:
    """On paper the address lies where every window shows it, and nothing else near it."""
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / "texts-letter-printed.png"), full_page=True)
        page.pdf(path=str(Path(PICTURES) / "texts-letter.pdf"), prefer_css_page_size=True)
    window = page.locator(".post-window").bounding_box()
    words = page.locator(".post-words").bounding_box()
    assert window
    assert words
    assert window["x"] >= 20 * MM
    assert window["x"] + window["width"] <= 90 * MM + 1
    assert window["y"] >= 57 * MM - 1
    assert window["y"] + window["height"] <= 81 * MM
    assert words["y"] >= 99 * MM
    assert words["y"] + words["height"] <= 297 * MM
    seen = page.locator("body").inner_text()
    assert seen.strip().startswith("Jonah Hill")
    assert cast.group.name not in seen
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
