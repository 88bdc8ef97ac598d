"""How it is safe to reach somebody."""

from __future__ import annotations

from hmac import compare_digest

from procrastinate.contrib.django import app

from beside import wall
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.people import contact_codes, policy
from beside.people.models import Contact, Person
from beside.vault.box import Box, fingerprint

CODE_TRIES = 6


def add_contact(*, address: str, kind: str = Contact.Kind.EMAIL, by: Person) -> Contact:
    """An e-mail address or mobile number (as +447400123456) for notices, sealed.

    Nothing goes there but a code until it is verified. What they gave before is replaced.
    """
    require(policy.may_be_at_home(by))
    contact = Contact(person=by, key=new_key(), kind=Contact.Kind(kind))
    contact.lookup = fingerprint(f"{contact.kind}:{address.strip().lower()}")
    contact.sealed = Box("person", by.pk).seal(
        address, table="people_contact", column="sealed", row=contact.key
    )
    with wall.house("people.add_contact"):
        Contact.objects.filter(person=by).delete()
        contact.save(force_insert=True)
    ask_for_code(contact, by=by)
    return contact


def ask_for_code(contact: Contact, *, by: Person) -> None:
    """Have a code sent to the address; the job makes it, so that it stands in no queue."""
    require(policy.may_change(by, contact))
    app.configure_task("people.send_code").defer(contact=contact.pk)


def verify_contact(contact: Contact, *, code: str, by: Person) -> bool:
    """Whether the code is the one that was sent; then notices may go there.

    A code lives for 30 minutes and six tries.
    """
    require(policy.may_change(by, contact))
    with wall.house("people.verify_contact"):
        row = Contact.objects.select_for_update().get(pk=contact.pk)
        row.code_tries += 1
        alive = row.code_until is not None and row.code_until > clock.now()
        fits = compare_digest(bytes(row.code_hash), contact_codes.digest(row.key, code))
        good = alive and fits and row.code_tries <= CODE_TRIES
        if good:
            row.verified_at, row.safe_for = clock.now(), Contact.SafeFor.NOTICE
            row.code_hash, row.code_until = b"", None
        row.save()
    return good


def set_reach(contact: Contact, *, safe_for: str, by: Person) -> None:
    """How much may be said at this address (a Contact.SafeFor)."""
    require(policy.may_change(by, contact))
    with wall.house("people.set_reach"):
        Contact.objects.filter(pk=contact.pk).update(safe_for=Contact.SafeFor(safe_for))


def remove_contact(contact: Contact, *, by: Person) -> None:
    """Forget the address."""
    require(policy.may_change(by, contact))
    with wall.house("people.remove_contact"):
        Contact.objects.filter(pk=contact.pk).delete()
