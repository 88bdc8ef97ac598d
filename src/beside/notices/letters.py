"""Letters about notices, one after the other over one connection to the mail server.

The letter and its mark belong to one transaction, the mark last: a worker that is killed between
the mail server's "yes" and the mark sends that one letter again, with the same Message-ID, and
nobody is missed. See docs/decisions/0012.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import time
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from beside import wall, wire
from beside.kernel import clock
from beside.notices import heard, kinds, notes, policy
from beside.notices.models import Notice
from beside.notices.reading import words_of
from beside.people import gateway
from beside.people.clock import plain_letter
from beside.people.models import Contact

AT_MOST_EVERY = timedelta(hours=1)
TRIES = 8  # after 1, 2, 4 … 128 minutes; then there is no letter about it
AT_ONCE = 50  # letters looked up in one question
RESTS = 3  # doublings: after 1, 2, 4, then every 8 minutes a silent mail server is asked again
log = logging.getLogger(__name__)
# How often nobody answered at an address, and when this worker knocks there again.
_silent: dict[tuple[str, int], tuple[int, datetime]] = {}


class NoMailServer(Exception):
    """Nobody answers where letters are handed in. No letter is to blame."""


class Post:
    """The way to the mail server: opened for the first letter, closed at the end."""

    def __init__(self) -> None:
        self._server = get_connection()
        self._open = False
        self.silent = False  # it took a letter's connection and then said nothing

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._close()

    def hand_in(self, letter: EmailMessage) -> None:
        """Raises NoMailServer, and OSError when this one letter was refused, or not answered."""
        before = self._open
        try:
            self._send(letter)
        except smtplib.SMTPServerDisconnected as cut:
            self._close()
            self.silent = isinstance(cut.__context__, TimeoutError)
            if self.silent or not before:
                raise
            self._send(letter)  # the server had had enough of the old connection

    def _send(self, letter: EmailMessage) -> None:
        if not self._open:
            try:
                self._server.open()
            except OSError as gone:
                raise NoMailServer from gone
            self._open = True
        self._server.send_messages([letter])

    def _close(self) -> None:
        self._server.close()
        self._open = False


def write_for(seconds: float) -> bool:
    """Write what is due, for about so long; whether more is due. Raises NoMailServer.

    Several may do this at once: nobody is written to by two. After a silence it is left alone for
    a while, so that waiting for an answer does not hold up everything else a worker does.
    """
    end = time.monotonic() + seconds
    _leave_texts(end)
    address = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    times, again = _silent.get(address, (0, clock.now()))
    if again > clock.now():
        return False
    try:
        more = _written(end)
    except NoMailServer:
        _silent[address] = (times + 1, clock.now() + timedelta(minutes=2 ** min(times, RESTS)))
        raise
    _silent.pop(address, None)
    return more


def _leave_texts(end: float) -> None:
    """For those who chose texts: they wait for no mail server."""
    by_text = Contact.objects.filter(person=OuterRef("person"), kind=Contact.Kind.TEXT)
    with Post() as unopened:
        while due := _due(Exists(by_text)):
            settled = [_tried(*each, unopened) for each in due]
            if not any(settled) or time.monotonic() > end:
                return


def _written(end: float) -> bool:
    with Post() as post:
        while due := _due():
            some = False
            for number, person in due:
                some = _tried(number, person, post) or some
                if post.silent:
                    raise NoMailServer
                if time.monotonic() > end:
                    return True
            if not some:
                return False  # all in other hands
    return False


def _tried(number: int, person: int, post: Post) -> bool:
    """Settle one; whatever is wrong with it stops nobody else's letter."""
    try:
        return _settle(number, person, post)
    except NoMailServer:
        raise
    except Exception as fault:
        log.exception("a letter could not be made: %s", type(fault).__name__)
        with transaction.atomic(), wall.house("notices.put_off"):
            notice = Notice.objects.only("tries").filter(pk=number).first()
            Notice.objects.filter(pk=number).update(**_later(notice.tries if notice else TRIES))
        return True


def _later(tries: int) -> dict[str, object]:
    """The mark of one that did not go: again after twice the time, and not for ever."""
    again = clock.now() + timedelta(minutes=2**tries)
    return {"tries": tries + 1, "post_at": again if tries < TRIES else None}


def _due(*chosen: Exists) -> list[tuple[int, int]]:
    """(notice, person) of the next ones, those that cannot wait first."""
    with transaction.atomic(), wall.house("notices.due"):
        found: list[tuple[int, int]] = []
        for urgent in (True, False):
            waiting = Notice.objects.to_post(clock.now()).filter(*chosen, urgent=urgent)
            found += waiting.values_list("pk", "person")[: AT_ONCE - len(found)]
        return found


@transaction.atomic
def _settle(number: int, person: int, post: Post) -> bool:
    """Do what is to be done for one notice. False when it is done, or in other hands."""
    now = clock.now()
    if not _alone_with(person):
        return False
    with wall.house("notices.deliver"):
        waiting = Notice.objects.to_post(now).filter(pk=number).select_related("person")
        notice = waiting.first()
        if notice is None:
            return False
        later = _not_before(notice, now)
        contact = _contact(notice, now) if later is None else None
        if notice.due is not None and notice.tries == 0:
            wire.tell(heard.name(person))
    mark: dict[str, object] = {"post_at": later}
    if contact is not None and words_of(notice, notice.person) is not None:
        if contact.kind == Contact.Kind.TEXT:
            notes.leave(notice)
        else:
            mark = _handed_in(notice, _letter(notice, contact), post)
    with wall.house("notices.deliver"):
        Notice.objects.filter(pk=number).update(**mark)
    return True


def _alone_with(person: int) -> bool:
    """Whether nobody else is writing to this person; until the transaction ends, nobody will."""
    with connection.cursor() as cursor:
        name = f"notices.mail:{person}"
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        row = cursor.fetchone()
    return bool(row and row[0])


def _not_before(notice: Notice, now: datetime) -> datetime | None:
    """An hour after the last letter or text, while something is unread; not what is urgent."""
    if notice.urgent:
        return None
    unread = Notice.objects.filter(person=notice.person_id, seen=None)
    sent = unread.filter(sent__gt=now - AT_MOST_EVERY).order_by("-sent")
    last = sent.values_list("sent", flat=True).first()
    if gateway.is_set():
        last = last or notes.last_to(notice.person_id, unread, now - AT_MOST_EVERY)
    return last + AT_MOST_EVERY if last else None


def _contact(notice: Notice, now: datetime) -> Contact | None:
    """Where news of this may go: as long as it is of use, unread, and that is safe."""
    over = notice.until is not None and notice.until <= now
    if over or notice.seen or notice.sent or not _by_letter(notice.kind):
        return None
    given = Contact.objects.filter(person=notice.person_id).select_related("person__profile")
    contact = given.first()
    return contact if policy.may_write_to(contact) else None


def _by_letter(kind: str) -> bool:
    return kind in kinds.names() and not kinds.kind(kind).inside_only


def _letter(notice: Notice, contact: Contact) -> EmailMessage:
    """That there is something to read, and where. No group and no name."""
    language = contact.person.profile.language if _has_profile(contact) else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        words = _("There is something for you to read.")
        if settings.PUBLIC_URL:
            words += f"\n\n{settings.PUBLIC_URL}/today/"
        letter = plain_letter(contact.address, _("Something to read"), words)
    letter.extra_headers["Message-ID"] = _message_id(notice, letter.from_email)
    return letter


def _has_profile(contact: Contact) -> bool:
    return hasattr(contact.person, "profile")


def _message_id(notice: Notice, sender: str) -> str:
    """The same however often it is tried, so that inboxes know it again; it tells no key."""
    words = hashlib.sha256(f"letter about {notice.key}".encode()).hexdigest()[:32]
    return f"<{words}@{sender.rpartition('@')[2] or 'localhost'}>"


def _handed_in(notice: Notice, letter: EmailMessage, post: Post) -> dict[str, object]:
    """Send it; what is to be marked. A letter that is refused is tried again later."""
    try:
        post.hand_in(letter)
    except OSError as refused:
        log.warning("a letter was refused: %s", type(refused).__name__)
        return _later(notice.tries)
    return {"sent": clock.now(), "post_at": None}
