"""A place is written down, photographed and found; a timetable is printed; no other host is asked.

One house draws its maps. Another, on the same database, has a tile server of the operator's choice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from beside import wall
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings import actions
from beside.meetings.models import Venue
from beside.meetings.points import Point
from tests.browser import PHONE, axe, sign_in
from tests.cast import PASSPHRASE, Cast, build, in_hours
from tests.living import Living

TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
# Measured in one moment: a page whose fonts have just come moves between two questions.
IN_THE_MIDDLE = """() => {
  const middle = (one) => {
    const { x, y, width, height } = document.querySelector(one).getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  const [spot, place] = [middle(".spot"), middle(".place")];
  return spot.every((at, side) => Math.abs(at - place[side]) < 2);
}"""
POINT = "51.5462, -0.0443"


def photo() -> bytes:
    """A blue door, with a word about where it was taken."""
    image, made, exif = Image.new("RGB", (900, 600), "#c9b79c"), BytesIO(), Image.Exif()
    image.paste("#2f5d8a", (360, 120, 560, 600))
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 32.0, 46.0)})
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


@contextmanager
def tiles() -> Iterator[tuple[str, list[str]]]:
    """A tile server on this machine: its address, and what it was asked with which referrer."""
    made, asked = BytesIO(), []
    Image.new("RGB", (256, 256), "#dcebe4").save(made, "PNG")

    class Tile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Referer", ""))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(made.getvalue())

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()


def origins(page: Any) -> set[str]:
    """Fills itself with whom the page asks, from here on."""
    asked: set[str] = set()

    def note(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"}:
            asked.add(parts.netloc)

    page.on("request", note)
    return asked


def looks_right(page: Any) -> None:
    """In light and dark: nothing for axe, nothing too wide."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
        assert axe(page) == [], (page.url, scheme)
    assert not page.evaluate(TOO_WIDE), page.url


def tab_to(page: Any, name: str, role: str) -> None:
    """Reach something with the keyboard alone."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"the keyboard never reached {name}")


def write_down(page: Any, house: Living) -> None:
    """A facilitator writes a place down, by keyboard, and shows its door."""
    page.goto(house.url + "/venues/")
    looks_right(page)
    tab_to(page, "Add a venue", "link")
    page.keyboard.press("Enter")
    page.wait_for_url("**/venues/add/")
    looks_right(page)
    page.get_by_label("What is the place called?").fill("The Loft")
    page.get_by_role("textbox", name="Neighbourhood").fill("Homerton")
    page.get_by_role("textbox", name="Town").fill("London")
    page.get_by_label("Step-free").check()
    page.get_by_role("textbox", name="Bus, train, bicycle, parking").fill(
        "Bus 236, two minutes on foot"
    )
    page.get_by_role("textbox", name="Exact address").fill("12 River Street")
    page.get_by_role("textbox", name="How to find the door").fill("The blue door, second bell")
    page.get_by_role("textbox", name="The exact point").fill(POINT)
    page.get_by_role("textbox", name="The exact point").press("Enter")
    page.get_by_text("Written down.").wait_for()
    page.get_by_role("link", name="Change", exact=True).click()
    picture = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.get_by_role("button", name="A photo of the door").set_input_files(picture)
    page.get_by_label("What the photo shows").fill("A blue door, two steps up")
    page.get_by_role("button", name="Show this photo").click()
    page.get_by_role("img", name="A blue door, two steps up").wait_for()


def meets_there(cast: Cast) -> str:
    """The group of the cast meets in the loft; the address of its page."""
    with wall.acting_as(cast["facilitator"].pk):
        loft = Venue.objects.get(name="Homerton")  # by which everybody knows it
        in_hours(
            cast.now, 30, cast.group, cast["facilitator"], way=Way.IN_PERSON, venue=loft, places=9
        )
        library = Point(51.545, -0.075)
        other = actions.Facts(name="Library", town="London", point=library, public=True)
        actions.add_venue(other, by=cast["facilitator"])
    return f"/venues/{loft.key}/"


def test_a_place_is_written_down_found_and_printed(
    own_database: str, person_page: Callable[..., Any]
) -> None:
    cast = build(clock.now().replace(second=0, microsecond=0), can_sign_in=True)
    with Living(own_database) as house:
        ash = person_page("Ash")
        sign_in(ash, house.url, "facilitator", PASSPHRASE)
        asked = origins(ash)
        write_down(ash, house)
        looks_right(ash)
        place = meets_there(cast)
        ash.goto(house.url + place)
        ash.get_by_text("km east of Library").wait_for()
        looks_right(ash)

        # Somebody on a phone, without a script, sees roughly where it is, and no door.
        sky = person_page("Sky", phone=True, script=False)
        asked_by_sky = origins(sky)
        sky.goto(house.url + place)
        sky.get_by_text("The point is rounded to about a kilometre").wait_for()
        assert sky.get_by_text("12 River Street").count() == 0
        assert sky.locator(".door-photo").count() == 0
        sky.get_by_role("link", name="Timetable for printing").click()
        sky.get_by_role("heading", name="Homerton", exact=True).wait_for()
        sky.get_by_role("link", name="Large letters").click()
        sky.locator(".sheet.large").wait_for()
        assert not sky.get_by_role("button", name="Print").is_visible()

        # On paper there is the timetable and nothing else, and it fits.
        ash.goto(f"{house.url}/timetable/?size=large")
        assert ash.get_by_role("button", name="Print").is_visible()
        looks_right(ash)
        ash.emulate_media(media="print", color_scheme="dark")
        assert ash.get_by_role("navigation").filter(visible=True).count() == 0
        assert ash.get_by_role("link", name="Get help now").filter(visible=True).count() == 0
        black = "getComputedStyle(document.querySelector('.sheet .line p + p, .sheet h3')).color"
        assert ash.evaluate(black) == "rgb(0, 0, 0)"
        assert ash.pdf(prefer_css_page_size=True).startswith(b"%PDF")
        ash.emulate_media(media="screen")

        ash.set_viewport_size(PHONE)
        for page in (place, "/venues/", place + "change/", "/timetable/", "/timetable/?size=large"):
            ash.goto(house.url + page)
            looks_right(ash)
        assert asked == asked_by_sky == {urlsplit(house.url).netloc}

    with (
        tiles() as (server, referrers),
        Living(own_database, environ={"MAP_TILES": server + "/{z}/{x}/{y}.png"}) as house,
    ):
        member = person_page("Marlow")
        asked = origins(member)
        sign_in(member, house.url, "member", PASSPHRASE)
        assert asked == {urlsplit(house.url).netloc}  # nowhere but on the page with the map
        answer = member.goto(house.url + place)
        assert f"img-src 'self' data: {server}" in answer.headers["content-security-policy"]
        member.locator(".leaflet-tile-loaded").first.wait_for()
        assert asked == {urlsplit(house.url).netloc, urlsplit(server).netloc}
        assert set(referrers) == {""}
        member.wait_for_function(IN_THE_MIDDLE)
        looks_right(member)
        tab_to(member, "Closer", "button")
        answer = member.goto(house.url + "/find/")
        assert server not in answer.headers["content-security-policy"]
