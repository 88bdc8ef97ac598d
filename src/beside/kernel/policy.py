"""The one place that refuses."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied


def require(allowed: bool, why: str = "") -> None:  # noqa: FBT001 - reads as a sentence
    """Stop here unless the act is allowed.

    Raises PermissionDenied, which a view answers exactly like something that is not there.
    """
    if not allowed:
        raise PermissionDenied(why)
