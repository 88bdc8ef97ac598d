"""Every part, drawn for everybody: wide and narrow, light and dark, without JavaScript."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from beside.look import pseudo

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST_LOAD = 150_000
PACKED = {".css", ".js", ".svg", ""}


def visit(page: Page, site: str) -> None:
    """Open the living page, and be sure that it is the living page."""
    answer = page.goto(f"{site}/look/")
    assert answer is not None
    assert answer.status == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1240])
def test_nothing_stands_in_anybodys_way(
    site: str, chromium: Browser, width: int, scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci")
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        visit(page, site)
        page.evaluate(AXE.read_text())
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        told = [
            (each["id"], [node["html"][:200] for node in each["nodes"]])
            for each in found["violations"]
        ]
        assert told == []
    finally:
        page.close()


def test_an_open_dialog_and_a_form_that_came_back_stand_in_nobodys_way(
    site: str, page: Page
) -> None:
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci")
    visit(page, site)
    page.get_by_role("link", name="Open a dialog").click()
    assert page.evaluate("document.querySelector('#sample').matches(':modal')")
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run('#sample', {runOnly: rules})", RULES)
    assert found["violations"] == []
    page.keyboard.press("Escape")
    assert page.locator("#sample").is_hidden()


@pytest.mark.parametrize("width", [320, 390, 1240])
def test_nobody_has_to_scroll_sideways(site: str, chromium: Browser, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 700})
    try:
        visit(page, site)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    finally:
        page.close()


def test_the_open_tab_is_brought_into_sight_where_the_browser_does_not(
    site: str, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    try:
        visit(page, site)
        seen = page.evaluate("""async () => {
          const row = document.querySelector(".tabs ul");
          for (const tab of row.querySelectorAll("a")) tab.removeAttribute("aria-current");
          row.querySelector("li:last-child a").setAttribute("aria-current", "page");
          row.style.inlineSize = "120px";
          row.scrollLeft = 0;
          const { src } = document.querySelector("script[src*='look/page']");
          const { showOpen } = await import(src.replace(/page[^/]*$/, "tabs.js"));
          const ends = () => row.querySelector("[aria-current]").getBoundingClientRect().right
            <= row.getBoundingClientRect().right + 1;
          const before = ends();
          showOpen(row);
          return [before, ends(), scrollY];
        }""")
        assert seen == [False, True, 0]
    finally:
        page.close()


def test_the_page_is_drawn_from_right_to_left_for_people_who_read_so(
    site: str, settings: Settings, chromium: Browser
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية")]
    context = chromium.new_context(locale="ar", viewport={"width": 1240, "height": 900})
    try:
        page = context.new_page()
        visit(page, site)
        assert page.get_attribute("html", "dir") == "rtl"
        assert page.get_attribute("html", "lang") == "ar"
        mark = page.locator(".mark").bounding_box()
        filters = page.locator(".finder > .card").bounding_box()
        assert mark is not None
        assert filters is not None
        assert mark["x"] > 620
        assert filters["x"] > 620
        assert page.evaluate("document.documentElement.scrollWidth") == 1240
    finally:
        context.close()


def test_the_first_stop_of_the_keyboard_leads_to_what_the_page_is_about(
    site: str, page: Page
) -> None:
    visit(page, site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_stop_of_the_keyboard_can_be_seen(site: str, page: Page) -> None:
    visit(page, site)
    stops = []
    for _ in range(90):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const at = document.activeElement;
              if (!at || at === document.body) return null;
              const ring = at.closest('.option') ?? at;
              const shown = [at, ring].some(
                (each) => getComputedStyle(each).outlineStyle !== 'none');
              return [at.tagName, at.textContent.trim().slice(0, 30), shown];
            }"""
        )
        if seen is None:
            break
        stops.append(seen)
    assert len(stops) > 40
    assert [stop for stop in stops if not stop[2]] == []


def test_a_form_that_comes_back_takes_its_reader_to_what_is_missing(site: str, page: Page) -> None:
    visit(page, site)
    page.fill("#id_words", "I had begun")
    # The browser's own check would stop it; a phone or an old browser may have none.
    page.eval_on_selector("form.form", "form => { form.noValidate = true; }")
    page.locator("form.form").first.get_by_role("button", name="Send").click()
    page.wait_for_selector("#form-errors")
    assert page.evaluate("document.activeElement.id") == "form-errors"
    assert page.input_value("#id_words") == "I had begun"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_choices_drawn_as_pebbles_are_chosen_with_the_arrows(site: str, page: Page) -> None:
    visit(page, site)
    page.focus("input[name=pebble]:checked")
    page.keyboard.press("ArrowRight")
    assert page.eval_on_selector("input[name=pebble]:checked", "each => each.value") == "4"


def test_every_target_is_large_enough_for_a_finger(site: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    try:
        visit(page, site)
        small = page.evaluate(
            """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
              .filter((each) => each.offsetParent && !each.closest('p, h3, ul.plain, .skip'))
              .map((each) => {
                const box = (each.closest('.option') ?? each).getBoundingClientRect();
                const reach = parseFloat(getComputedStyle(each, '::after').insetBlockStart) || 0;
                const wide = parseFloat(getComputedStyle(each, '::after').insetInlineStart) || 0;
                const more = each.matches('.btn.small') ? [-2 * reach, -2 * wide] : [0, 0];
                const words = each.textContent.trim().slice(0, 30);
                return [words, box.height + more[0], box.width + more[1]];
              }).filter(([, height, width]) => height < 43.9 || width < 43.9)"""
        )
        assert small == []
    finally:
        page.close()


def test_light_and_dark_are_chosen_without_loading_again_and_stay(site: str, page: Page) -> None:
    visit(page, site)
    page.get_by_role("button", name="Dark", exact=True).click()
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(24, 33, 31)"
    page.reload()
    assert page.evaluate(paper) == "rgb(24, 33, 31)"
    page.get_by_role("button", name="As my device").click()
    page.reload()
    assert page.evaluate(paper) == "rgb(251, 247, 240)"


def test_without_javascript_everything_is_there_and_the_dialog_and_the_switch_work(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        visit(page, site)
        assert page.locator("#sample").is_hidden()
        page.get_by_role("link", name="Open a dialog").click()
        assert page.locator("#sample").is_visible()
        page.get_by_role("button", name="Dark", exact=True).click()
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.url == f"{site}/look/"
    finally:
        context.close()


def test_no_page_asks_another_host_and_the_first_load_is_light(site: str, page: Page) -> None:
    got: dict[str, int] = {}
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on(
        "response",
        lambda answer: got.__setitem__(answer.url, weight(answer.url, answer.body())),
    )
    page.goto(f"{site}/look/", wait_until="networkidle")
    assert {urlsplit(address).netloc for address in got} == {urlsplit(site).netloc}
    assert wrong == []
    assert sum(got.values()) <= FIRST_LOAD, sorted(got.items(), key=lambda each: -each[1])


def test_a_house_without_our_fonts_has_the_same_layout(site: str, chromium: Browser) -> None:
    heights = []
    for without in (False, True):
        page = chromium.new_page(viewport={"width": 1240, "height": 900})
        try:
            if without:
                page.route("**/*.woff2", lambda route: route.abort())
            visit(page, site)
            page.wait_for_load_state("networkidle")
            heights.append(page.evaluate("document.documentElement.scrollHeight"))
        finally:
            page.close()
    assert heights[1] == pytest.approx(heights[0], rel=0.015)


def weight(address: str, body: bytes) -> int:
    """What travels: fonts are packed already, words are packed on the way."""
    return len(gzip.compress(body)) if Path(urlsplit(address).path).suffix in PACKED else len(body)


def test_moments_of_another_zone_are_told_in_the_readers_own(site: str, chromium: Browser) -> None:
    context = chromium.new_context(timezone_id="America/New_York", locale="en-GB")
    try:
        page = context.new_page()
        visit(page, site)
        said = page.locator("time[data-zone='Europe/London']").first.inner_text()
        assert said == "Tue 24 Nov, 18:30 London time (13:30 for you)"
    finally:
        context.close()


@pytest.mark.django_db
def test_every_word_of_the_living_page_can_be_translated(settings: Settings) -> None:
    settings.DEBUG = True
    with pseudo.activate():
        html = Client().get("/look/").content.decode()
    assert pseudo.untranslated(html) == []
    assert pseudo.OPEN not in Client().get("/look/").content.decode()


@pytest.mark.django_db
def test_outside_debug_there_is_no_living_page() -> None:
    assert Client().get("/look/").status_code == 404
