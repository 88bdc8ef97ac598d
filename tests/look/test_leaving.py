"""Leaving quickly: the page is covered at once, the session ends, and Back shows nothing."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings as ours
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django import Settings

from tests.living import until

AWAY = "https://neutral.example/weather"


@pytest.fixture
def away(settings: Settings, somebody: BrowserContext) -> str:
    settings.LEAVE_TO = AWAY

    def weather(route: Route) -> None:
        route.fulfill(body="<title>Weather</title><h1>Rain later</h1>", content_type="text/html")

    somebody.route("https://neutral.example/**", weather)
    return AWAY


def in_a_session(somebody: BrowserContext, site: str) -> str:
    """Give the browser a session of its own, as signing in would; returns its key."""
    store = import_module(ours.SESSION_ENGINE).SessionStore()
    store["kept"] = "something"
    store.save()
    somebody.add_cookies(
        [{"name": ours.SESSION_COOKIE_NAME, "value": store.session_key, "url": site}]
    )
    return str(store.session_key)


def test_without_javascript_the_link_ends_the_session_and_goes_away(
    site: str, settings: Settings, chromium: Browser
) -> None:
    settings.LEAVE_TO = f"{site}/static/look/mark.svg"
    plain = chromium.new_context(java_script_enabled=False)
    try:
        key = in_a_session(plain, site)
        page = plain.new_page()
        page.goto(f"{site}/look/")
        page.click("text=Leave this site quickly")
        page.wait_for_url(settings.LEAVE_TO)
        assert not Session.objects.filter(session_key=key).exists()
    finally:
        plain.close()


def test_one_click_covers_the_page_before_anything_else(site: str, away: str, page: Page) -> None:
    page.goto(f"{site}/look/")
    page.evaluate(
        """() => {
          new MutationObserver((_, seen) => {
            if (!document.querySelector('.cover')) return;
            sessionStorage.took = String(performance.now() - window.pressed);
            seen.disconnect();
          }).observe(document.body, { childList: true });
          document.querySelector('[data-leave]').addEventListener(
            'click', () => { window.pressed = performance.now(); }, { capture: true });
          addEventListener('beside:leave', () => { sessionStorage.heard = 'yes'; });
        }"""
    )
    page.click("[data-leave]")
    expect(page).to_have_url(AWAY)
    page.goto(f"{site}/look/?before")
    assert page.evaluate("sessionStorage.heard") == "yes"
    assert float(page.evaluate("sessionStorage.took")) < 100


def test_shift_three_times_ends_the_session_and_back_shows_nothing(
    site: str, away: str, somebody: BrowserContext
) -> None:
    key = in_a_session(somebody, site)
    page = somebody.new_page()
    page.goto(f"{site}/look/?before")
    page.goto(f"{site}/look/")
    with page.expect_request(f"{site}/leave/") as told:
        page.keyboard.press("Shift")
        assert "2 more times" in page.inner_text("#presses")
        page.keyboard.press("Shift")
        assert "once more" in page.inner_text("#presses")
        page.keyboard.press("Shift")
    expect(page).to_have_url(AWAY)
    assert told.value.method == "POST"
    # The page goes at once and does not wait for the answer.
    until(lambda: not Session.objects.filter(session_key=key).exists())
    with page.expect_event("framenavigated", lambda frame: "before" in frame.url):
        page.evaluate("window.history.back()")
    expect(page).to_have_url(AWAY)
    expect(page.get_by_text("Rain later")).to_be_visible()


def test_writing_capital_letters_is_not_leaving(site: str, away: str, page: Page) -> None:
    page.goto(f"{site}/look/")
    page.focus("#id_words")
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    page.wait_for_timeout(100)
    assert page.url == f"{site}/look/"
    assert page.input_value("#id_words") == "ABC"


def test_camera_and_microphone_are_let_go(site: str, away: str, page: Page) -> None:
    page.goto(f"{site}/look/")
    page.evaluate(
        """() => {
          const drawn = document.createElement('canvas').captureStream();
          const seen = document.createElement('video');
          seen.srcObject = drawn;
          document.body.append(seen);
          const [track] = drawn.getTracks();
          const stop = track.stop.bind(track);
          track.stop = () => { stop(); sessionStorage.state = track.readyState; };
        }"""
    )
    page.click("[data-leave]")
    expect(page).to_have_url(AWAY)
    page.goto(f"{site}/look/?before")
    assert page.evaluate("sessionStorage.state") == "ended"


def test_other_open_tabs_leave_too(site: str, away: str, somebody: BrowserContext) -> None:
    one, other = somebody.new_page(), somebody.new_page()
    one.goto(f"{site}/look/")
    other.goto(f"{site}/look/")
    one.click("[data-leave]")
    expect(other).to_have_url(AWAY)


@pytest.mark.django_db
def test_leaving_never_asks_for_a_key_and_drops_messages_and_caches() -> None:
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post("/leave/")
    assert answer.status_code == 204
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.cookies["messages"].value == ""


@pytest.mark.django_db
def test_pages_are_kept_by_no_cache_and_named_to_no_other_site(settings: Settings) -> None:
    settings.DEBUG = True
    answer = Client().get("/look/")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
