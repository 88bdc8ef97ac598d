"""The key to the first page of an empty installation."""

from __future__ import annotations

from hmac import compare_digest

from django.conf import settings

from beside.people.models import Organisation


def token() -> str:
    """The one-time token that `./beside run --empty` prints; it opens /begin/ until it was used."""
    return str(settings.HOME.secret("begin"))


def is_open(offered: str) -> bool:
    """Whether the organisation has no name yet and this is the token."""
    return Organisation.ours() is None and compare_digest(offered.encode(), token().encode())
