"""Something is left for somebody to read."""

from __future__ import annotations

import asyncio
import contextlib
import email
import re
import socket
import threading
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
from beside.notices import heard, kinds, letters
from beside.notices.clock import deliver, let_go
from beside.notices.models import Notice
from beside.people import actions as people
from beside.people.models import Contact, Person
from beside.people.tests.cast import open_house, signed_in, somebody
from beside.wire import channels
from tests.living import free_port

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
GROUP, PERSONA = "Tuesday Lanterns", "Marlow"


class Inbox:
    """Keeps whatever a real SMTP server receives."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.port = free_port()
        self.refuses = False
        self.stalls = False

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.stalls:
            await asyncio.sleep(0.6)
        envelope.mail_from = address
        return "250 go on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "451 not now"
        assert isinstance(envelope.content, bytes)
        self.letters.append(envelope.content)
        return "250 kept"


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = box.port
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


def tell(person: Person, dedupe: str = "post-1", **more: Any) -> Notice:
    with transaction.atomic():
        notices.tell(person, "test.answered", dedupe=dedupe, args={"group": "kkkk"}, **more)
    with wall.house("test.notice"):
        return Notice.objects.get(person=person, dedupe=dedupe)


def reachable(person: Person, address: str = "wren@example.net") -> None:
    """They have an address that was verified."""
    with wall.acting_as(person.pk), transaction.atomic():
        contact = people.add_contact(address=address, by=person)
        with wall.house("test.verified"):
            Contact.objects.filter(pk=contact.pk).update(verified_at=NOW, safe_for="notice")


def waiting() -> list[int]:
    """Notices for which there is something left to do."""
    with transaction.atomic(), wall.house("test.waiting"):
        return list(Notice.objects.exclude(post_at=None).values_list("pk", flat=True))


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
    deliver()
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
    tell(wren)
    deliver()
    assert inbox.letters == []
    reachable(wren)
    with wall.house("test.nothing"):
        Contact.objects.update(safe_for="nothing")
    tell(wren, "post-2")
    deliver()
    assert inbox.letters == []


def test_a_letter_says_only_that_there_is_something_to_read(
    answered: set[int], inbox: Inbox
) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    notice = tell(wren)
    deliver()
    deliver()
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
        tell(wren)
        deliver()
    with clock.at(NOW + timedelta(minutes=20)):
        tell(wren, "post-2")
        deliver()
        assert len(inbox.letters) == 1
    with clock.at(NOW + timedelta(minutes=59)):
        deliver()
        assert len(inbox.letters) == 1
    with clock.at(NOW + timedelta(minutes=61)):
        deliver()
    assert len(inbox.letters) == 2


def test_what_is_urgent_waits_for_no_other_letter(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    with clock.at(NOW):
        tell(wren)
        deliver()
    with clock.at(NOW + timedelta(minutes=1)):
        tell(wren, "post-2")
        tell(wren, "cancelled", urgent=True)
        deliver()
    assert len(inbox.letters) == 2


def test_what_is_stale_does_not_go(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    with clock.at(NOW):
        tell(wren, "tonight", until=NOW + timedelta(hours=1))
        tell(wren, "still useful", until=NOW + timedelta(hours=30))
    with clock.at(NOW + timedelta(hours=25)):
        deliver()
        deliver()
        with wall.acting_as(wren.pk):
            shown = Notice.objects.visible_to(wren)
            assert [notice.dedupe for notice in shown] == ["still useful"]
    assert len(inbox.letters) == 1
    assert waiting() == []


def test_a_kind_that_stays_inside_is_never_written_about(inbox: Inbox) -> None:
    wren = somebody()
    reachable(wren)
    kinds.register(
        "test.inside",
        words=lambda reader, args: kinds.Words("The room is open"),
        page=lambda reader, args: "/today/",
        inside_only=True,
    )
    with transaction.atomic():
        notices.tell(wren, "test.inside", dedupe="1")
    deliver()
    assert inbox.letters == []
    assert "The room is open" in signed_in(wren).get("/today/").content.decode()
    del kinds._kinds["test.inside"]


def test_a_refused_letter_is_not_marked_and_goes_later(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    with clock.at(NOW):
        tell(wren)
    inbox.refuses = True
    with clock.at(NOW):
        deliver()
        deliver()
    inbox.refuses = False
    assert len(waiting()) == 1
    with clock.at(NOW + timedelta(seconds=61)):
        deliver()
    assert len(inbox.letters) == 1
    assert waiting() == []


def test_whom_no_letter_reaches_is_not_tried_for_ever(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    with clock.at(NOW):
        tell(wren)
    inbox.refuses = True
    tried = 0
    while waiting() and tried < 20:
        with clock.at(NOW + timedelta(days=tried)):
            deliver()
        tried += 1
    assert tried == letters.TRIES + 1
    with wall.house("test.sent"):
        assert Notice.objects.get(person=wren).sent is None


def test_what_cannot_be_worded_stops_nobody_elses_letter(inbox: Inbox, answered: set[int]) -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    answered.add(robin.pk)
    reachable(robin, "robin@example.net")
    reachable(wren)

    def broken(reader: Person, args: kinds.Args) -> kinds.Words:
        raise LookupError

    kinds.register("test.broken", words=broken, page=lambda reader, args: "/")
    with transaction.atomic():
        notices.tell(wren, "test.broken", dedupe="1")
        notices.tell(robin, "test.answered", dedupe="1", args={"group": "k"})
    deliver()
    del kinds._kinds["test.broken"]
    assert len(inbox.letters) == 1
    assert b"robin@example.net" in inbox.letters[0]


def test_while_no_mail_server_answers_letters_wait_unblamed(
    answered: set[int], inbox: Inbox, settings: Any
) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    tell(wren)
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    deliver()
    with wall.house("test.waits"):
        assert Notice.objects.get(person=wren).tries == 0
    settings.EMAIL_PORT = there
    deliver()
    assert len(inbox.letters) == 1


@pytest.fixture
def mute(settings: Any, inbox: Inbox) -> Iterator[list[socket.socket]]:
    """A mail server that takes connections and never says a word: those it took."""
    taken: list[socket.socket] = []
    settings.EMAIL_TIMEOUT = 0.2
    with socket.create_server(("127.0.0.1", 0)) as door:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(door.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        settings.EMAIL_PORT = door.getsockname()[1]
        yield taken
        door.shutdown(socket.SHUT_RDWR)
    for each in taken:
        each.close()


def three(answered: set[int]) -> list[Person]:
    """People who are to read of something by letter."""
    found = [somebody(f"kind-otter-{number}") for number in range(3)]
    for number, person in enumerate(found):
        answered.add(person.pk)
        reachable(person, f"person{number}@example.net")
        tell(person)
    return found


def tries() -> list[int]:
    with transaction.atomic(), wall.house("test.tries"):
        return sorted(Notice.objects.values_list("tries", flat=True))


def test_a_mail_server_that_says_nothing_is_asked_once_and_then_left_alone_for_a_while(
    answered: set[int], inbox: Inbox, mute: list[socket.socket], settings: Any
) -> None:
    with clock.at(NOW):
        three(answered)
    asked = []
    for minutes in (0, 0.9, 1, 2.9, 3, 6.9, 7, 14.9, 15, 22.9, 23, 31):
        with clock.at(NOW + timedelta(minutes=minutes)):
            deliver()
        asked.append(len(mute))
    assert asked == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7]
    assert tries() == [0, 0, 0]
    settings.EMAIL_PORT = inbox.port
    with clock.at(NOW + timedelta(minutes=31)):  # another address is another server
        deliver()
        deliver()
    assert len(inbox.letters) == 3


def test_a_mail_server_that_falls_silent_stops_the_round_and_blames_one_letter_alone(
    answered: set[int], inbox: Inbox, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    with clock.at(NOW):
        three(answered)
        inbox.stalls = True
        deliver()
        deliver()
    assert (inbox.letters, tries()) == ([], [0, 0, 1])
    inbox.stalls = False
    with clock.at(NOW + timedelta(minutes=1)):
        deliver()
        deliver()
    assert len(inbox.letters) == 3
    assert waiting() == []


def test_a_letter_that_is_tried_again_is_known_again(answered: set[int], inbox: Inbox) -> None:
    """Killed between the mail server's yes and our mark, the worker sends that one again."""
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    with clock.at(NOW):
        tell(wren)
        for _ in range(2):
            deliver()
            with wall.house("test.unmarked"):
                Notice.objects.filter(person=wren).update(sent=None, post_at=NOW)
    first, second = (email.message_from_bytes(raw)["Message-ID"] for raw in inbox.letters)
    assert first == second
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", first)


def test_a_thousand_people_are_told_in_one_transaction(answered: set[int]) -> None:
    """Two of the house, who is written to, one insert, one word on the wire, one job, two back."""
    persons = Person.objects.bulk_create(Person(sign_in=f"many-{n}") for n in range(1000))
    numbers = [person.pk for person in persons]
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        notices.tell_many(numbers[:3], "test.answered", dedupe="few")
    with transaction.atomic(), CaptureQueriesContext(connection) as asked_for_all:
        notices.tell_many(numbers, "test.answered", dedupe="all")
    assert len(asked_for_all) == len(asked) == 5
    with wall.house("test.count"):
        assert Notice.objects.filter(dedupe="all").count() == 1000


def test_only_what_is_due_is_looked_at() -> None:
    """However many wait for their evening, one index leads to those whose letter is due."""
    persons = Person.objects.bulk_create(Person(sign_in=f"many-{n}") for n in range(500))
    with wall.house("test.many"):
        Notice.objects.bulk_create(
            Notice(person=person, kind="test.answered", dedupe=str(day), due=due, post_at=due)
            for person in persons
            for day in range(20)
            for due in [NOW + timedelta(days=day)]
        )
        with connection.cursor() as cursor:
            cursor.execute("analyze notices_notice")
        with transaction.atomic():
            due_now = Notice.objects.to_post(NOW - timedelta(hours=1)).filter(urgent=False)
            plan = due_now.values_list("pk", "person")[:50].explain()
    assert "notices_to_post" in plan
    assert "Sort" not in plan


def test_only_oneself_hears_that_something_was_left() -> None:
    wren, robin = somebody(), somebody("kind-otter-2000")
    name = heard.name(wren.pk)
    assert channels.may_watch(wren, name)
    assert not channels.may_watch(robin, name)
    assert not channels.may_watch(None, name)
    assert str(wren.pk) not in name.partition(":")[0]


def test_what_is_not_due_yet_waits(answered: set[int], inbox: Inbox) -> None:
    wren = somebody()
    answered.add(wren.pk)
    reachable(wren)
    with clock.at(NOW):
        tell(wren, due=NOW + timedelta(hours=2))
        deliver()
        with wall.acting_as(wren.pk):
            assert Notice.objects.visible_to(wren).count() == 0
    assert inbox.letters == []
    with clock.at(NOW + timedelta(hours=3)), wall.acting_as(wren.pk):
        assert Notice.objects.visible_to(wren).count() == 1
        deliver()
        deliver()
    assert len(inbox.letters) == 1


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
        code = people.new_recovery_codes(instead_of="", by=wren)[0]
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
