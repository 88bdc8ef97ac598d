"""The name by which the wire says that something was left for somebody."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def name(person: int) -> str:
    """What is said when something was left for this person; it tells no number."""
    return f"notices:{key(person)}"


def key(person: int) -> str:
    """Theirs alone, and always the same."""
    return salted_hmac("beside.notices.heard", str(person)).hexdigest()[:32]
