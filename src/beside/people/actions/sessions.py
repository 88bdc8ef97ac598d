"""Where somebody is signed in."""

from __future__ import annotations

from django.contrib.sessions.models import Session as Stored
from django.db.models import BinaryField, F, Func, Value

from beside import wall, wire
from beside.kernel import clock
from beside.kernel.policy import require
from beside.people import policy
from beside.people.models import Person, Session


def open_session(*, session_key: str, device: str, by: Person) -> None:
    """Somebody signed in here; `device` is in words ("Firefox on Android")."""
    require(policy.may_be_at_home(by))
    with wall.house("people.open_session"):
        Session.objects.update_or_create(
            session_hash=Session.digest(session_key),
            defaults={"person": by, "device": device, "last_day": clock.now().date()},
        )


def note_day(*, session_key: str, by: Person) -> None:
    """They came here today."""
    require(policy.may_be_at_home(by))
    with wall.house("people.note_day"):
        Session.objects.filter(person=by, session_hash=Session.digest(session_key)).update(
            last_day=clock.now().date()
        )


def move_session(*, old_key: str, new_key: str, by: Person) -> None:
    """The session they are in was given a new key; it is the same place."""
    require(policy.may_be_at_home(by))
    with wall.house("people.move_session"):
        Session.objects.filter(person=by, session_hash=Session.digest(old_key)).update(
            session_hash=Session.digest(new_key)
        )


def end_session(session: Session, *, by: Person) -> None:
    """Sign out there: the next page asked for from that device is a stranger's."""
    require(policy.may_change(by, session))
    _end([bytes(session.session_hash)], session.person_id)


def end_all_sessions(*, by: Person, but: str = "") -> None:
    """Sign out everywhere, except in the session with the key `but`."""
    require(policy.may_be_at_home(by))
    theirs = Session.objects.filter(person=by).exclude(session_hash=Session.digest(but))
    with wall.house("people.end_all_sessions"):
        hashes = [bytes(each) for each in theirs.values_list("session_hash", flat=True)]
    _end(hashes, by.pk)


def session_gone(*, session_key: str, by: Person) -> None:
    """They signed out here; Django ends the session itself."""
    require(by.is_authenticated)
    _end([Session.digest(session_key)], by.pk)


def _end(hashes: list[bytes], person: int) -> None:
    """Take the sessions away, ours and Django's, and have whatever watches for them look again."""
    digest = Func(
        Func(F("session_key"), Value("UTF8"), function="convert_to"),
        function="sha256",
        output_field=BinaryField(),
    )
    with wall.house("people.end_sessions"):
        Session.objects.filter(person=person, session_hash__in=hashes).delete()
        Stored.objects.annotate(digest=digest).filter(digest__in=hashes).delete()
    wire.retest(person)
