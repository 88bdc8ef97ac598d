"""The first page of a day, as people meet it."""

from __future__ import annotations

from beside.care.tests.test_pages import words
from beside.forum.tests.test_pages import browser
from tests.cast import Cast


def test_a_newcomer_reads_what_will_stand_here_and_finds_a_group(cast: Cast) -> None:
    page = words(browser(cast, "stranger"), "/today/")
    assert "Nothing waits for you today" in page
    assert "Find a group" in page.split("Nothing waits for you today")[1]


def test_the_first_page_after_signing_in_shows_the_way_to_the_desk(cast: Cast) -> None:
    for part, shown in (("facilitator", True), ("coordinator", True), ("member", False)):
        page = browser(cast, part).get("/today/").content.decode()
        assert ('href="/desk/"' in page) is shown
