"""One whole evening, from looking for a group at night to an answer for whoever was worried."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from playwright.sync_api import expect

from beside import wall
from beside.care import actions as care
from beside.kernel import clock
from beside.meetings.models import Meeting
from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE
from tests.journeys.evening import WATCHED, Tonight, flows, knock, tonight
from tests.living import Living, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

People = Callable[..., "Page"]
SMALL = {"ROOM_PICTURE": "160 120 10 60"}
HIGH = "I am going to end my life."


def calm(page: Page) -> list[str]:
    """What axe finds once the page has settled: a part that is being replaced is see-through."""
    found = axe(page)
    if found:
        page.wait_for_load_state("networkidle")
        found = axe(page)
    return found


def somebody_reads(night: Tonight) -> None:
    """The facilitator offers the hours around now."""
    with night.cast.looking_as("facilitator") as ash:
        begins, ends = night.cast.now - timedelta(hours=1), night.cast.now + timedelta(hours=4)
        care.offer_hours(night.cast.group, begins, ends, by=ash)


def end(meeting: Meeting) -> None:
    """Let the meeting be over."""
    with transaction.atomic(), wall.house("test.end"):
        over = clock.now() - timedelta(minutes=1)
        began = over - timedelta(minutes=75)
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=began, ends_at=over)


def test_one_evening(own_database: str, person_page: People) -> None:
    night = tonight()
    somebody_reads(night)
    with Living(own_database, worker=True, relay=True, environ=SMALL) as house:
        sky = person_page("Sky", phone=True)
        staff = {}
        for name, part in (("Ash", "facilitator"), ("Marlow", "member"), ("Noor", "greeter")):
            page = staff[name] = person_page(name)
            page.add_init_script(WATCHED)
            sign_in(page, house.url, part, PASSPHRASE)
        # Without JavaScript axe cannot run; with it the same path is looked over.
        _looking(person_page("Somebody", phone=True, script=False), house, lambda page: [])
        _looking(person_page("Somebody else", phone=True), house, calm)
        _first_step_and_visit(sky, house, night)
        _greeting(sky, staff["Noor"], house, night)
        _writing(staff["Marlow"], staff["Noor"], house, night)
        _circle(sky, staff["Ash"], staff["Marlow"], house, night)
        end(night.meeting)
        _afterwards(sky, house)
        _stepping_in(staff["Marlow"], staff["Noor"], staff["Ash"], house, night)
        _leaving_quickly(sky, house)


def _looking(page: Page, house: Living, look: Callable[[Page], list[str]]) -> None:
    """A phone and no account: home, finder, group, first visit, help."""
    page.goto(house.url)
    assert look(page) == []
    page.get_by_role("link", name="Depression", exact=True).click()
    page.get_by_text("Why this one").first.wait_for()
    assert look(page) == []
    page.get_by_role("link", name="Tuesday Lanterns").first.click()
    page.get_by_role("heading", name="Tuesday Lanterns").wait_for()
    page.goto(f"{house.url}/first-visit/")
    assert look(page) == []
    page.get_by_role("link", name="Get help now").first.click()
    page.get_by_role("heading", name="Get help now").wait_for()
    assert look(page) == []
    assert page.locator("a[href^='tel:']").count() > 0


def _first_step_and_visit(sky: Page, house: Living, night: Tonight) -> None:
    """Sky chooses a name, keeps the codes, and books tonight, listening and greeted."""
    sky.goto(f"{house.url}/g/{night.cast.group.key}/visit/{night.meeting.key}/")
    sky.wait_for_url("**/join/?next=**")
    assert sky.get_by_role("heading", name="We do not know who or where you are").is_visible()
    sky.get_by_label("The name others will see").fill("Sky")
    sky.locator("label[for=id_pebble_3]").click()
    sky.locator("label[for=id_age_band_3]").click()
    sky.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    sky.get_by_role("button", name="Take this step").click()
    sky.wait_for_url("**/join/codes/")
    sky.get_by_role("button", name="Show my codes").click()
    sky.get_by_role("button", name="I have kept them").click()
    sky.wait_for_url("**/visit/**")
    sky.locator("label[for=id_listen_only]").click()
    sky.get_by_role("button", name="Book my visit").click()
    sky.get_by_text("You come as Sky").wait_for()
    assert calm(sky) == []


def _greeting(sky: Page, noor: Page, house: Living, night: Tonight) -> None:
    """The greeter writes first, and only then can Sky answer."""
    assert sky.get_by_label("Your answer").count() == 0
    noor.goto(f"{house.url}/g/{night.cast.group.key}/meetings/")
    noor.get_by_role("link", name="Write to Sky").first.click()
    noor.get_by_label("A few words").fill("Hello Sky, I was new once too.")
    noor.get_by_role("button", name="Send").click()
    sky.get_by_text("Hello Sky, I was new once too.").wait_for()
    sky.get_by_label("Your answer").fill("Thank you. I’ll just listen.")
    sky.get_by_role("button", name="Answer").click()
    noor.locator("#greeting").get_by_text("I’ll just listen.").wait_for()


def _writing(marlow: Page, noor: Page, house: Living, night: Tonight) -> None:
    """A topic, an answer, and fellow feeling on the open page without a reload."""
    marlow.goto(f"{house.url}/g/{night.cast.group.key}/talk/new/")
    assert marlow.get_by_text("Someone from the team reads here until").is_visible()
    marlow.get_by_label("A few words that say what it is about").fill("Alarms")
    marlow.get_by_label("What would you like to share?").fill("How do you get up?")
    marlow.get_by_role("button", name="Share with the group").click()
    marlow.wait_for_selector("#thread")
    topic = marlow.url.split("?")[0]
    noor.goto(topic)
    noor.get_by_label("Write back").fill("I moved the kettle next to the bed.")
    noor.get_by_role("button", name="Send").click()
    marlow.get_by_text("I moved the kettle next to the bed.").wait_for()
    noor.goto(topic)
    noor.locator("[data-post]").first.get_by_role("button", name="With you").click()
    marlow.get_by_text("With you: Noor").wait_for()


def _circle(sky: Page, ash: Page, marlow: Page, house: Living, night: Tonight) -> None:
    """Three in a circle, through the relay; a round with a pass; Sky leaves quietly."""
    sky.add_init_script(WATCHED)
    for page in (sky, marlow, ash):
        page.goto(house.url + night.door)
        if page is not sky:
            page.click("#try-voice")
            page.click("#try-camera")
        knock(page)
    ash.wait_for_url(f"**{night.inside}")
    for page, name in ((marlow, "Marlow"), (sky, "Sky")):
        ash.get_by_role("button", name=f"Let in {name}").click()
        page.wait_for_url(f"**{night.inside}")
    flows(sky, 2, "voice", "frames")
    ash.get_by_label("The question").fill("What got you through the week?")
    ash.get_by_label("The question").press("Enter")
    for page, end_key in ((ash, "#turn-done"), (marlow, "#turn-pass")):
        if end_key == "#turn-done":
            page.click("#turn-accept")
        page.click(end_key)
    ash.get_by_text("Everybody was offered a turn").first.wait_for()
    sky.get_by_role("button", name="Leave quietly").click()
    sky.wait_for_url("**/today/")


def _afterwards(sky: Page, house: Living) -> None:
    """Three questions, and then Sky joins."""
    sky.goto(f"{house.url}/today/")
    sky.get_by_role("link", name="Answer, or skip to what comes next").first.click()
    sky.wait_for_url("**/afterwards/")
    assert calm(sky) == []
    sky.get_by_role("group", name="Did you feel heard?").get_by_label("Mostly").check()
    sky.get_by_role("button", name="Join").click()
    sky.wait_for_url("**/g/*/**")
    assert sky.get_by_role("heading", name="Tuesday Lanterns").is_visible()


def _stepping_in(marlow: Page, noor: Page, ash: Page, house: Living, night: Tonight) -> None:
    """Noticed, told and asked reach the desk; the one who told is answered."""
    group = f"{house.url}/g/{night.cast.group.key}/"
    ash.goto(f"{house.url}/desk/")
    marlow.goto(group + "talk/new/")
    marlow.get_by_label("A few words that say what it is about").fill("Tonight")
    marlow.get_by_label("What would you like to share?").fill(HIGH)
    marlow.get_by_role("button", name="Share with the group").click()
    marlow.get_by_role("heading", name="Would you like somebody to talk to now?").wait_for()
    ash.locator("#needs").get_by_text("words about ending one's life soon").wait_for()
    noor.goto(marlow.url.split("?")[0])
    noor.get_by_text("Tell us about this", exact=True).first.click()
    noor.get_by_role("button", name="Tell us").click()
    noor.get_by_role("heading", name="Thank you for telling us").wait_for()
    ash.locator("#needs").get_by_text("told by 1 member").wait_for()
    marlow.goto(group)
    marlow.get_by_role("button", name="I need a facilitator").click()
    ash.locator("#needs").get_by_text("asked for a facilitator").wait_for()
    told = ash.locator("#needs li.item", has_text="told by 1 member")
    told.get_by_role("link", name="Open").click()
    ash.get_by_role("button", name="I'll look after it").click()
    ash.get_by_role("button", name="Bring in the").click()
    ash.get_by_text("It is on the desk of the").wait_for()
    ash.get_by_label("Your answer to whoever told us").fill("They know that somebody asked.")
    ash.get_by_role("button", name="Answer and close").click()
    noor.get_by_text("They know that somebody asked.").wait_for()


def _leaving_quickly(sky: Page, house: Living) -> None:
    """Shift three times: elsewhere at once, signed out, and Back shows nothing."""
    sky.goto(f"{house.url}/today/")
    for _ in range(3):
        sky.keyboard.press("Shift")
    left_for_good(sky, house)


def left_for_good(sky: Page, house: Living) -> None:
    """Elsewhere (an address that does not answer here), and signed out."""
    expect(sky).not_to_have_url(re.compile(re.escape(house.url)))
    until(lambda: _is_signed_out(sky, house))


def _is_signed_out(sky: Page, house: Living) -> bool:
    """The last word of the page that was left may still be on its way."""
    sky.goto(f"{house.url}/today/")
    return "/sign-in/" in sky.url
