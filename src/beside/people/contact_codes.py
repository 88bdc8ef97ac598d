"""The short code that proves that somebody reads an address."""

from __future__ import annotations

import secrets

from beside.vault.box import fingerprint


def new_code() -> str:
    """Six digits; they live half an hour and six tries."""
    return f"{secrets.randbelow(1_000_000):06d}"


def digest(contact: str, code: str) -> bytes:
    """What is kept of a code for the contact with this key."""
    return fingerprint(f"contact:{contact}:{''.join(code.split())}")
