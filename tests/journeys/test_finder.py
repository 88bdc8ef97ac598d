"""Finding a group: on a phone, by keyboard, without a script, on one's own clock."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from beside.exchange import commands
from beside.kernel import clock
from tests import cast
from tests.browser import axe
from tests.living import Living

LISTING = [
    {"name": "Morning Walk", "slug": "walk", "day": [1, 2, 3, 4, 5], "time": "07:30",
     "end_time": "08:15", "timezone": "Europe/London", "city": "London", "postal_code": "E9 6SR",
     "regions": ["London", "Homerton"], "location": "Riverside Park", "latitude": 51.5467,
     "longitude": -0.0423, "approximate": "no", "types": ["X"], "notes": "Slow, with a dog."},
    {"name": "Evening Table", "slug": "table", "day": 4, "time": "19:00", "end_time": "20:30",
     "timezone": "Europe/London", "city": "London", "postal_code": "E8 1EA",
     "regions": ["London", "Hackney"], "location": "The Library", "latitude": 51.5450,
     "longitude": -0.0553, "approximate": "no", "types": ["W"]},
]  # fmt: skip


@pytest.fixture
def peopled(living: Living, tmp_path: Path) -> Living:
    """The cast, and two groups that are listed elsewhere."""
    with transaction.atomic():
        cast.build(clock.now().replace(second=0, microsecond=0))
    file = tmp_path / "hackney.json"
    file.write_text(json.dumps(LISTING))
    assert commands.main(["meetings", str(file), "--source", "Hackney walks", "--yes"]) == 0
    return living


def count(page: Any) -> str:
    return str(page.locator("#how-many").inner_text())


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "query", ["", "?experience=addiction&place=E9&km=3", "?place=Atlantis", "?safety=men&day=0"],
    ids=["all", "near", "unknown", "nothing"],
)  # fmt: skip
def test_everybody_can_read_the_finder(
    peopled: Living, person_page: Callable[..., Any], phone: bool, theme: str, query: str
) -> None:
    page = person_page("Wren", phone=phone, color_scheme=theme)
    page.goto(peopled.url + "/find/" + query)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_a_script_a_form_answers_and_says_why(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren", phone=True, script=False)
    page.goto(peopled.url + "/find/")
    assert page.get_by_text("those that meet next first").is_visible()
    page.get_by_label("Addiction recovery").check()
    page.locator("summary", has_text="How, when and where").click()
    page.get_by_label("In person").check()
    page.get_by_label("Near a town or postcode").fill("Homerton")
    page.get_by_label("Within").select_option("3")
    page.get_by_role("button", name="Show groups").click()
    page.get_by_text("2 groups could be a fit").wait_for()
    assert page.get_by_text("those that meet next first").count() == 0
    words = page.locator("article").all_inner_texts()
    assert "Morning Walk" in words[0]
    assert "It is for addiction recovery" in words[0]
    assert "from Homerton" in words[0]
    assert "Listed by Hackney walks" in words[0]
    assert page.get_by_label("Addiction recovery").is_checked()
    page.get_by_role("link", name="Morning Walk").first.click()
    page.wait_for_url("**/groups/**")
    page.get_by_role("heading", level=1, name="Morning Walk").wait_for()


def test_with_a_script_the_list_follows_each_answer_by_keyboard(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren")
    page.goto(peopled.url + "/find/")
    page.get_by_label("Addiction recovery").focus()
    page.keyboard.press("Space")
    page.locator("#how-many", has_text="2 groups could").wait_for()
    assert "experience=addiction" in page.url
    page.get_by_label("Women only, trans women included").focus()
    page.keyboard.press("Space")
    page.locator("#how-many", has_text="1 group could").wait_for()
    assert "Evening Table" in page.locator("article").inner_text()


def test_near_me_is_sent_once_roughly_and_never_kept(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    where = {"latitude": 51.54671234, "longitude": -0.04234567}
    page = person_page("Wren", geolocation=where, permissions=["geolocation"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(peopled.url + "/find/?experience=addiction&way=in_person&km=1")
    page.get_by_role("button", name="Near me").click()
    page.locator("#how-many", has_text="1 group could").wait_for()
    sent = [url for url in asked if "near=51" in url]
    assert sent
    assert all("near=51.55%2C-0.04" in url for url in sent)
    assert "near" not in page.url
    assert "from you" in page.locator("article").inner_text()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "near" not in kept
    assert "51.5" not in kept


def test_a_device_elsewhere_shows_its_own_hours(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren", timezone_id="America/New_York")
    page.goto(peopled.url + "/find/?experience=addiction&day=3")
    page.get_by_text("Times in New York").wait_for()
    said = page.locator("article", has_text="Evening Table").inner_text()
    assert re.search(r"19:00 London time \(1[45]:00 for you\)", said)  # 15 for a few weeks a year


def test_an_unknown_place_is_said_and_a_likely_one_offered(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren", script=False)
    page.goto(peopled.url + "/find/?place=Homertun")
    assert "We do not know that place" in page.locator("main").inner_text()
    page.get_by_role("link", name="Homerton").click()
    page.wait_for_url("**place=Homerton**")
    assert "We do not know" not in page.locator("main").inner_text()


def test_where_nothing_fits_two_other_ways_lead_on(
    peopled: Living, person_page: Callable[..., Any]
) -> None:
    page = person_page("Wren", script=False)
    page.goto(peopled.url + "/find/?experience=addiction&day=6&way=in_person")
    assert count(page) == "Nothing fits all of that yet"
    ways = page.locator(".instead a")
    assert ways.count() == 2
    said = [way.inner_text().split()[0] for way in ways.all()]
    for number, groups in enumerate(said):
        ways.nth(number).click()
        page.locator("#how-many", has_text=re.compile(rf"^\s*{groups} group")).wait_for()
        page.go_back()
