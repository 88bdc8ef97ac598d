"""What time does: notices go out by e-mail where that is safe, and old ones are let go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.kernel import clock
from beside.notices import policy
from beside.notices.models import Notice
from beside.notices.reading import words_of
from beside.people.clock import plain_letter
from beside.people.models import Contact, Person, Profile

AT_MOST_EVERY = timedelta(hours=1)
KEPT_SEEN, KEPT_UNSEEN = timedelta(days=30), timedelta(days=90)


@app.task(
    name="notices.deliver",
    queue="default",
    retry=RetryStrategy(max_attempts=10, exponential_wait=4),
)
def deliver(notice: int) -> None:
    """Send one notice by e-mail, if that is wanted, safe, and nothing unread went out this hour.

    The mark and the letter belong to one transaction: when the mail server refuses, nothing is
    marked and the job comes again.
    """
    with transaction.atomic():
        with wall.house("notices.deliver"):
            found = Notice.objects.select_related("person").filter(pk=notice).first()
            if found is None or found.sent or found.seen:
                return
            wall.lock("notices.mail", found.person_id)
            after = _too_soon(found.person_id)
        if after is not None:
            app.configure_task("notices.deliver", schedule_at=after).defer(notice=notice)
            return
        reader = found.person
        if words_of(found, reader) is None:
            return
        with wall.acting_as(reader.pk):
            contact = Contact.objects.visible_to(reader).first()
            if not policy.may_write_to(contact) or contact is None:
                return
            address, language = contact.address, _language(reader)
        with wall.house("notices.deliver"):
            Notice.objects.filter(pk=notice).update(sent=clock.now())
        _write(address, language)


def _too_soon(person: int) -> datetime | None:
    """When the next letter may go, if one went out this hour and is still unread."""
    last = (
        Notice.objects.filter(person=person, seen=None, sent__gt=clock.now() - AT_MOST_EVERY)
        .order_by("-sent")
        .first()
    )
    return last.sent + AT_MOST_EVERY if last and last.sent else None


def _language(reader: Person) -> str:
    profile = Profile.objects.visible_to(reader).only("language").first()
    return (profile and profile.language) or settings.LANGUAGE_CODE


def _write(address: str, language: str) -> None:
    """The letter: that there is something to read, and where. No group and no name."""
    with translation.override(language):
        words = _("There is something for you to read.")
        if settings.PUBLIC_URL:
            words += f"\n\n{settings.PUBLIC_URL}/today/"
        plain_letter(address, _("Something to read"), words).send()


@app.periodic(cron="37 4 * * *")
@app.task(name="notices.let_go", queue="default", retry=RetryStrategy(max_attempts=3, wait=600))
def let_go(timestamp: int) -> None:
    """Once a day: notices that were seen a month ago, or lay unseen for three."""
    now = clock.now()
    with transaction.atomic(), wall.house("notices.let_go"):
        Notice.objects.filter(
            Q(seen__lt=now - KEPT_SEEN) | Q(seen=None, made__lt=now - KEPT_UNSEEN)
        ).delete()
