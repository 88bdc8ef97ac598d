"""The token by which one window proves that it is the one that came in. Pure."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A random token of 256 bits; only its hash is kept."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
