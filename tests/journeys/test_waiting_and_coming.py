"""A full meeting in the browser: waiting, an offer, the code at the door, and a sheet of paper."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Manner, Meeting, Venue
from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, Cast, build
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = os.environ.get("BESIDE_PICTURES", "")
SIZES = [pytest.param(False, id="1240"), pytest.param(True, id="390")]
People = Callable[..., "Page"]


@pytest.fixture
def cast(own_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """One place in a room, which the visitor has; another group in the same town has more."""
    with django_db_blocker.unblock():
        built = build(can_sign_in=True)
        with transaction.atomic(), wall.house("test.full"):
            library = Venue.objects.create(name="Library", town="London")
            Meeting.objects.filter(pk=built.meeting.pk).update(
                places=1, way="in_person", venue=library
            )
            Group.objects.filter(pk=built.other_group.pk).update(
                experiences=built.group.experiences
            )
            Manner.objects.create(group=built.group, supporters=True)
        yield built


@pytest.fixture
def url(cast: Cast, own_database: str) -> Iterator[str]:
    connection.close()
    with Living(own_database) as house:
        yield house.url


def begin(meeting: Meeting) -> None:
    """Let it begin in ten minutes."""
    with transaction.atomic(), wall.house("test.begin"):
        soon = clock.now() + timedelta(minutes=10)
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=soon, ends_at=soon + timedelta(minutes=75)
        )


def end(meeting: Meeting) -> None:
    """Let it be over."""
    with transaction.atomic(), wall.house("test.end"):
        over = clock.now() - timedelta(minutes=1)
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=over - timedelta(minutes=75), ends_at=over
        )


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; pictures if somebody wants them."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=str(Path(PICTURES) / f"wait-{name}-{scheme}.png"), full_page=True)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")


@pytest.mark.parametrize("phone", SIZES)
def test_somebody_waits_is_offered_a_place_comes_and_can_prove_it(
    cast: Cast, url: str, person_page: People, phone: bool
) -> None:
    size = "phone" if phone else "desk"
    sky, ash = person_page("Sky", phone=phone), person_page("Ash", phone=phone)
    sign_in(sky, url, "stranger", PASSPHRASE)
    sky.goto(f"{url}/groups/{cast.group.slug}/")
    sky.get_by_role("link", name="Wait for a place").click()
    sky.get_by_text("Every place is taken this time").wait_for()
    look(sky, f"full-{size}")
    sky.get_by_label("What may people call you here?").fill("Sky")
    sky.get_by_role("button", name="Wait for a place").click()
    sky.get_by_text("You are next.").wait_for()
    assert sky.get_by_role("region", name="While you wait").get_by_text("The Long Table").count()
    look(sky, f"waiting-{size}")

    # Somebody stays away; Sky's page looks again by itself, and the keyboard says yes.
    wren = person_page("Wren")
    sign_in(wren, url, "visitor", PASSPHRASE)
    wren.goto(f"{url}/g/{cast.group.key}/visit/{cast.meeting.key}/")
    wren.get_by_role("button", name="Not this time").click()
    wren.wait_for_url("**/today/")
    sky.get_by_role("heading", name="A place is free for you").wait_for()
    look(sky, f"offer-{size}")
    other_tab = sky.context.new_page()
    other_tab.goto(f"{url}/today/")
    assert other_tab.get_by_role("heading", name="A place is free for you").is_visible()
    look(other_tab, f"today-{size}")
    sky.get_by_role("button", name="Yes, I’ll come").focus()
    sky.keyboard.press("Enter")
    sky.get_by_text("Good. Your place is kept.").wait_for()
    # The other tab learns it too, by itself or by looking again.
    other_tab.reload()
    assert other_tab.get_by_role("button", name="Yes, I’ll come").count() == 0
    other_tab.close()
    look(sky, f"kept-{size}")

    begin(cast.meeting)
    sign_in(ash, url, "facilitator", PASSPHRASE)
    inside = f"{url}/g/{cast.group.key}/meetings/"
    ash.goto(f"{inside}{cast.meeting.key}/door/")
    ash.get_by_role("button", name="Show the code").click()
    code = ash.locator(".door-code").inner_text()
    assert ash.get_by_role("img", name="The same code as a square to scan").is_visible()
    look(ash, f"code-{size}")
    ash.get_by_role("link", name="Back to who comes").click()
    ash.get_by_role("heading", name="Expected").wait_for()
    look(ash, f"door-{size}")
    sky.reload()
    sky.get_by_role("link", name="I am here").click()
    sky.get_by_label("The code at the door").fill(code)
    look(sky, f"here-{size}")
    sky.keyboard.press("Enter")
    sky.get_by_text("Good that you are here.").wait_for()
    ash.locator("#list .chip", has_text="here").wait_for()

    end(cast.meeting)
    sky.reload()
    sky.get_by_role("link", name="Make a sheet that proves it").click()
    sky.get_by_label("The name on the sheet").fill("Sky Alder")
    sky.get_by_role("group", name="Days on which you came").get_by_role("checkbox").check()
    look(sky, f"proofs-{size}")
    sky.get_by_role("button", name="Make the sheet").click()
    proof = sky.locator(".to-print .code").inner_text()
    assert cast.group.name not in sky.locator("main").inner_text()
    look(sky, f"sheet-{size}")
    if PICTURES:
        sky.emulate_media(media="print")
        sky.screenshot(path=str(Path(PICTURES) / f"wait-printed-{size}.png"), full_page=True)
    office = person_page("An office", phone=phone)
    office.goto(f"{url}/proof/")
    office.get_by_label("The code on the sheet").fill(proof)
    office.get_by_label("The name on the sheet").fill("Sky Alder")
    office.get_by_role("button", name="Confirm it").click()
    office.get_by_role("heading", name="This is true").wait_for()
    look(office, f"confirmed-{size}")

    # What facilitators say and do around it.
    begin(cast.meeting)
    ash.goto(f"{inside}manner/")
    look(ash, f"manner-{size}")
    ash.goto(f"{inside}{cast.meeting.key}/guests/")
    ash.get_by_label("What shall we call them?").fill("Rose")
    ash.get_by_label("Their number or address").fill("020 7946 0000, after six")
    look(ash, f"guests-{size}")
    ash.get_by_role("button", name="Keep a place for them").click()
    ash.get_by_text("They wait; there is no place yet.").wait_for()
    look(ash, f"calls-{size}")
    ash.goto(inside)
    look(ash, f"meetings-{size}")
