"""Apps above fill the places that a page names, and nobody below knows who they are."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import format_html
from django.utils.safestring import SafeString

from beside.look import slots


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_parts", {})
    monkeypatch.setattr(slots, "_ways", [])
    monkeypatch.setattr(slots, "_beneath", {})


def drawn(words: str, request: HttpRequest | None, **more: object) -> str:
    return Template(words).render(Context({"request": request, **more}))


def test_what_apps_put_into_a_slot_stands_in_their_order() -> None:
    slots.fill("side", lambda request, thing: format_html("<p>{}</p>", thing), queries=0, order=20)
    slots.fill("side", lambda request, thing: "first ", queries=0, order=10)
    request = RequestFactory().get("/")
    assert drawn('{% slot "side" group %}', request, group="a < b") == "first <p>a &lt; b</p>"


def test_plain_words_in_a_slot_are_never_taken_for_html() -> None:
    slots.fill("side", lambda request, thing: "<script>", queries=0)
    assert drawn('{% slot "side" %}', RequestFactory().get("/")) == "&lt;script&gt;"


def test_a_slot_that_nobody_fills_is_empty_and_so_is_every_slot_without_a_request() -> None:
    assert drawn('{% slot "side" %}', RequestFactory().get("/")) == ""
    slots.fill("side", lambda request, thing: "here", queries=0)
    assert drawn('{% slot "side" %}', None) == ""


def test_a_slot_in_which_everybody_kept_silent_is_empty() -> None:
    slots.fill("side", lambda request, thing: "", queries=0)
    slots.fill("side", lambda request, thing: SafeString("\n  \n"), queries=0)
    assert drawn('{% slot "side" %}', RequestFactory().get("/")) == ""


def test_starting_an_app_twice_fills_a_slot_once() -> None:
    def here(request: HttpRequest, thing: object) -> str:
        return "here"

    slots.fill("side", here, queries=1)
    slots.fill("side", here, queries=2)
    assert [part.queries for part in slots.parts("side")] == [2]
    assert slots.names() == ("side",)


def test_the_header_shows_the_ways_that_are_for_this_reader_and_where_they_are() -> None:
    slots.navigation("Leave", "look:leave", order=2, beneath=("/g/",))
    slots.navigation("Theme", "look:theme", order=1)
    slots.navigation("Hidden", "look:living", who=lambda request: False)
    request = RequestFactory().get("/leave/")
    assert [(link.label, link.address, link.current) for link in slots.links(request)] == [
        ("Theme", "/theme/", ""),
        ("Leave", "/leave/", "page"),
    ]
    slots.beneath("look:leave", "/imports/")
    for path in ("/g/key/", "/imports/new/"):
        inside = RequestFactory().get(path)
        assert [link.current for link in slots.links(inside)] == ["", "true"]


def test_buttons_at_the_end_of_the_header_are_a_place_of_their_own() -> None:
    slots.navigation("Sign in", "look:leave", place="end", kind="ghost", who=slots.visitors)
    request = RequestFactory().get("/")
    assert slots.links(request) == []
    assert [link.kind for link in slots.links(request, "end")] == ["ghost"]
