"""Somebody leaves for good."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session as Stored
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client

from beside import wall
from beside.host import erasures
from beside.people import actions, events
from beside.people.models import Block, Contact, Passkey, Person, Profile, Recovery, Role, Session
from beside.people.tests.cast import PASSPHRASE, coordinator, open_house, signed_in, somebody
from beside.vault.box import Box, Erased

pytestmark = pytest.mark.django_db
SURE = {"words": "Erase me", "current": PASSPHRASE}


@pytest.fixture(autouse=True)
def house() -> None:
    open_house()


def test_two_words_and_the_passphrase_erase_what_was_theirs() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    here, there = signed_in(wren), signed_in(wren)
    with wall.acting_as(wren.pk), transaction.atomic():
        actions.add_contact(address="wren@example.net", by=wren)
        actions.new_recovery_codes(instead_of="", by=wren)
        actions.block(robin, via=7, by=wren)
        actions.add_passkey(name="x", handle=b"h", credential_id=b"c", credential=b"d", by=wren)
    assert here.post("/me/erase/", SURE)["Location"] == "/erased/"
    assert here.get("/erased/").status_code == 200
    assert [each.get("/me/").status_code for each in (here, there)] == [302, 302]
    with wall.house("test.left"):
        for gone in (Contact, Recovery, Passkey, Session, Profile):
            assert gone.objects.filter(person=wren).count() == 0
        assert Block.objects.count() == 0
        row = Person.objects.get(pk=wren.pk)
    assert Stored.objects.count() == 0
    assert row.sign_in.startswith("erased-")
    assert not row.is_active
    assert row.erased_at is not None
    assert not row.has_usable_password()
    with transaction.atomic(), pytest.raises(Erased):
        Box("person", wren.pk).seal("x", table="t", column="c", row=1)
    answer = Client().post("/sign-in/", {"login": "calm-harbour-4821", "password": PASSPHRASE})
    assert "do not fit together" in answer.content.decode()


def test_apps_above_hear_of_it_while_the_key_still_opens() -> None:
    wren = somebody()
    heard = []

    def hear(sender: object, person: Person, **_: object) -> None:
        with wall.acting_as(person.pk):
            heard.append(Profile.objects.visible_to(person).get().name)

    events.erasing.connect(hear)
    try:
        with wall.acting_as(wren.pk), transaction.atomic():
            actions.erase(wren, by=wren)
    finally:
        events.erasing.disconnect(hear)
    assert heard == ["Wren"]


def test_a_restore_that_brings_somebody_back_erases_them_again() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    with wall.acting_as(wren.pk), transaction.atomic():
        copy = transaction.savepoint()
        actions.erase(wren, by=wren)
        transaction.savepoint_rollback(copy)  # the backup was older
    assert wren.pk in erasures.numbers()
    with transaction.atomic():
        assert actions.erase_again([wren.pk, 10_000_000]) == 1
        assert actions.erase_again([wren.pk]) == 0
    assert Person.objects.get(pk=wren.pk).erased_at is not None
    assert Person.objects.get(pk=robin.pk).erased_at is None


@pytest.mark.parametrize("unsure", [{"words": "yes"}, {"current": "not my words"}, {"words": ""}])
def test_a_slip_of_the_finger_erases_nobody(unsure: dict[str, str]) -> None:
    wren = somebody()
    browser = signed_in(wren)
    assert browser.post("/me/erase/", SURE | unsure).status_code == 200
    assert browser.get("/me/").status_code == 200


def test_nobody_erases_somebody_else() -> None:
    wren, mo = somebody(), coordinator()
    with wall.acting_as(mo.pk), transaction.atomic(), pytest.raises(PermissionDenied):
        actions.erase(wren, by=mo)


def test_the_page_tells_what_stays() -> None:
    page = signed_in(somebody()).get("/me/erase/").content.decode()
    for words in (
        "at risk of harm",
        "a sealed copy of the words",
        "Copies made for emergencies",
        "quoted or remember",
    ):
        assert words in page


def test_the_only_coordinator_is_asked_to_hand_over_first() -> None:
    mo = coordinator()
    browser = signed_in(mo)
    assert "You are the only coordinator" in browser.get("/me/erase/").content.decode()
    browser.post("/me/erase/", SURE)
    assert browser.get("/me/").status_code == 200
    assert Role.objects.model.Kind.COORDINATOR == "coordinator"
