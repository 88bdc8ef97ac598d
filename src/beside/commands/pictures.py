"""`./beside pictures`: those in the documents, taken from a fresh demo, so that they cannot lie."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "pictures"
PATIENCE = 180.0  # seconds until the demo is told and answers
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
DESK: Any = {"width": 1240, "height": 900}
PHONE: Any = {"width": 390, "height": 844}


def pictures(told: argparse.Namespace) -> int:
    """Start a demo of its own, walk through it, and write the pictures; returns the exit code."""
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="beside-pictures-") as home:
        Path(home).chmod(0o711)  # started by root, PostgreSQL is somebody else and passes through
        port = _free_port()
        words = [sys.executable, "-m", "beside", "run", "--home", home, "--port", str(port)]
        house = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/health/", house)
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                _take(chromium, f"http://127.0.0.1:{port}")
                chromium.close()
        finally:
            house.send_signal(signal.SIGTERM)
            house.wait(60)
    return 0


def _take(chromium: Browser, url: str) -> None:
    stranger = chromium.new_page(viewport=DESK)
    stranger.goto(f"{url}/find/?experience=depression&experience=anxiety")
    _shot(stranger, "finder")
    stranger.goto(f"{url}/help-now/")
    _shot(stranger, "help")
    marlow = _somebody(chromium, url, "member")
    marlow.get_by_role("link", name="Slow Mornings").first.click()
    _shot(marlow, "group")
    ash, phone = _somebody(chromium, url, "facilitator"), _somebody(chromium, url, "member", PHONE)
    _shot(phone, "today")
    ash.goto(f"{url}/desk/")
    _shot(ash, "desk")
    wren = _somebody(chromium, url, "newcomer")
    _circle(url, ash, marlow, wren)


def _circle(url: str, ash: Page, marlow: Page, wren: Page) -> None:
    """Three of tonight's circle, in the middle of a round."""
    for page in (ash, marlow, wren):
        page.goto(f"{url}/today/")
        page.get_by_role("link", name="Come in").or_(
            page.get_by_role("button", name="Come in")
        ).first.click()
        page.get_by_label("I agree, for today").check(force=True)
        if page is marlow:
            _shot(page, "door")
        page.locator("main form button.wide").click()
    ash.wait_for_url("**/room/*/")
    for page, name in ((marlow, "Marlow"), (wren, "Wren")):
        ash.get_by_role("button", name=f"Let in {name}").click()
        page.wait_for_url("**/room/*/")
    ash.get_by_label("The question").fill("What got you through the week?")
    ash.get_by_label("The question").press("Enter")
    ash.locator("#turn-accept").click()
    marlow.get_by_text("Ash’s turn").first.wait_for()
    _shot(marlow, "room")


def _somebody(chromium: Browser, url: str, name: str, size: Any = DESK) -> Page:
    """A page of somebody of the demo, at their today."""
    told: dict[str, Any] = {"viewport": size, "timezone_id": "Europe/London", "locale": "en-GB"}
    page = chromium.new_context(**told).new_page()
    page.goto(f"{url}/demo/{name}/")
    if "/demo/" in page.url:
        page.locator("main form button").first.click()
        page.wait_for_url(lambda address: "/demo/" not in address)
    page.goto(f"{url}/today/")
    return page


def _shot(page: Page, name: str) -> None:
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png")


def _wait(address: str, house: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and house.poll() is None:
        with (
            suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(address, timeout=5) as answer,  # noqa: S310 - our own address
        ):
            if answer.status == 200:
                return
        time.sleep(0.3)
    raise SystemExit("The demo did not start.")


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
