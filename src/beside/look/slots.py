"""Pages that gather: a page names a slot, and an app above fills it without being imported.

An app fills slots and adds ways to the header in its `AppConfig.ready()`:

    slots.fill("group.side", next_meeting, queries=1, order=10)
    slots.navigation(_("My groups"), "groups:mine", who=slots.signed_in, icon="users", order=20)

A page says `{% slot "group.side" group %}`. What fills a slot has its own sight: it is asked with
the request and answers safe HTML, or "" when this reader has nothing to see there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

Filling = Callable[[HttpRequest, Any], SafeString | str]
Who = Callable[[HttpRequest], bool]


@dataclass(frozen=True)
class Part:
    """One app's part of a slot, and how many questions it may put to the database."""

    order: int
    function: Filling
    queries: int


@dataclass(frozen=True)
class Way:
    """One link of the header: in the middle ("main") or at the end ("end")."""

    order: int
    label: str | Promise
    url_name: str
    who: Who
    icon: str
    kind: str
    place: str
    beneath: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Link:
    """A way as it stands on one page; `current` is what `aria-current` says."""

    label: str | Promise
    address: str
    icon: str
    kind: str
    current: str


def everybody(request: HttpRequest) -> bool:
    """Shown to all."""
    return True


def signed_in(request: HttpRequest) -> bool:
    """Shown to people who are signed in."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def visitors(request: HttpRequest) -> bool:
    """Shown to people who are not signed in."""
    return not signed_in(request)


_parts: dict[str, list[Part]] = {}
_ways: list[Way] = []
_beneath: dict[str, list[str]] = {}


def fill(name: str, function: Filling, *, queries: int, order: int = 50) -> None:
    """Put `function(request, thing)` into the slot `name`; smaller orders stand first.

    `queries` is how many the function may make for one page; a test holds it to that.
    """
    parts = _parts.setdefault(name, [])
    parts[:] = [part for part in parts if part.function is not function]
    parts.append(Part(order, function, queries))
    parts.sort(key=lambda part: part.order)


def parts(name: str) -> tuple[Part, ...]:
    """What fills the slot, in order."""
    return tuple(_parts.get(name, ()))


def names() -> tuple[str, ...]:
    """Every slot that something fills."""
    return tuple(sorted(_parts))


def filled(name: str, request: HttpRequest | None, thing: object = None) -> SafeString:
    """The slot's HTML for this reader; empty without a request (the page for a broken server).

    Templates leave white space where they say nothing: that is nothing too.
    """
    if request is None:
        return SafeString("")
    html = format_html_join("", "{}", ((part.function(request, thing),) for part in parts(name)))
    return html if html.strip() else SafeString("")


def navigation(
    label: str | Promise,
    url_name: str,
    *,
    who: Who = everybody,
    order: int = 50,
    icon: str = "circle",
    kind: str = "",
    place: str = "main",
    beneath: tuple[str, ...] = (),
) -> None:
    """Add a link to the header.

    `icon` (a lucide name) is shown on a phone, above the words. `place="end"` puts it at the end
    as a button of `kind` ("", "ghost", "soft", "care"). `beneath` are further beginnings of
    addresses where this way is the current one, such as "/g/".
    """
    way = Way(order, label, url_name, who, icon, kind, place, beneath)
    _ways[:] = [old for old in _ways if (old.url_name, old.place) != (url_name, place)]
    _ways.append(way)
    _ways.sort(key=lambda each: each.order)


def beneath(url_name: str, start: str) -> None:
    """Pages of an app above, whose addresses begin with `start`, stand under this way."""
    _beneath.setdefault(url_name, []).append(start)


def links(request: HttpRequest | None, place: str = "main") -> list[Link]:
    """The header's links for this reader, in order."""
    if request is None:
        return []
    return [_link(way, request) for way in _ways if way.place == place and way.who(request)]


def _link(way: Way, request: HttpRequest) -> Link:
    address = reverse(way.url_name)
    starts = (address, *way.beneath, *_beneath.get(way.url_name, ()))
    current = ""
    if request.path == address:
        current = "page"
    elif any(start != "/" and request.path.startswith(start) for start in starts):
        current = "true"
    return Link(way.label, address, way.icon, way.kind, current)
