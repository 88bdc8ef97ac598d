"""Members who chose texts are texted that there is something to read: no more, and not at night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from beside import notices, wall
from beside.kernel import clock
from beside.notices import kinds
from beside.notices.clock import deliver, send_texts
from beside.notices.models import Notice, Text
from beside.notices.notes import NOTE
from beside.people import actions as people
from beside.people.models import Contact, Person, Profile
from beside.people.tests.cast import open_house, somebody
from tests.gateway import Gateway
from tests.living import free_port

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NUMBER = "+447400123456"
NOTHING_MORE = (NUMBER, "There is something for you to read.")


@pytest.fixture(autouse=True)
def says() -> Iterator[dict[str, notices.Words | None]]:
    """What a notice says to its reader, as an app above would know it."""
    open_house()
    said: dict[str, notices.Words | None] = {"test": notices.Words("In Tuesday Lanterns")}
    notices.register("test.note", words=lambda reader, args: said["test"], page=lambda *_: "/")
    yield said
    del kinds._kinds["test.note"]


@pytest.fixture
def wren() -> Person:
    person = somebody()
    with transaction.atomic(), wall.house("test.contact"):
        contact = people.add_contact(address=NUMBER, kind=Contact.Kind.TEXT, by=person)
        safe = {"verified_at": NOON, "safe_for": Contact.SafeFor.NOTICE}
        Contact.objects.filter(pk=contact.pk).update(**safe)
        Profile.objects.filter(person=person).update(zone="UTC")
    return person


def tell(wren: Person, dedupe: str = "one", *, at: datetime = NOON, **more: Any) -> None:
    with clock.at(at), transaction.atomic():
        until = {"until": at + timedelta(hours=30)} | more
        notices.tell(wren, "test.note", dedupe=dedupe, **until)


def work(at: datetime = NOON) -> None:
    """What a worker does at that moment."""
    with clock.at(at):
        deliver()
        send_texts()


def rows() -> list[Text]:
    with transaction.atomic(), wall.house("test.rows"):
        return list(Text.objects.filter(kind=NOTE).order_by("pk"))


def test_a_text_says_only_that_there_is_something_to_read(there: Gateway, wren: Person) -> None:
    for _twice in range(2):
        tell(wren)
        work()
    assert there.texts == [NOTHING_MORE]
    (row,) = rows()
    assert "Lanterns" not in f"{row.args}{row.dedupe}"
    assert NUMBER[1:] not in f"{row.args}{row.dedupe}"


def test_what_has_no_hour_is_not_texted(there: Gateway, wren: Person) -> None:
    tell(wren, until=None)
    work()
    assert (there.texts, rows()) == ([], [])


@pytest.mark.parametrize("meanwhile", ["seen", "silent", "gone", "nothing to say", "by e-mail"])
def test_at_the_last_moment_it_is_asked_whether_it_may_go(
    there: Gateway, wren: Person, says: dict[str, Any], meanwhile: str
) -> None:
    tell(wren)
    with clock.at(NOON):
        deliver()
    with transaction.atomic(), wall.house("test.meanwhile"):
        if meanwhile == "seen":
            Notice.objects.update(seen=NOON)
        if meanwhile == "silent":
            Contact.objects.update(safe_for=Contact.SafeFor.NOTHING)
        if meanwhile == "gone":
            Contact.objects.all().delete()
        if meanwhile == "nothing to say":
            says["test"] = None
        if meanwhile == "by e-mail":
            people.add_contact(address="wren@example.net", by=wren)
    work()
    assert (there.texts, rows()) == ([], [])


@pytest.mark.parametrize("wrong", [{"safe_for": Contact.SafeFor.NOTHING}, {"verified_at": None}])
def test_nothing_is_texted_to_a_number_that_was_not_said_to_be_safe(
    there: Gateway, wren: Person, wrong: dict[str, Any]
) -> None:
    with transaction.atomic(), wall.house("test.wrong"):
        Contact.objects.update(**wrong)
    tell(wren)
    work()
    assert there.texts == []


def test_at_night_it_waits_for_the_morning_on_ones_own_clock(there: Gateway, wren: Person) -> None:
    night = NOON + timedelta(hours=11)
    with transaction.atomic(), wall.house("test.zone"):
        Profile.objects.filter(person=wren).update(zone="Europe/Athens")
    tell(wren, at=night)
    work(night)
    assert there.texts == []
    work(night + timedelta(hours=6, minutes=59))
    assert there.texts == []
    work(night + timedelta(hours=7))  # eight o'clock in Athens
    assert there.texts == [NOTHING_MORE]


def test_what_cannot_wait_for_the_morning_goes_at_night(there: Gateway, wren: Person) -> None:
    night = NOON + timedelta(hours=10)
    tell(wren, "tomorrow noon", at=night, urgent=True, until=night + timedelta(hours=15))
    work(night)
    assert there.texts == []
    tell(wren, "tonight", at=night, urgent=True, until=night + timedelta(hours=1))
    work(night)
    assert there.texts == [NOTHING_MORE]


def test_at_most_one_an_hour_while_one_is_unread_but_what_is_urgent(
    there: Gateway, wren: Person
) -> None:
    tell(wren, "one")
    work()
    tell(wren, "two")
    work(NOON + timedelta(minutes=1))
    assert len(there.texts) == 1
    tell(wren, "three", urgent=True)
    work(NOON + timedelta(minutes=2))
    assert len(there.texts) == 2
    work(NOON + timedelta(minutes=63))
    assert len(there.texts) == 3
    work(NOON + timedelta(minutes=64))
    assert len(there.texts) == 3


def test_what_is_due_later_is_texted_when_it_is_due_to_whoever_chose_it_since(
    there: Gateway, wren: Person
) -> None:
    tell(wren, due=NOON + timedelta(hours=2))
    work(NOON + timedelta(hours=1))
    assert there.texts == []
    work(NOON + timedelta(hours=2))
    assert there.texts == [NOTHING_MORE]


def test_whoever_chose_texts_waits_for_no_mail_server(
    there: Gateway, wren: Person, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    robin = somebody("kind-otter-2000")
    with transaction.atomic(), wall.house("test.contact"):
        people.add_contact(address="robin@example.net", by=robin)
        safe = {"verified_at": NOON, "safe_for": Contact.SafeFor.NOTICE}
        Contact.objects.filter(person=robin).update(**safe)
    tell(robin, at=NOON - timedelta(minutes=1))
    for number in range(2):
        tell(wren, f"{number}", urgent=True)
        work(NOON + timedelta(seconds=number))
    assert there.texts == [NOTHING_MORE] * 2


def test_whoever_is_erased_is_texted_no_more(there: Gateway, wren: Person) -> None:
    tell(wren)
    with clock.at(NOON):
        deliver()
    assert len(rows()) == 1
    with wall.acting_as(wren.pk):
        people.erase(wren, by=wren)
    work()
    assert (there.texts, rows()) == ([], [])
