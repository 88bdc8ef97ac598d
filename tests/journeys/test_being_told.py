"""A facilitator cancels; whoever booked sees it at once, and who facilitates sees who was told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from beside.meetings import actions
from beside.meetings.tests.crowd import reachable
from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, Cast, build
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = os.environ.get("BESIDE_PICTURES", "")
People = Callable[..., "Page"]


@pytest.fixture
def cast(own_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The visitor is booked and has no address; the member is, and may be written to."""
    with django_db_blocker.unblock():
        built = build(can_sign_in=True)
        reachable(built["member"], "marlow@example.net")
        with built.looking_as("member") as marlow:
            actions.book_seat(built.meeting, by=marlow)
        yield built


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; pictures if somebody wants them."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=str(Path(PICTURES) / f"told-{name}-{scheme}.png"), full_page=True)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")


def test_a_cancelled_meeting_is_seen_on_open_pages_at_once_and_who_was_told(
    cast: Cast, own_database: str, person_page: People
) -> None:
    connection.close()
    group, meeting = cast.group.key, cast.meeting.key
    with Living(own_database, worker=True) as living:
        ash, wren = person_page("Ash"), person_page("Wren", phone=True)
        marlow = person_page("Marlow", timezone_id="America/New_York")  # who lives in London
        for page, part in ((ash, "facilitator"), (wren, "visitor"), (marlow, "member")):
            sign_in(page, living.url, part, PASSPHRASE)
        wren.goto(f"{living.url}/g/{group}/visit/{meeting}/")
        wren.get_by_role("button", name="Not this time").wait_for()
        assert wren.get_by_text("London time").count() == 0
        marlow.goto(f"{living.url}/today/")
        there = cast.meeting.starts_at.astimezone(ZoneInfo("America/New_York"))
        marlow.get_by_text("London time (").first.wait_for()
        assert f"{there:%H:%M} on this device)" in marlow.locator("main").inner_text()

        ash.goto(f"{living.url}/g/{group}/meetings/{meeting}/change/")
        form = ash.locator("form", has=ash.get_by_role("button", name="Cancel this meeting"))
        form.get_by_role("textbox").fill("Ash is ill tonight.")
        form.get_by_role("button", name="Cancel this meeting").click()

        wren.get_by_text("This meeting is cancelled").wait_for()
        marlow.get_by_text("It does not take place:").first.wait_for()
        ash.get_by_text("1 told · 1 not reachable").wait_for()
        ash.get_by_text("No message reaches them by itself. If you can reach them, do:").wait_for()
        look(ash, "change")
        look(wren, "visit")
        look(marlow, "today")

        wren.reload()  # she has looked, and Ash reads so
        wren.goto(f"{living.url}/today/")
        assert wren.get_by_text("It does not take place:").count() == 0
        ash.goto(f"{living.url}/g/{group}/meetings/")
        ash.get_by_text("2 told", exact=True).wait_for()
        look(ash, "group")
