"""Random keys: the only names that leave the database."""

from __future__ import annotations

import secrets

# No vowels and no look-alikes: a key never spells a word and can be read out over a telephone.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = 16


def new_key() -> str:
    """A random key of 16 signs, about 76 bits; unguessable and meaningless."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
