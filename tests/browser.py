"""Chromium for the tests: one for the whole run, a context for each person, no other host reached.

def test_something(living, person_page):
    fern, rowan = person_page("Fern"), person_page("Rowan", phone=True)
    sign_in(fern, living.url, "quiet-otter", "a passphrase")
    fern.goto(living.url + "/today/")
    assert axe(fern) == []
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
# Chromium keeps the last list only, so those that Playwright turns off are named again. Ours is the
# popup of an address bar that nobody sees: a page of its own in every window, and nearly half of
# all the work that Chromium did for the tests.
OFF = [
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
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
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    f"--disable-features={','.join(OFF)}",
]
DESK = {"width": 1240, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 90_000  # milliseconds


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run; a second Playwright cannot start beside it."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install -y chromium, or set CHROMIUM")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=FLAGS, env={**os.environ, "HOME": home}
        )
        yield chromium
        chromium.close()


@pytest.fixture
def person_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes a page for one person, in a context of their own: `person_page("Fern", phone=True)`.

    Further words go to Playwright's new_context. When the test ends, a request that went to another
    host or an error in a script fails it; `page.context.errors` (a list) may be cleared by a test
    that expects them.
    """
    contexts: list[Any] = []

    def make(name: str = "", *, phone: bool = False, script: bool = True, **more: Any) -> Page:
        told: dict[str, Any] = {
            "viewport": PHONE if phone else DESK,
            "has_touch": phone,
            "is_mobile": phone,
            "java_script_enabled": script,
            "reduced_motion": "reduce",
            "locale": "en-GB",
            "timezone_id": "Europe/London",
            **more,
        }
        context: Any = browser.new_context(**told)
        context.errors = []
        context.route("**/*", _stays_here(context.errors))
        context.on("weberror", lambda error: context.errors.append(f"{name}: {error.error}"))
        contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield make
    errors = [error for context in contexts for error in context.errors]
    for context in contexts:
        context.close()
    assert errors == []


def _stays_here(errors: list[str]) -> Callable[[Any], None]:
    """Lets a page ask this machine alone, and remembers when it tried another."""

    def check(route: Any) -> None:
        host = urlsplit(route.request.url).hostname
        if host in {"127.0.0.1", "localhost", "::1", None}:
            route.continue_()
            return
        if not route.request.is_navigation_request():
            errors.append(f"asked another host: {route.request.url}")
        # "Leave this site quickly" goes somewhere else; a test sees the address and nothing more.
        route.fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title>")

    return check


def sign_in(page: Page, url: str, name: str, passphrase: str) -> None:
    """Sign somebody in through the page, as a person does."""
    page.goto(f"{url}/sign-in/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(passphrase)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)


# What was asked for a moment ago, such as darkness, is drawn: two frames on.
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong on the page: "rule: selector", one for each place."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --ignore-scripts")
    page.evaluate(DRAWN)
    # As an evaluated script, because the pages' own policy rightly refuses foreign ones.
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
