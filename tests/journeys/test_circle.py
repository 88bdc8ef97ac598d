"""Three people sit in a circle, through the real relay, and nobody learns where anybody is."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Error

from beside.host import roles
from beside.host.postgres import CannotStart
from tests.browser import DESK, axe
from tests.journeys.evening import at_the_door, counted, flows, grows, knock, tonight
from tests.living import Living, until

SMALL = {"ROOM_PICTURE": "160 120 10 60"}
ADDRESS = re.compile(
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]+\b|[\w.+-]+@[\w-]+\.\w+"
)
# Drawings, and the fingerprints by which two browsers know each other's keys, are full of numbers.
NUMBERS = re.compile(r"<svg.*?</svg>|fingerprint:[\w-]+ [0-9A-F:]+", re.DOTALL)
HOW_LARGE = "[...document.querySelectorAll('.seat .tile')].map((each) => each.clientHeight)"
PICTURES_LIE = """() => [...document.querySelectorAll('.view')].every((view) => {
  const tile = document.querySelector(`.seat[data-seat="${view.dataset.seat}"] .tile`);
  return Math.abs(tile.getBoundingClientRect().top - view.getBoundingClientRect().top) < 2;
})"""
REFUSES = """() => {
  const refuse = async () => { throw new DOMException("", "NotAllowedError"); };
  navigator.mediaDevices.getUserMedia = refuse;
}"""
# As Firefox and Safari do on a page where nothing was pressed yet.
HOLDS_BACK = """
for (const kind of ["click", "keydown"]) {
  addEventListener(kind, () => (window.pressed = true), true);
}
const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = async function () {
  if (!window.pressed) throw new DOMException("", "NotAllowedError");
  return play.call(this);
};
"""
WITHOUT_CALLS = """
delete window.RTCPeerConnection;
window.failed = [];
addEventListener("error", ({ message }) => failed.push(message));
addEventListener("unhandledrejection", ({ reason }) => failed.push(String(reason)));
"""
HARMLESS = re.compile(r"^(0\.0\.0\.0|127\.0\.0\.1|192\.0\.0\.\d+|198\.1[89]\.\d+\.\d+)$")


@pytest.fixture
def house(own_database: str) -> Iterator[Living]:
    with Living(own_database, relay=True, environ=SMALL) as living:
        yield living


def comes_to(page: Any, house: Living, path: str) -> None:
    """Wait until the page is there, by however many steps it goes."""

    def is_there() -> bool:
        try:
            return bool(page.evaluate("location.href") == house.url + path)
        except Error:
            return False  # on its way

    until(is_there)


def chair(page: Any, name: str) -> Any:
    return page.locator("li.seat", has=page.locator("b", has_text=re.compile(f"^{name}$")))


def above_the_dock(page: Any, words: str) -> bool:
    """Whether the words stand there; not while the circle is being drawn anew."""
    there = page.locator("body").get_by_text(words).locator("visible=true").first
    box, dock = there.bounding_box(), page.locator(".dock").bounding_box()
    return bool(box and dock and box["y"] >= 0 and box["y"] + box["height"] <= dock["y"])


def in_sight(page: Any) -> None:
    """On a phone, upright or on its side, nobody scrolls for the question, the turn or help."""
    seen = ("Get help now", "116 123", "What got you through", "Ash’s turn", "listening")
    for size in ({"width": 390, "height": 844}, {"width": 844, "height": 390}):
        page.set_viewport_size(size)
        for words in seen:
            until(lambda words=words: above_the_dock(page, words))
        assert min(page.evaluate(HOW_LARGE)) >= 40, size
        until(lambda: page.evaluate(PICTURES_LIE))
    page.set_viewport_size({"width": 768, "height": 1024})
    assert min(page.evaluate(HOW_LARGE)) >= 100
    page.set_viewport_size(DESK)


def test_an_evening_in_a_circle_of_three(house: Living, person_page: Callable[..., Any]) -> None:
    night = tonight()
    ash, marlow, wren = (person_page(name) for name in ("Ash", "Marlow", "Wren"))
    told: list[str] = []
    refused: list[str] = []
    for page in (ash, marlow, wren):
        page.on("console", lambda said: "Content Sec" in said.text and refused.append(said.text))
    marlow.on("request", lambda request: told.append(request.post_data or ""))
    marlow.on("response", lambda answer: _keep(answer, told))

    # At the door: devices are off until pressed, and nobody is let in by themselves.
    at_the_door(marlow, house, night, "member")
    assert marlow.locator("#try-voice").get_attribute("aria-pressed") == "false"
    assert axe(marlow) == []
    marlow.click("#try-voice")
    marlow.click("#try-camera")
    until(lambda: marlow.evaluate("document.querySelector('#mirror').videoWidth") > 0)
    until(lambda: int(marlow.locator("#level").get_attribute("aria-valuenow")) > 0)
    knock(marlow)
    marlow.get_by_text("is not here yet").first.wait_for()
    assert axe(marlow) == []
    wren.add_init_script(HOLDS_BACK)
    at_the_door(wren, house, night, "visitor")
    assert wren.get_by_label("Only listen today").is_checked()
    knock(wren)

    # The facilitator comes in, writes a word, and lets them in.
    at_the_door(ash, house, night, "facilitator")
    ash.click("#try-voice")
    ash.click("#try-camera")
    knock(ash)
    comes_to(ash, house, night.inside)
    row = ash.locator("li.knock", has_text="Wren")
    row.get_by_label("A few words to Wren").fill("Good that you are here.")
    row.get_by_role("button", name="Send").click()
    wren.get_by_text("Good that you are here.").wait_for()
    ash.get_by_role("button", name="Let in Marlow").click()
    comes_to(marlow, house, night.inside)
    ash.get_by_role("button", name="Let in Wren").click()
    comes_to(wren, house, night.inside)

    # Sound and picture flow between those who gave them, and to the one who only listens.
    flows(ash, 2, "sent")
    flows(wren, 2, "voice", "frames")
    for page in (ash, marlow):
        until(lambda page=page: sum(one["frames"] > 0 for one in counted(page)) == 1)
    for page in (ash, marlow, wren):
        for one in counted(page):
            assert set(one["remote"]) == {"relay"}
            assert set(one["pairs"]) <= {"relay/relay"}
        gathered = page.evaluate("window.candidates")
        assert gathered
        assert all(" typ relay " in each for each in gathered)
    assert wren.locator(".view.mine").count() == 0

    # A browser that holds the sound back says so, and whatever is pressed first lets it through.
    sound = wren.get_by_role("button", name="Turn the sound on")
    sound.wait_for()
    wren.locator("#circle").press("x")
    sound.wait_for(state="hidden")

    # A whole round, by keyboard alone: the turn is taken, handed on, and passed.
    ash.get_by_label("The question").fill("What got you through the week?")
    ash.get_by_label("The question").press("Enter")
    marlow.get_by_role("heading", name="What got you through the week?").wait_for()
    ash.locator("#turn-accept").wait_for()
    assert axe(ash) == []
    ash.locator("#circle").focus()
    ash.keyboard.press("a")
    ash.locator("#turn-done").wait_for()
    until(lambda: "Ash’s turn" in marlow.locator("#heard").inner_text())
    in_sight(wren)
    ash.locator("#circle").focus()
    ash.keyboard.press("d")

    # Somebody drops in the middle of their turn, and comes back to it.
    marlow.locator("#turn-accept").wait_for()
    marlow.locator("#circle").focus()
    marlow.keyboard.press("a")
    marlow.locator("#turn-done").wait_for()
    marlow.goto("about:blank")
    chair(ash, "Marlow").get_by_text("away for a moment").wait_for()
    marlow.goto(house.url + night.inside)
    marlow.locator("#turn-done").wait_for()
    chair(ash, "Marlow").get_by_text("has the turn", exact=True).wait_for()
    flows(wren, 2, "voice", "frames")
    grows(wren, "frames")
    marlow.locator("#circle").focus()
    marlow.keyboard.press("d")
    ash.get_by_text("Everybody was offered a turn").first.wait_for()
    assert chair(wren, "Wren").get_by_text("listening").count()

    # Words, a raised hand, a pause; and leaving, which nobody is told.
    wren.get_by_label("Write to the circle").fill("Thank you for the evening.")
    wren.get_by_label("Write to the circle").press("Enter")
    ash.get_by_text("Thank you for the evening.").wait_for()
    ash.get_by_role("button", name="Pause the room").click()
    marlow.get_by_role("heading", name="The room is paused.").wait_for()
    ash.get_by_role("button", name="Go on").click()
    marlow.get_by_role("button", name="Raise hand").click()
    chair(ash, "Marlow").get_by_text("hand raised").wait_for(state="attached")
    wren.get_by_role("button", name="Leave quietly").click()
    comes_to(wren, house, "/today/")
    until(lambda: chair(ash, "Wren").count() == 0)
    flows(ash, 1, "frames")

    assert refused == []

    # Whatever Marlow's browser sent or was sent, no address of anybody is in it.
    found = {each for words in told for each in ADDRESS.findall(NUMBERS.sub("", words))}
    assert {each for each in found if not HARMLESS.match(each)} == set()
    assert any("typ relay" in words for words in told)


def test_the_facilitator_drops_and_the_room_rests_until_they_return(
    house: Living, person_page: Callable[..., Any]
) -> None:
    night = tonight()
    ash, marlow = person_page("Ash"), person_page("Marlow", phone=True)
    at_the_door(marlow, house, night, "member")
    knock(marlow)
    at_the_door(ash, house, night, "facilitator")
    late: list[Any] = []
    ash.context.route("**/enter/", lambda route: late.append(route), times=1)
    knock(ash)
    comes_to(ash, house, night.inside)
    until(lambda: ash.evaluate("true") and late)
    ash.get_by_role("button", name="Let in Marlow").click()  # before Ash has sat down
    late[0].continue_()
    comes_to(marlow, house, night.inside)
    marlow.locator("#voice").wait_for()
    marlow.evaluate(REFUSES)
    marlow.get_by_role("button", name="Unmute").click()
    marlow.get_by_text("Your browser did not give us the microphone.").wait_for()
    assert axe(marlow) == []

    ash.goto("about:blank")
    marlow.get_by_role("heading", name="your facilitator lost the connection").wait_for()
    assert marlow.locator("#turn-acts").count() == 0
    assert axe(marlow) == []
    ash.goto(house.url + night.inside)
    marlow.get_by_text("The circle is open.").first.wait_for()

    # A second window of the same person asks first, and the seat is only ever in one.
    second = marlow.context.new_page()
    second.goto(house.url + night.inside)
    second.get_by_role("button", name="Sit down here instead").click()
    marlow.get_by_role("button", name="Sit down here instead").wait_for()
    second.locator("#voice").wait_for()

    # A browser without calls, such as Tor Browser, says so and leaves the rest as it is.
    third = marlow.context.new_page()
    third.add_init_script(WITHOUT_CALLS)
    third.goto(house.url + night.inside)
    third.get_by_role("button", name="Sit down here instead").click()
    third.get_by_text("This browser carries no calls").wait_for()
    third.get_by_label("Write to the circle").fill("I read along.")
    third.get_by_label("Write to the circle").press("Enter")
    ash.get_by_text("I read along.").wait_for()
    assert third.locator("#voice").is_hidden()
    assert third.evaluate("window.failed") == []

    # Asked to leave: no signal and no page is had any more.
    ash.locator("#more summary").click()
    ash.get_by_label("Marlow").fill("Shouting.")
    ash.get_by_role("button", name="Ask to leave Marlow").click()
    comes_to(third, house, night.door)
    third.get_by_text("You were asked to leave this meeting").wait_for()


def test_a_killed_web_ends_no_call_and_the_round_stands_as_it_stood(
    house: Living, person_page: Callable[..., Any]
) -> None:
    night = tonight()
    ash, marlow = person_page("Ash"), person_page("Marlow")
    for page, part in ((ash, "facilitator"), (marlow, "member")):
        at_the_door(page, house, night, part)
        page.click("#try-voice")
        knock(page)
    ash.get_by_role("button", name="Let in Marlow").click()
    comes_to(marlow, house, night.inside)
    flows(marlow, 1, "voice")
    ash.get_by_label("The question").fill("And now?")
    ash.get_by_label("The question").press("Enter")
    ash.locator("#turn-accept").click()
    marlow.get_by_text("Ash’s turn.").first.wait_for()

    house.kill("web")
    grows(marlow, "voice")
    house.start("web")
    house.ready()
    ash.locator("#turn-done").click()
    marlow.locator("#turn-accept").click()
    chair(ash, "Marlow").get_by_text("has the turn", exact=True).wait_for()
    grows(marlow, "voice")
    for page in (ash, marlow):  # requests while nobody answered are not errors of the page
        page.context.errors.clear()


def test_two_find_each_other_though_the_database_died_and_took_what_they_said(
    house: Living, person_page: Callable[..., Any]
) -> None:
    night = tonight()
    pages = {part: person_page(part) for part in ("facilitator", "member")}
    for part, page in pages.items():
        at_the_door(page, house, night, part)
        page.click("#try-voice")
        knock(page)
        page.context.route("**/signals/", nothing_arrives)
    pages["facilitator"].get_by_role("button", name="Let in Marlow").click()
    comes_to(pages["member"], house, night.inside)
    began = until(lambda: flush(pages) and said(house, "offer"))
    other = pages["member" if began == "facilitator" else "facilitator"]
    other.context.unroute("**/signals/", nothing_arrives)
    until(lambda: flush(pages) and said(house, "answer"))
    crash(house)
    assert said(house, "offer") == said(house, "answer") == ""
    for page in pages.values():
        page.get_by_text("Still connecting with").wait_for()
    for page in pages.values():
        page.context.unroute("**/signals/", nothing_arrives)
    for page in pages.values():
        flows(page, 1, "voice")
        page.get_by_text("Still connecting with").wait_for(state="hidden")
        page.context.errors.clear()  # requests while nobody answered are not errors of the page


def nothing_arrives(route: Any) -> None:
    route.fulfill(status=503)


def flush(pages: dict[str, Any]) -> bool:
    """Let what the pages ask for go on: Playwright does it only while it is asked something."""
    return all(page.evaluate("true") for page in pages.values())


def said(house: Living, what: str) -> str:
    """Who said a word of this kind that nobody has read yet: their part, or nothing."""
    words = """
        select case when keeps then 'facilitator' else 'member' end
        from rooms_signal join rooms_seat on rooms_seat.id = by_id
        where kind = 'description' and payload ->> 'type' = %s limit 1
    """
    with roles.superuser(house.home, house.database) as connection:
        found = connection.execute(words, [what]).fetchone()
    return str(found[0]) if found else ""


def crash(house: Living) -> None:
    """Kill one of PostgreSQL's processes: it ends all others, recovers, and empties what it does
    not log.
    """
    with roles.superuser(house.home, house.database) as connection:
        found = connection.execute("select pg_backend_pid()").fetchone()
        assert found
        os.kill(found[0], signal.SIGKILL)
        until(lambda: _is_gone(connection))
    until(lambda: _answers(house))


def _is_gone(connection: psycopg.Connection[Any]) -> bool:
    try:
        connection.execute("select 1")
    except psycopg.OperationalError:
        return True
    return False


def _answers(house: Living) -> bool:
    try:
        with roles.superuser(house.home, house.database):
            return True
    except (CannotStart, psycopg.OperationalError):
        return False


def test_whoever_leaves_the_site_quickly_in_their_turn_has_left_and_nobody_waits(
    house: Living, person_page: Callable[..., Any]
) -> None:
    night = tonight()
    ash, marlow = person_page("Ash"), person_page("Marlow")
    for page, part in ((ash, "facilitator"), (marlow, "member")):
        at_the_door(page, house, night, part)
        knock(page)
    ash.get_by_role("button", name="Let in Marlow").click()
    comes_to(marlow, house, night.inside)
    chair(ash, "Marlow").wait_for()
    ash.get_by_label("The question").fill("And now?")
    ash.get_by_label("The question").press("Enter")
    ash.locator("#turn-pass").click()
    marlow.locator("#turn-accept").click()
    chair(ash, "Marlow").get_by_text("has the turn", exact=True).wait_for()
    for _ in range(3):
        marlow.keyboard.press("Shift")
    until(lambda: chair(ash, "Marlow").count() == 0)
    ash.get_by_text("Everybody was offered a turn").first.wait_for()


def _keep(answer: Any, told: list[str]) -> None:
    if "/room/" in answer.url and answer.status == 200:
        with contextlib.suppress(Error):  # a page that was left has no body any more
            told.append(answer.text())
    if answer.request.resource_type == "websocket":
        told.append(json.dumps(answer.headers))
