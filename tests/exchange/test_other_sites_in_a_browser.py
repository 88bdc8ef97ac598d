"""Our timetable in a frame elsewhere, Events under our policy, a listing brought in by page."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import axe, sign_in
from tests.cast import PASSPHRASE, Cast, build
from tests.living import Living

if TYPE_CHECKING:
    from playwright.sync_api import Page

Person = Callable[..., "Page"]
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class _OtherSite(BaseHTTPRequestHandler):
    """The organisation's own site: one page with one frame, whose address is in the query."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        address = self.path.partition("?")[2]
        words = f'<!doctype html><title>x</title><iframe src="{address}" title="t"></iframe>'
        self.wfile.write(words.encode())

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.fixture
def other_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _OtherSite)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def cast_at_home(own_database: str) -> Cast:
    return build(can_sign_in=True)


def test_for_other_sites_and_from_other_sites(
    own_database: str,
    cast_at_home: Cast,
    other_site: str,
    person_page: Person,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("EMBED_ORIGINS", other_site)
    with Living(own_database) as living:
        _the_timetable(person_page("Wren", viewport={"width": 320, "height": 700}), living.url)
        _in_a_frame(person_page("Reader"), living.url, other_site)
        _the_face(person_page("Search"), living.url, cast_at_home)
        _a_listing(person_page("Esi", phone=True, script=False), living.url, tmp_path)


def _the_timetable(wren: Page, url: str) -> None:
    for theme in ("light", "dark"):
        wren.goto(f"{url}/embed/timetable/?theme={theme}")
        wren.get_by_role("heading", name="When our groups meet").wait_for()
        assert wren.get_by_role("link", name="Tuesday Lanterns").first.is_visible()
        assert axe(wren) == []
        assert not wren.evaluate(WIDE)
    assert wren.context.cookies() == []


def _in_a_frame(reader: Page, url: str, other_site: str) -> None:
    reader.goto(f"{other_site}/?{url}/embed/timetable/")
    frame = reader.frame_locator("iframe")
    frame.get_by_role("link", name="Tuesday Lanterns").first.wait_for()
    assert reader.context.cookies() == []


def _the_face(search: Page, url: str, cast: Cast) -> None:
    """The policy allows no script but our own files; a block of data is none, and stays."""
    said: list[str] = []
    search.on("console", lambda message: said.append(message.text))
    search.goto(f"{url}/groups/{cast.group.slug}/")
    block = search.locator('script[type="application/ld+json"]')
    assert json.loads(block.text_content() or "")["@graph"][0]["name"] == "Tuesday Lanterns"
    assert [words for words in said if "Content Security Policy" in words] == []


def _a_listing(esi: Page, url: str, folder: Path) -> None:
    row = {"name": "Morning Walk", "slug": "walk", "day": 1, "time": "07:30", "city": "London",
           "location": "Riverside Hall", "approximate": "no"}  # fmt: skip
    file = folder / "walks.json"
    file.write_text(json.dumps([row, {**row, "slug": "", "day": "x"}]))
    sign_in(esi, url, "coordinator", PASSPHRASE)
    esi.goto(f"{url}/imports/")
    esi.get_by_role("link", name="Bring in a listing").click()
    esi.get_by_label("The listing").set_input_files(str(file))
    esi.get_by_label("Where it comes from").fill("Riverside")
    esi.locator("label", has_text="Addiction recovery").click()
    assert esi.get_by_label("Addiction recovery").is_checked()
    esi.get_by_role("button", name="See what it would do").click()
    esi.get_by_text("Every Monday at 07:30 London time").wait_for()
    assert esi.get_by_role("cell", name="day", exact=True).is_visible()
    esi.get_by_role("button", name="Bring it in").click()
    esi.get_by_text("It is brought in").wait_for()
    esi.get_by_role("button", name="Undo this import").click()
    esi.get_by_text("This import was undone").wait_for()
