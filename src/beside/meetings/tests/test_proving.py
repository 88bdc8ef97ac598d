"""A sheet of paper that says on which days somebody came, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client

from beside import wall
from beside.kernel import clock
from beside.meetings import actions, proving
from beside.meetings.clock import let_go
from beside.meetings.models import Booking, Proof
from beside.people import actions as people
from tests.cast import Cast


@pytest.fixture
def came(cast: Cast) -> Iterator[date]:
    """The visitor came, and it is over; the day on the calendar of the place."""
    with wall.house("test.came"):
        Booking.objects.filter(pk=cast.booking.pk).update(standing=Booking.Standing.CAME)
    with clock.at(cast.meeting.ends_at):
        yield cast.meeting.on


def test_there_is_no_proof_before_a_meeting_is_over(cast: Cast) -> None:
    with clock.at(cast.meeting.starts_at - timedelta(minutes=10)):
        with cast.looking_as("facilitator") as ash:
            actions.tap_in(cast.booking, here=True, by=ash)
        with cast.looking_as("visitor") as wren:
            with pytest.raises(PermissionDenied):
                actions.prove([cast.meeting.on], "Wren", "x", by=wren)
            actions.not_tonight(cast.booking, by=wren)
            assert cast.booking.standing == Booking.Standing.NOT_TONIGHT
    words = signed_in(cast, "visitor").get("/proofs/").content.decode()
    assert "No day is known on which you came" in words


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def sheet_of(client: Client, name: str, day: date, **more: str) -> str:
    page = client.get("/proofs/").content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None
    said = {"name": name, "days": [day.isoformat()], "ticket": ticket[1], **more}
    return client.post("/proofs/", said).content.decode()


def code_on(sheet: str) -> str:
    found = re.search(r'class="code"[^>]*><bdi[^>]*>([^<]+)<', sheet)
    assert found is not None
    return found[1]


def asks(code: str, name: str) -> str:
    return Client().post("/proof/", {"code": code, "name": name}).content.decode()


def test_a_sheet_is_made_confirmed_and_taken_back(cast: Cast, came: date) -> None:
    wren = signed_in(cast, "visitor")
    sheet = sheet_of(wren, "Wren  Alder", came)
    code = code_on(sheet)
    assert "Wren Alder" in sheet
    assert cast.group.name not in sheet
    for typed in (code, code.upper().replace("-", " ")):
        answer = asks(typed, "wren alder")
        assert "This is true" in answer
        assert str(came.year) in answer
        assert cast.group.name not in answer
    assert "We cannot confirm this" in asks(code, "Marlow Alder")
    assert "We cannot confirm this" in asks("2222-2222-2222-2222", "Wren Alder")
    with wall.house("test.kept"):
        proof = Proof.objects.get()
        assert b"Wren" not in bytes(proof.name)
        assert code.encode() not in bytes(proof.code)
    assert signed_in(cast, "member").post(f"/proofs/{proof.key}/take-back/").status_code == 404
    wren.post(f"/proofs/{proof.key}/take-back/")
    assert "We cannot confirm this" in asks(code, "Wren Alder")


def test_the_same_form_sent_twice_makes_one_sheet_and_another_name_another(
    cast: Cast, came: date
) -> None:
    wren = signed_in(cast, "visitor")
    page = wren.get("/proofs/").content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None
    said = {"name": "Wren", "days": [came.isoformat()], "ticket": ticket[1]}
    first, second = (code_on(wren.post("/proofs/", said).content.decode()) for _ in range(2))
    other = code_on(wren.post("/proofs/", said | {"name": "W. Alder"}).content.decode())
    assert first == second != other
    with wall.house("test.sheets"):
        assert Proof.objects.count() == 2
    assert "This is true" in asks(other, "W. Alder")


def test_only_days_on_which_somebody_came_stand_on_a_sheet(cast: Cast, came: date) -> None:
    another = came + timedelta(days=1)
    with cast.looking_as("visitor") as wren:
        for days in ([another], [came, another], []):
            with pytest.raises(PermissionDenied):
                actions.prove(days, "Wren", "x", by=wren)
    with cast.looking_as("member") as marlow, pytest.raises(PermissionDenied):
        actions.prove([came], "Marlow", "x", by=marlow)
    words = signed_in(cast, "member").get("/proofs/").content.decode()
    assert "No day is known on which you came" in words
    forged = {"name": "W", "days": [came.isoformat()], "ticket": "chosen-by-me"}
    answer = signed_in(cast, "visitor").post("/proofs/", forged).content.decode()
    assert "load this page again" in answer


def test_nobody_else_sees_a_sheet_and_it_ends_after_a_year(cast: Cast, came: date) -> None:
    with cast.looking_as("visitor") as wren:
        actions.prove([came], "Wren", "some-code", by=wren)
        assert Proof.objects.count() == 1
    for part in ("member", "facilitator", "coordinator", "duty_worker"):
        with cast.looking_as(part):
            assert not Proof.objects.exists()
    with clock.at(cast.now + timedelta(days=366)):
        let_go()
    with wall.house("test.ended"):
        assert not Proof.objects.exists()


def test_the_days_stay_on_the_sheet_when_the_group_no_longer_knows(cast: Cast, came: date) -> None:
    with cast.looking_as("visitor") as wren:
        actions.prove([came], "Wren", "some-code", by=wren)
    with clock.at(cast.meeting.ends_at + timedelta(days=60)):
        let_go()
    with transaction.atomic():
        assert proving.confirmed("SOME code", "wren") == [came]


def test_sheets_go_with_the_person(cast: Cast, came: date) -> None:
    with cast.looking_as("visitor") as wren:
        actions.prove([came], "Wren", "some-code", by=wren)
        people.erase(wren, by=wren)
    with wall.house("test.erased"):
        assert not Proof.objects.exists()


def test_guessing_at_sheets_is_slowed_down(cast: Cast) -> None:
    asked = Client()
    said = [asked.post("/proof/", {"code": f"x{n}", "name": "W"}).status_code for n in range(21)]
    assert said == [200] * 20 + [429]
