"""AES-256-GCM with a version byte. Pure: keys and words in, bytes out.

A sealed value is: version (1 byte) · nonce (12) · ciphertext with tag. The associated data names
the place the words belong to, so that a value moved to another row or column does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_BYTES = 32
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """The value was sealed for another place or key, was changed, or its key is gone."""


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def seal(words: bytes, *, key: bytes, place: str) -> bytes:
    """Seal `words` for one `place`, which reads "table:column:row:subject"."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, words, VERSION + place.encode())


def open_seal(sealed: bytes, *, key: bytes, place: str) -> bytes:
    """The words again. Raises CannotOpen for anything but the same key and place."""
    if sealed[:1] != VERSION:
        raise CannotOpen("sealed by another version")
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, rest, VERSION + place.encode())
    except (InvalidTag, ValueError) as wrong:
        raise CannotOpen(place.split(":")[0]) from wrong


def fingerprint(words: str, *, key: bytes) -> bytes:
    """A keyed digest by which equal words are found again without being stored (HMAC-SHA-256)."""
    return hmac.digest(key, words.encode(), hashlib.sha256)
