"""Texts to members who chose that: that there is something to read, and nothing else.

They name no group, no person and no organisation, and hold no address of ours: whoever sees the
screen learns nothing. Only what has an hour is texted, and at night only what cannot wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from beside import wall
from beside.notices import policy, texts
from beside.notices.models import Notice, Text
from beside.notices.reading import words_of
from beside.people.models import Contact, Organisation, Person, Profile

NOTE = "notices.note"
SETTING_OUT = timedelta(hours=2)  # so long before an urgent notice is of no use, somebody sets out


def register() -> None:
    """Tell the queue, once, when Django starts."""
    texts.register(NOTE, says=say)


def leave(notice: Notice) -> None:
    """A text about this notice, in the caller's transaction; twice is once. As the house."""
    if notice.until is not None:
        about = {"notice": notice.key}
        texts.leave([notice.person_id], NOTE, dedupe=notice.key, args=about, until=notice.until)


def last_to(person: int, unread: QuerySet[Notice], since: datetime) -> datetime | None:
    """When they were last texted about something that they have not read, since then."""
    about = Text.objects.filter(kind=NOTE, whom=person, made__gt=since)
    made = about.filter(dedupe__in=unread.values("key")).order_by("-made")
    return made.values_list("made", flat=True).first()


def say(whom: int, args: Mapping[str, Any]) -> texts.Said | None:
    """Only while it is unread and still says something, and there alone where that is safe."""
    with wall.house("notices.note"):
        unread = Notice.objects.filter(key=args["notice"], person=whom, seen=None)
        notice = unread.select_related("person__profile").first()
        contact = Contact.objects.filter(person=whom, kind=Contact.Kind.TEXT).first()
    if notice is None or contact is None or not policy.may_write_to(contact):
        return None
    if words_of(notice, notice.person) is None:
        return None
    needed_by = notice.until - SETTING_OUT if notice.urgent and notice.until else None
    profile = getattr(notice.person, "profile", None)
    with translation.override(_language(profile)):
        words = _("There is something for you to read.")
        return texts.Said(contact.address, words, _zone(profile), needed_by)


def forget(person: Person) -> None:
    """Whoever is erased is texted no more. For the house."""
    texts.forget([person.pk], [NOTE])


def _language(profile: Profile | None) -> str:
    return (profile.language if profile else "") or settings.LANGUAGE_CODE


def _zone(profile: Profile | None) -> ZoneInfo:
    """On whose clock their night is: their own, or the organisation's."""
    ours = Organisation.ours()
    return ZoneInfo((profile.zone if profile else "") or (ours.zone if ours else "UTC"))
