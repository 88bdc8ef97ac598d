"""The browser's end of the wire: over a socket, over the stream, after a loss, and while hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.cast import build
from tests.living import Living, until
from tests.wire.conftest import session_of, tell

WATCH = """
async (name) => {
  window.heard = [];
  const wire = await import(document.documentElement.dataset.wire);
  window.stopHearing = wire.watch([name], (names) => window.heard.push(...names));
}
"""
NO_SOCKETS = "delete window.WebSocket"
HIDE = """
(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


def heard(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.heard")
    return found


def hears(page: Page, name: str) -> bool:
    """Whether the page hears the name, said until it does (it may still be opening its line)."""

    def said() -> bool:
        tell(name)
        return name in heard(page)

    return bool(until(said))


@pytest.fixture
def somebody(living: Living, person_page: Callable[..., Page]) -> tuple[Callable[..., Page], str]:
    cast = build()
    key = session_of(cast["member"])

    def opened(before: str = "") -> Page:
        page = person_page("Marlow")
        cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": living.url}
        page.context.add_cookies([cookie])
        if before:
            page.add_init_script(before)
        page.goto(f"{living.url}/help-now/")
        page.evaluate(WATCH, f"group:{cast.group.key}")
        return page

    return opened, f"group:{cast.group.key}"


@pytest.mark.parametrize("before", ["", NO_SOCKETS], ids=["socket", "stream"])
def test_a_page_hears_and_comes_back_after_the_web_was_killed(
    living: Living, somebody: tuple[Callable[..., Page], str], before: str
) -> None:
    opened, name = somebody
    page = opened(before)
    assert hears(page, name)
    page.evaluate("window.heard = []")
    living.kill("web")
    living.start("web")
    # Nothing is said: coming back is reason enough to look again.
    until(lambda: set(heard(page)) == {name})
    page.evaluate("window.heard = []")
    tell(name)
    until(lambda: set(heard(page)) == {name})


def test_a_hidden_page_is_told_when_it_is_looked_at_again(
    somebody: tuple[Callable[..., Page], str],
) -> None:
    opened, name = somebody
    page, other = opened(), opened()
    assert hears(page, name)
    assert hears(other, name)
    page.evaluate(HIDE, True)
    page.evaluate("window.heard = []")
    other.evaluate("window.heard = []")
    tell(name)
    until(lambda: set(heard(other)) == {name})
    assert heard(page) == []
    page.evaluate(HIDE, False)
    until(lambda: set(heard(page)) == {name})


def test_a_page_that_stops_listening_hears_nothing_more(
    somebody: tuple[Callable[..., Page], str],
) -> None:
    opened, name = somebody
    page, other = opened(), opened()
    assert hears(page, name)
    assert hears(other, name)
    page.evaluate("window.stopHearing(); window.heard = []")
    other.evaluate("window.heard = []")
    tell(name)
    until(lambda: set(heard(other)) == {name})
    assert heard(page) == []
