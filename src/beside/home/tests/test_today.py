"""The first page of a day, as people meet it."""

from __future__ import annotations

from django.db.models import F

from beside.care.tests.stepping import everything
from beside.care.tests.test_pages import words
from beside.forum.tests.test_pages import browser
from beside.groups.models import Group
from beside.signposts.models import lines_for
from tests.cast import Cast


def test_a_newcomer_reads_what_will_stand_here_and_finds_a_group(cast: Cast) -> None:
    page = words(browser(cast, "stranger"), "/today/")
    assert "Nothing waits for you today" in page
    assert "Find a group" in page.split("Nothing waits for you today")[1]


def test_the_first_page_after_signing_in_shows_the_way_to_the_desk(cast: Cast) -> None:
    for part, shown in (("facilitator", True), ("coordinator", True), ("member", False)):
        page = browser(cast, part).get("/today/").content.decode()
        assert ('href="/desk/"' in page) is shown


def test_whoever_begins_a_house_is_led_from_the_lines_to_the_first_group(cast: Cast) -> None:
    assert "Open your first group" not in words(browser(cast, "coordinator"), "/today/")
    with everything():
        Group.objects.update(source="other-hall", source_slug=F("slug"))
    esi = browser(cast, "coordinator")
    right = {line.key: "right" for line in lines_for("GB")}
    after = esi.post("/help-now/confirm/", right, follow=True).content.decode()
    assert 'href="/g/open/"' in after
    assert "Open your first group" in words(esi, "/today/")
    assert "Open your first group" not in words(browser(cast, "stranger"), "/today/")
