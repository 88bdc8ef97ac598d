"""The whole journey with a keyboard and nothing else, from the first page to leaving quickly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction

from beside import wall, wire
from beside.forum import actions as forum
from beside.forum.models import Topic
from beside.meetings import actions as meetings
from beside.meetings.models import Booking
from tests.browser import sign_in
from tests.cast import PASSPHRASE
from tests.journeys.evening import Tonight, tonight
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_one_evening import end, left_for_good, somebody_reads
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

People = Callable[..., "Page"]


def test_the_whole_journey_by_keyboard_alone(own_database: str, person_page: People) -> None:
    night = tonight()
    somebody_reads(night)
    with Living(own_database, relay=True) as house:
        sky, ash = Keyboard(person_page("Sky")), Keyboard(person_page("Ash"))
        for each in (sky, ash):
            each.page.set_default_timeout(60_000)
        sign_in(ash.page, house.url, "facilitator", PASSPHRASE)
        sky.page.goto(house.url)
        _finding(sky)
        _first_step(sky)
        _visit(sky)
        _greeting(sky, night)
        _circle(sky, ash, house, night)
        end(night.meeting)
        _afterwards(sky)
        _writing(sky, night)
        _asking(sky)
        _leaving_quickly(sky, house)


def _finding(sky: Keyboard) -> None:
    """From the first page to a group's own."""
    sky.open("link", "Depression", exact=True)
    sky.page.wait_for_url("**/find/**")
    sky.open("link", "Tuesday Lanterns")
    sky.page.wait_for_url("**/groups/**")
    sky.open("link", "Visit once")
    sky.page.wait_for_url("**/join/?next=**")


def _first_step(sky: Keyboard) -> None:
    """A name, a pebble, an age, a passphrase, a way that is safe; then the codes."""
    sky.write("The name others will see", "Sky", role="combobox")
    sky.choose("pebble", "heather")
    sky.choose("age_band", "26 to 64")
    sky.write("Passphrase", PASSPHRASE, exact=True)
    sky.choose("reach", "Also by e-mail")
    sky.choose("reach", "Only here, inside this site")
    sky.to("checkbox", "I share this device")
    sky.open("button", "Take this step")
    sky.page.wait_for_url("**/join/codes/")
    sky.open("button", "Show my codes")
    sky.open("button", "I have kept them")
    sky.page.wait_for_url("**/visit/**")


def _visit(sky: Keyboard) -> None:
    """A visit, only listening, and greeted."""
    sky.to("checkbox", "I would like to listen")
    sky.press("Space")
    sky.open("button", "Book my visit")
    sky.page.get_by_text("You come as Sky").wait_for()


def _greeting(sky: Keyboard, night: Tonight) -> None:
    """The greeter's words arrive by themselves, wherever the keyboard is, and are answered."""
    sky.to("button", "Not this time")
    with transaction.atomic(), wall.house("test.look"):
        booking = Booking.objects.get(persona__name="Sky")
    assert booking.meeting_id == night.meeting.pk
    with night.cast.looking_as("greeter") as noor:
        meetings.greet(booking, "Hello Sky, I was new once too.", by=noor)
    sky.page.get_by_text("Hello Sky, I was new once too.").wait_for()
    _changes(sky, f"meeting:{night.meeting.key}", "#meeting-now")
    sky.stands("#meeting-now button")
    sky.write("Your answer", "Thank you. I will just listen.")
    sky.open("button", "Answer")
    sky.page.locator("#greeting").get_by_text("I will just listen.").wait_for()


def _changes(person: Keyboard, name: str, part: str) -> None:
    """A part of the page is drawn anew because something changed, while the keyboard is on it."""
    person.page.evaluate("part => { document.querySelector(part).old = true; }", part)
    with transaction.atomic():
        wire.tell(name)
    person.page.wait_for_function("part => !document.querySelector(part).old", arg=part)


def _circle(sky: Keyboard, ash: Keyboard, house: Living, night: Tonight) -> None:
    """The agreement, the devices, a knock; a round with a turn taken and one passed."""
    sky.open("link", "Come in")
    sky.page.wait_for_url(f"**{night.door}")
    sky.to("button", "Microphone")
    sky.press("Space")
    sky.page.locator("#try-voice[aria-pressed=true]").wait_for()
    sky.press("Space")
    sky.page.locator("#try-voice[aria-pressed=false]").wait_for()
    ash.page.goto(house.url + night.door)
    for person, words in ((sky, "Knock"), (ash, "Come in and open the room")):
        person.to("checkbox", "I agree, for today")
        person.press("Space")
        person.open("button", words)
    ash.page.wait_for_url(f"**{night.inside}")
    ash.open("button", "Let in Sky")
    ash.page.get_by_role("button", name="Let in Sky").wait_for(state="detached")
    ash.stands("#waiting")  # the button is gone, and nothing else may be pressed by mistake
    sky.page.wait_for_url(f"**{night.inside}")
    sky.open("button", "Raise hand")
    sky.page.get_by_role("button", name="Hand down").wait_for()
    sky.stands("#hand")  # what is pressed was drawn anew, and the keyboard is where it was
    sky.press("Enter")
    sky.page.get_by_role("button", name="Raise hand").wait_for()
    sky.unfold("My part")
    sky.open("button", "I would like turns")
    sky.page.locator("#listen", has_text="Only listen").wait_for(state="attached")
    sky.stands("summary")
    sky.press("Enter")  # unfolded again where the keyboard is
    sky.to("button", "Only listen")
    ash.write("The question", "What got you through the week?")
    ash.press("Enter")  # and the circle has the focus, where letters are enough
    ash.page.get_by_role("button", name="I’ll speak").wait_for()
    ash.press("p")
    sky.open("button", "I’ll speak")
    sky.open("button", "Hand on")
    ash.page.get_by_text("Everybody was offered a turn").first.wait_for()
    sky.open("button", "Leave quietly")
    sky.page.wait_for_url("**/today/")


def _afterwards(sky: Keyboard) -> None:
    """Three questions, joining, and what the group agreed on."""
    sky.open("link", "Today")
    sky.open("link", "Answer, or skip to what comes next")
    sky.page.wait_for_url("**/afterwards/")
    for question, answer in (("heard", "Mostly"), ("belonging", "A little"), ("again", "Perhaps")):
        sky.choose(question, answer)
    sky.open("button", "Join this group")
    sky.page.wait_for_url("**/join/")
    sky.open("button", "Join this group")
    sky.page.get_by_text("You said yes to this.").wait_for()  # at the door


def _writing(sky: Keyboard, night: Tonight) -> None:
    """A topic, and an answer that comes while the keyboard is on the page."""
    sky.open("link", "Talk")
    sky.open("button", "Write")
    sky.write("A few words that say what it is about", "Alarms")
    sky.write("What would you like to share?", "How do you get up?")
    sky.open("button", "Share with the group")
    sky.page.wait_for_selector("#thread")
    sky.to("textbox", "Write back")
    with night.cast.looking_as("member") as marlow, transaction.atomic():
        topic = Topic.objects.visible_to(marlow).get(title="Alarms")
        forum.answer(topic, words="I moved the kettle next to the bed.", by=marlow)
    sky.page.get_by_text("I moved the kettle next to the bed.").wait_for()
    sky.type("Thank you.")


def _asking(sky: Keyboard) -> None:
    """A facilitator is asked for."""
    sky.open("link", "Tuesday Lanterns")
    sky.open("button", "I need a facilitator")
    sky.page.wait_for_selector("#state")


def _leaving_quickly(sky: Keyboard, house: Living) -> None:
    """Shift three times: elsewhere at once, and signed out."""
    sky.page.wait_for_load_state()
    for _ in range(3):
        sky.press("Shift")
    left_for_good(sky.page, house)
