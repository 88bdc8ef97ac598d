"""A first visit in the browser: from a group's page to what comes after, and a greeter's side."""

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
from beside.groups.models import Acceptance
from beside.kernel import clock
from beside.meetings.models import Booking, Meeting
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
    """The cast in a database of its own, around the real present, each able to sign in."""
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
        page.screenshot(path=str(Path(PICTURES) / f"visit-{name}.png"), full_page=True)


def end(meeting: Meeting) -> None:
    """Let the meeting be over."""
    with transaction.atomic(), wall.house("test.end"):
        over = clock.now() - timedelta(minutes=1)
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=over - timedelta(minutes=75), ends_at=over
        )


@pytest.mark.parametrize("phone", SIZES)
def test_somebody_visits_is_greeted_and_finds_that_it_was_not_for_them(
    cast: Cast, url: str, person_page: People, phone: bool
) -> None:
    size = "phone" if phone else "desk"
    sky, noor = person_page("Sky", phone=phone), person_page("Noor")
    sky.goto(f"{url}/groups/{cast.group.slug}/")
    look(sky, f"face-{size}")
    assert "Every" in sky.get_by_role("region", name="How we meet").inner_text()
    sign_in(sky, url, "stranger", PASSPHRASE)
    sky.goto(f"{url}/groups/{cast.group.slug}/")
    sky.get_by_role("link", name="Visit once").first.click()
    sky.wait_for_url("**/visit/**")
    look(sky, f"book-{size}")
    sky.get_by_label("What may people call you here?").fill("Sky")
    sky.locator("label[for=id_listen_only]").click()
    sky.get_by_role("button", name="Book my visit").click()
    sky.get_by_text("You come as Sky").wait_for()
    assert sky.get_by_label("Your answer").count() == 0
    look(sky, f"booked-{size}")

    sign_in(noor, url, "greeter", PASSPHRASE)
    noor.goto(f"{url}/g/{cast.group.key}/meetings/")
    look(noor, "newcomers")
    noor.get_by_role("link", name="Write to Sky").click()
    noor.get_by_label("A few words").fill("Hello Sky, I was new once too.")
    noor.get_by_role("button", name="Send").click()
    noor.locator("#greeting").get_by_text("I was new once too").wait_for()
    look(noor, "greet")

    # Sky's page looks again by itself, and now there is somebody to answer.
    sky.get_by_text("Hello Sky, I was new once too.").wait_for()
    sky.get_by_label("Your answer").fill("Thank you. I’ll just listen.")
    sky.get_by_role("button", name="Answer").click()
    noor.locator("#greeting").get_by_text("I’ll just listen.").wait_for()
    sky.locator("#greeting").get_by_text("I’ll just listen.").wait_for()
    look(sky, f"greeted-{size}")

    sky.goto(f"{url}/today/")
    look(sky, f"today-{size}")
    end(cast.meeting)
    sky.goto(f"{url}/today/")
    sky.get_by_role("link", name="Answer, or skip to what comes next").click()
    sky.wait_for_url("**/afterwards/")
    look(sky, f"afterwards-{size}")
    sky.get_by_role("group", name="Did you feel heard?").get_by_label("Mostly").check()
    sky.get_by_role("button", name="Not for me").click()
    sky.wait_for_url("**/find/**")
    assert "experience=depression" in sky.url

    noor.goto(f"{url}/g/{cast.group.key}/people/")
    assert noor.get_by_text("Sky").count() == 0


def test_a_visit_on_a_phone_without_javascript(cast: Cast, url: str, person_page: People) -> None:
    wren = person_page("Sky", phone=True, script=False)
    wren.goto(f"{url}/groups/{cast.group.slug}/?zone=America/New_York")
    assert "for you)" in wren.get_by_role("region", name="How we meet").inner_text()
    wren.get_by_role("link", name="Visit once").first.click()
    wren.wait_for_url("**/join/?next=**")
    sign_in(wren, url, "stranger", PASSPHRASE)
    wren.goto(f"{url}/g/{cast.group.key}/visit/{cast.meeting.key}/")
    wren.get_by_label("What may people call you here?").fill("Marlow")
    wren.get_by_role("button", name="Book my visit").click()
    wren.get_by_role("alert").wait_for()
    wren.get_by_label("What may people call you here?").fill("Sky")
    wren.get_by_role("button", name="Book my visit").click()
    wren.get_by_text("You come as Sky").wait_for()
    wren.get_by_role("button", name="Not this time").click()
    wren.wait_for_url("**/today/")
    assert wren.get_by_text("Your place is free for somebody else").is_visible()


def test_a_visit_by_keyboard_alone(cast: Cast, url: str, person_page: People) -> None:
    page = person_page("Sky")
    sign_in(page, url, "stranger", PASSPHRASE)
    page.goto(f"{url}/g/{cast.group.key}/visit/{cast.meeting.key}/")
    press = page.keyboard.press
    page.locator("#id_name").focus()
    press("Control+a")
    page.keyboard.type("Sky")
    press("Tab")
    press("ArrowRight")  # another pebble
    press("Tab")
    press("Space")  # I would like to listen
    press("Tab")
    press("Space")  # no greeting, please
    press("Tab")  # what a first visit is like
    press("Tab")
    press("Enter")
    page.get_by_text("You come as Sky").wait_for()
    with transaction.atomic(), wall.house("test.look"):
        booking = Booking.objects.select_related("persona").get(persona__name="Sky")
        assert (booking.listen_only, booking.greet, booking.persona.pebble) == (True, False, 2)


@pytest.mark.parametrize("phone", SIZES)
def test_every_page_inside_is_sound(cast: Cast, url: str, person_page: People, phone: bool) -> None:
    page = person_page("Ash", phone=phone)
    sign_in(page, url, "facilitator", PASSPHRASE)
    inside = f"/g/{cast.group.key}/"
    blocked = cast.personas["blocked"].key
    for path in (
        "/g/",
        "/first-visit/",
        inside,
        f"{inside}meetings/",
        f"{inside}meetings/plan/",
        f"{inside}meetings/{cast.meeting.key}/change/",
        f"{inside}agreement/",
        f"{inside}agreement/write/",
        f"{inside}people/",
        f"{inside}people/{blocked}/remove/",
        f"{inside}leave/",
        f"{inside}greet/{cast.booking.key}/",
    ):
        page.goto(url + path)
        look(page, f"inside-{path.strip('/').split('/')[-1]}-{'phone' if phone else 'desk'}")


def test_a_member_reads_the_agreement_says_yes_and_leaves(
    cast: Cast, url: str, person_page: People, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), transaction.atomic(), wall.house("test.not_yet"):
        Acceptance.objects.filter(persona=cast.personas["member"]).delete()
    page = person_page("Marlow")
    sign_in(page, url, "member", PASSPHRASE)
    page.goto(f"{url}/g/{cast.group.key}/")
    page.get_by_role("link", name="Read our agreement").click()
    page.get_by_text("Somebody’s life is in danger.").wait_for()
    page.get_by_role("button", name="I say yes to this").click()
    page.wait_for_url(f"**/g/{cast.group.key}/")
    page.get_by_role("link", name="Leave this group", exact=True).click()
    page.get_by_role("button", name="Leave", exact=True).click()
    page.wait_for_url("**/g/")
    page.goto(f"{url}/g/{cast.group.key}/")
    assert page.title() != "Talk · Beside"
