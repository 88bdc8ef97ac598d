"""What time does here: codes are sent, and what is old is let go."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.contrib.sessions.models import Session as Stored
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beside import wall
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people import contact_codes, gateway
from beside.people.models import Contact, Session

CODE_LIVES = timedelta(minutes=30)
SESSIONS_LIVE = timedelta(days=30)
log = logging.getLogger(__name__)


@app.task(
    name="people.send_code",
    queue="default",
    retry=RetryStrategy(max_attempts=6, exponential_wait=4),
)
def send_code(contact: int) -> None:
    """Make a code for this contact and send it there. A second run replaces the first code.

    Letter and text say nothing but the code: whoever else reads them learns of no organisation.
    """
    with transaction.atomic(), wall.house("people.send_code"):
        row = Contact.objects.select_for_update().filter(pk=contact, verified_at=None).first()
        if row is None:
            return
        code = contact_codes.new_code()
        row.code_hash, row.code_tries = contact_codes.digest(row.key, code), 0
        row.code_until = clock.now() + CODE_LIVES
        row.save(update_fields=["code_hash", "code_tries", "code_until"])
        words = _("Your code is %s.") % code
        if row.kind == Contact.Kind.TEXT:
            _text(row, words)
        else:
            plain_letter(row.address, _("Your code"), words).send()


def _text(contact: Contact, words: str) -> None:
    """At once, also at night: they wait for it. Raises NoGateway; what else went wrong they see."""
    try:
        gateway.hand_in(contact.address, words, new_key())
    except (gateway.Refused, gateway.Unsure) as why:
        log.warning("a code was not texted: %s", type(why).__name__)


def plain_letter(address: str, subject: str, words: str) -> EmailMessage:
    """A letter whose sender, subject and words name no organisation and no group."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return EmailMessage(subject, words + "\n", sender, [address])


@app.periodic(cron="17 4 * * *")
@app.task(name="people.let_go", queue="default", retry=RetryStrategy(max_attempts=3, wait=600))
def let_go(timestamp: int) -> None:
    """Once a day: sessions nobody used for 30 days, and Django's expired ones."""
    with transaction.atomic(), wall.house("people.let_go"):
        Session.objects.filter(last_day__lt=(clock.now() - SESSIONS_LIVE).date()).delete()
        Stored.objects.filter(expire_date__lt=clock.now()).delete()
