"""Every address, asked by every kind of person, against one declared table: no surprises.

A row says who gets in. Everybody else meets the closed door: somebody not signed in is asked to,
and anybody else is told that there is nothing here, whether it exists or not. Acts are tried with
an empty form and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from beside.kernel import clock
from tests.cast import PARTS, Cast, build
from tests.walls.doors import DOORS, Door


def _names(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            if each.name:
                yield before + each.name
        elif each.namespace:
            yield from _names(each, f"{before}{each.namespace}:")
        else:
            yield from _names(each, before)


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(_names(get_resolver()))) == sorted(DOORS)


@dataclass
class Everybody:
    """The cast, each with a browser that is signed in already."""

    cast: Cast
    browsers: dict[str, Client]
    things: dict[str, Any]


@pytest.fixture
def everybody(db: None) -> Iterator[Everybody]:
    from tests.walls.things import furnish

    cast = build()
    with clock.at(cast.now):
        browsers = {}
        for part, person in cast.everybody().items():
            browsers[part] = Client()
            if person is not None:
                browsers[part].force_login(person)
        yield Everybody(cast, browsers, furnish(cast))


def _ask(browser: Client, door: Door, address: str) -> HttpResponseBase:
    """Ask once and take back whatever it did, signing out among it."""
    kept = browser.cookies.output(header="", sep=";")
    with transaction.atomic():
        if door.says:
            answer = browser.post(address, door.says, content_type="application/json")
        else:
            answer = (browser.post if door.act else browser.get)(address)
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.load(kept)
    return answer


def _outcome(answer: HttpResponseBase) -> str:
    if answer.status_code in {301, 302, 303}:
        to = answer.headers["Location"]
        return "sign in" if to.startswith("/sign-in/?next=") else "in"
    if answer.status_code in {200, 204, 400, 409, 413, 422}:
        return "in"
    return {404: "nothing here", 403: "nothing here", 405: "in"}.get(
        answer.status_code, str(answer.status_code)
    )


def _expected(door: Door, part: str) -> str:
    if part in door.who:
        return "in"
    return "sign in" if part == "nobody" and not door.hidden else "nothing here"


def test_every_door_for_everybody(everybody: Everybody) -> None:
    surprises = {}
    for name, door in DOORS.items():
        address = reverse(name, kwargs={key: everybody.things[of] for key, of in door.of.items()})
        for part in PARTS:
            found = _outcome(_ask(everybody.browsers[part], door, address))
            if found != _expected(door, part):
                surprises[name, part] = found
    assert surprises == {}, sorted(surprises.items())


def test_whoever_may_not_read_a_page_may_not_send_it_a_form_either(everybody: Everybody) -> None:
    surprises = {}
    for name, door in DOORS.items():
        address = reverse(name, kwargs={key: everybody.things[of] for key, of in door.of.items()})
        for part in set(PARTS) - door.who if not door.act else ():
            answer = _ask(everybody.browsers[part], replace(door, act=True), address)
            found = _outcome(answer)
            if answer.status_code != 405 and found != _expected(door, part):
                surprises[name, part] = found
    assert surprises == {}, sorted(surprises.items())
