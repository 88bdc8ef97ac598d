"""Who may?"""

from __future__ import annotations

from beside.notices.models import Notice
from beside.people.models import Contact, Person


def may_see(by: Person | None, notice: Notice) -> bool:
    """A notice is for one person."""
    return by is not None and notice.person_id == by.pk


def may_write_to(contact: Contact | None) -> bool:
    """Only to an address that was verified and called safe for a notice."""
    return (
        contact is not None
        and contact.verified_at is not None
        and contact.safe_for == Contact.SafeFor.NOTICE
    )
