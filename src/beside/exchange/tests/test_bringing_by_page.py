"""A coordinator sends a listing, sees what it would do, and brings just that in, once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beside import wall
from beside.exchange.clock import let_go
from beside.exchange.models import Import, Waiting
from beside.exchange.tests.test_bringing import BROKEN, CALL, TEA, WALK
from beside.groups.models import Group
from beside.kernel import clock
from tests.cast import PARTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def esi(client, cast):
    client.force_login(cast["coordinator"])
    return client


def send(browser, *rows, raw=None, **said):
    raw = json.dumps(rows).encode() if raw is None else raw
    told = {
        "file": SimpleUploadedFile("listing.json", raw, "application/json"),
        "source": "Riverside",
        "experiences": ["addiction"],
        "zone": "Europe/London",
        **said,
    }
    return browser.post("/imports/new/", told)


def seen(browser, where):
    page = browser.get(where).content.decode()
    return page, page.split('name="seen" value="')[1].split('"')[0]


def came():
    with wall.house("test.came"):
        return Group.objects.filter(source="Riverside").count()


def imports():
    with wall.house("test.imports"):
        return list(Import.objects.order_by("number").values_list("number", flat=True))


def test_what_a_file_would_do_is_shown_before_it_is_done_and_can_be_undone_after(esi):
    answer = send(esi, WALK, TEA, CALL, BROKEN)
    where = answer.headers["Location"]
    page, mark = seen(esi, where)
    assert "Morning Walk" in page
    assert "Every Monday and Wednesday at 07:30 London time, 45 minutes" in page
    assert "Riverside Hall, Homerton" in page
    assert "A day is 0 for Sunday" in page
    assert came() == 0
    done = esi.post(where, {"what": "bring", "seen": mark})
    assert done.headers["Location"] == "/imports/1/"
    assert came() == 3
    esi.post("/imports/1/")
    assert came() == 0


@pytest.mark.parametrize("part", ["coordinator", "facilitator"])
def test_the_way_to_listings_and_crisis_lines_stands_on_a_coordinators_desk(part, cast, client):
    client.force_login(cast[part])
    words = client.get("/desk/").content.decode()
    ways = (reverse("exchange:imports"), reverse("signposts:confirm"))
    assert [f'href="{way}"' in words for way in ways] == [part == "coordinator"] * 2


def test_what_would_be_different_is_said_in_words(esi):
    where = send(esi, WALK, TEA).headers["Location"]
    esi.post(where, {"what": "bring", "seen": seen(esi, where)[1]})
    moved = WALK | {"time": "08:00", "location": "Library", "name": "Early Walk"}
    page, _mark = seen(esi, send(esi, moved, replace="on").headers["Location"])
    assert "its name: Early Walk" in page
    assert "07:30 London time, 45 minutes → Every Monday and Wednesday at 08:00" in page
    assert "where it is" in page
    assert "Would be closed, for example" in page
    assert '<b data-words translate="no">Tea</b>' in page


def test_pressed_twice_it_is_brought_in_once(esi):
    where = send(esi, WALK).headers["Location"]
    mark = seen(esi, where)[1]
    for _press in range(2):
        answer = esi.post(where, {"what": "bring", "seen": mark})
        assert answer.headers["Location"] == "/imports/1/"
    assert esi.get(where).headers["Location"] == "/imports/1/"
    assert (imports(), came()) == ([1], 1)


def test_two_tabs_with_the_same_file_and_the_second_is_told_that_it_is_otherwise_now(esi):
    one, other = (send(esi, WALK, TEA).headers["Location"] for _tab in range(2))
    marks = [seen(esi, where)[1] for where in (one, other)]
    esi.post(one, {"what": "bring", "seen": marks[0]})
    answer = esi.post(other, {"what": "bring", "seen": marks[1]})
    assert "It is not what you saw" in answer.content.decode()
    assert (imports(), came()) == ([1], 2)
    again = esi.post(other, {"what": "bring", "seen": seen(esi, other)[1]})
    assert again.headers["Location"] == "/imports/2/"
    assert came() == 2


def test_a_file_that_is_put_away_is_gone(esi):
    where = send(esi, WALK).headers["Location"]
    mark = seen(esi, where)[1]
    assert esi.post(where, {"what": "put away"}).headers["Location"] == "/imports/"
    assert esi.post(where, {"what": "bring", "seen": mark}).status_code == 404
    assert came() == 0


def test_a_file_waits_a_day_and_no_longer(esi):
    where = send(esi, WALK).headers["Location"]
    with clock.at(clock.now() + timedelta(hours=23)):
        let_go()
    assert esi.get(where).status_code == 200
    with clock.at(clock.now() + timedelta(hours=25)):
        let_go()
    assert esi.get(where).status_code == 404


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"[{", "breaks off"),
        (b"PK\x03\x04" + b"\0" * 100, "packed"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "not a list"),
        (b'{"a": 1}', "not a list"),
        (b" " * 2_000_001, "larger than 2 MB"),
        (b'[{"meeting_name": "X", "id_bigint": 1, "weekday_tinyint": 3}]', "Sunday is 0 or 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_beside_its_question(esi, raw, words):
    answer = send(esi, raw=raw)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with wall.house("test.waiting"):
        assert not Waiting.objects.exists()


def test_what_is_missing_or_nonsense_is_said(esi):
    page = send(esi, WALK, source=" \u202e ", zone="Mars/Base", experiences=["x"]).content.decode()
    assert "There is no time zone of this name." in page
    assert "so that visitors know whose groups" in page


def test_codes_of_a_listing_are_read_by_the_names_sent_with_it(esi):
    codes = SimpleUploadedFile("codes.json", b'[["Q", "Wheelchair"]]', "application/json")
    where = send(esi, WALK | {"types": ["Q"]}, codes=codes).headers["Location"]
    esi.post(where, {"what": "bring", "seen": seen(esi, where)[1]})
    assert Group.objects.get(source="Riverside").access == ["step_free"]


@pytest.mark.parametrize("part", PARTS)
def test_only_whoever_sent_a_file_sees_it_in_list_and_database(part, cast, client):
    client.force_login(cast["coordinator"])
    where = send(client, WALK).headers["Location"]
    sees = part == "coordinator"
    with cast.looking_as(part) as person:
        assert Waiting.objects.visible_to(person).count() == Waiting.objects.count() == sees
    if person and not sees:
        client.force_login(person)
        assert client.get(where).status_code == 404
        assert send(client, WALK).status_code == 404
