"""Something is left for somebody to read."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside import notices, wall
from beside.kernel import clock
from beside.notices import kinds
from beside.notices.clock import deliver, let_go
from beside.notices.models import Notice
from beside.people import actions as people
from beside.people.models import Contact, Person
from beside.people.tests.cast import open_house, signed_in, somebody
from tests.living import free_port

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
GROUP, PERSONA = "Tuesday Lanterns", "Marlow"


class Inbox:
    """Keeps whatever a real SMTP server receives."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "451 not now"
        assert isinstance(envelope.content, bytes)
        self.letters.append(envelope.content)
        return "250 kept"


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.DEFAULT_FROM_EMAIL = "Tide Mill Peers <noreply@example.org>"
    settings.PUBLIC_URL = "https://example.org"
    yield box
    controller.stop()


@pytest.fixture(autouse=True)
def answered() -> Iterator[set[int]]:
    """A kind that names a group and a persona, for those who may still see them."""
    allowed: set[int] = set()

    def words(reader: Person, args: kinds.Args) -> kinds.Words | None:
        assert wall.person() == reader.pk
        if reader.pk not in allowed:
            return None
        return kinds.Words(f"{PERSONA} answered you", f"in {GROUP}")

    kinds.register("test.answered", words=words, page=lambda reader, args: f"/g/{args['group']}/")
    yield allowed
    del kinds._kinds["test.answered"]


@pytest.fixture(autouse=True)
def house() -> None:
    open_house()


def tell(person: Person, dedupe: str = "post-1", due: datetime | None = None) -> Notice:
    with transaction.atomic():
        notices.tell(person, "test.answered", dedupe=dedupe, args={"group": "kkkk"}, due=due)
    with wall.house("test.notice"):
        return Notice.objects.get(person=person, dedupe=dedupe)


def reachable(person: Person) -> None:
    """They have an address that was verified."""
    with wall.acting_as(person.pk), transaction.atomic():
        contact = people.add_contact(address="wren@example.net", by=person)
        with wall.house("test.verified"):
            Contact.objects.filter(pk=contact.pk).update(verified_at=NOW, safe_for="notice")


def jobs() -> list[tuple[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select task_name, scheduled_at from procrastinate_jobs "
            "where task_name = 'notices.deliver' order by id"
        )
        return list(cursor.fetchall())


def test_it_stands_on_the_page_of_the_day_until_it_was_looked_at(answered: set[int]) -> None:
    wren = somebody()
    answered.add(wren.pk)
    notice = tell(wren)
    browser = signed_in(wren)
    assert f"{PERSONA} answered you" in browser.get("/today/").content.decode()
    answer = browser.post(f"/notices/{notice.key}/")
    assert answer["Location"] == "/g/kkkk/"
    assert f"{PERSONA} answered you" not in browser.get("/today/").content.decode()


def test_somebody_removed_meanwhile_learns_nothing(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    reachable(wren)
    notice = tell(wren)
    browser = signed_in(wren)
    assert PERSONA not in browser.get("/today/").content.decode()
    assert browser.post(f"/notices/{notice.key}/").status_code == 404
    deliver(notice.pk)
    assert inbox.letters == []


def test_nobody_opens_what_is_meant_for_somebody_else(answered: set[int]) -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    answered.update({wren.pk, robin.pk})
    notice = tell(wren)
    browser = signed_in(robin)
    assert browser.post(f"/notices/{notice.key}/").status_code == 404
    assert PERSONA not in browser.get("/today/").content.decode()
    assert Client().post(f"/notices/{notice.key}/").status_code == 302
    with wall.acting_as(robin.pk):
        assert Notice.objects.count() == 0


def test_the_same_thing_is_told_once_and_vanishes_with_its_transaction(answered: set[int]) -> None:
    wren = somebody()
    tell(wren)
    tell(wren)
    with transaction.atomic():
        notices.tell(wren, "test.answered", dedupe="post-2", args={"group": "kkkk"})
        transaction.set_rollback(True)
    with wall.house("test.count"):
        assert Notice.objects.count() == 1


def test_a_kind_that_nobody_registered_is_refused() -> None:
    with pytest.raises(KeyError):
        notices.tell(somebody(), "test.unknown", dedupe="1")


def test_without_a_safe_address_nothing_is_sent(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    deliver(tell(wren).pk)
    assert inbox.letters == []
    reachable(wren)
    with wall.house("test.nothing"):
        Contact.objects.update(safe_for="nothing")
    deliver(tell(wren, "post-2").pk)
    assert inbox.letters == []


def test_a_letter_says_only_that_there_is_something_to_read(
    answered: set[int], inbox: Inbox
) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    notice = tell(wren)
    deliver(notice.pk)
    deliver(notice.pk)
    (raw,) = inbox.letters
    letter = email.message_from_bytes(raw)
    assert letter["Subject"] == "Something to read"
    assert letter["From"] == "noreply@example.org"
    said = " ".join(str(letter.get_payload()).split())
    assert said == "There is something for you to read. https://example.org/today/"
    for secret in (GROUP, PERSONA, "Wren", wren.sign_in, "Tide Mill", "kkkk", notice.key):
        assert secret.encode() not in raw


def test_at_most_one_letter_an_hour_while_one_is_unread(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    with clock.at(NOW):
        deliver(tell(wren).pk)
    with clock.at(NOW + timedelta(minutes=20)):
        second = tell(wren, "post-2")
        deliver(second.pk)
        assert len(inbox.letters) == 1
        assert jobs()[-1] == ("notices.deliver", NOW + timedelta(hours=1))
    with clock.at(NOW + timedelta(minutes=61)):
        deliver(second.pk)
    assert len(inbox.letters) == 2


def test_a_refused_letter_is_not_marked_and_goes_later(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    notice = tell(wren)
    inbox.refuses = True
    with pytest.raises(OSError, match="not now"), transaction.atomic():
        deliver(notice.pk)
    inbox.refuses = False
    deliver(notice.pk)
    assert len(inbox.letters) == 1


def test_what_is_not_due_yet_waits(answered: set[int]) -> None:
    wren = somebody()
    answered.add(wren.pk)
    with clock.at(NOW):
        tell(wren, due=NOW + timedelta(hours=2))
        with wall.acting_as(wren.pk):
            assert Notice.objects.visible_to(wren).count() == 0
    assert jobs() == [("notices.deliver", NOW + timedelta(hours=2))]
    with clock.at(NOW + timedelta(hours=3)), wall.acting_as(wren.pk):
        assert Notice.objects.visible_to(wren).count() == 1


def test_old_notices_are_let_go(answered: set[int]) -> None:
    wren = somebody()
    with clock.at(NOW):
        for name in ("seen", "unseen"):
            tell(wren, name)
        with wall.house("test.seen"):
            Notice.objects.filter(dedupe="seen").update(seen=NOW)
    with clock.at(NOW + timedelta(days=31)):
        let_go(0)
    with wall.house("test.left"):
        assert [notice.dedupe for notice in Notice.objects.all()] == ["unseen"]
    with clock.at(NOW + timedelta(days=91)):
        let_go(0)
    with wall.house("test.left"):
        assert Notice.objects.count() == 0


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_of_the_day_asks_once(answered: set[int], how_many: int) -> None:
    from django.test import RequestFactory

    from beside.notices.parts import waiting

    wren = somebody()
    answered.add(wren.pk)
    for number in range(how_many):
        tell(wren, f"post-{number}")
    request = RequestFactory().get("/today/")
    request.user = wren
    with wall.acting_as(wren.pk), transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assert PERSONA in waiting(request, wren)
    assert len([each for each in asked if "notices_notice" in each["sql"]]) == 1


def test_a_recovery_code_that_was_used_is_told_inside() -> None:
    wren = somebody()
    with wall.acting_as(wren.pk), transaction.atomic():
        code = people.new_recovery_codes(by=wren)[0]
    browser = Client()
    said = {"sign_in": wren.sign_in, "code": code, "passphrase": "seven other small words"}
    assert browser.post("/sign-in/code/", said).status_code == 302
    assert "changed with a recovery code" in browser.get("/today/").content.decode()


def test_whoever_is_erased_leaves_no_notices(answered: set[int]) -> None:
    wren = somebody()
    tell(wren)
    with wall.acting_as(wren.pk), transaction.atomic():
        people.erase(wren, by=wren)
    with wall.house("test.count"):
        assert Notice.objects.count() == 0
