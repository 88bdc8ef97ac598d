"""Who is calling: the long-term credential mechanism with nonces (RFC 8489 section 9.2). Pure."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass

from beside.relay.credentials import long_term_key, password, read_username
from beside.relay.messages import Address, Attribute, Received
from beside.relay.refusals import Refused

REALM = b"beside"

_NONCE = re.compile(rb"([0-9a-f]{1,12})-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose request was sealed with a password of ours."""

    username: bytes
    key: bytes
    expires: int
    room: str
    person: str


class Callers:
    """Recognises callers by the shared secret alone; remembers none of them."""

    def __init__(self, secret: bytes, *, nonce_seconds: int) -> None:
        self._secret = secret
        self._nonce_seconds = nonce_seconds
        self._nonce_key = secrets.token_bytes(32)

    def recognise(self, now: float, source: Address, received: Received) -> Caller:
        """The caller, or `Refused`; checked in the order of RFC 8489 section 9.2.4."""
        message = received.message
        if received.seal is None:
            raise self._challenge(401, now, source)
        username, nonce = message.first(Attribute.USERNAME), message.first(Attribute.NONCE)
        if username is None or nonce is None or message.first(Attribute.REALM) is None:
            raise Refused(400)
        claim = read_username(username)
        if claim is None or claim.expires <= now:
            raise self._challenge(401, now, source)
        key = long_term_key(username, REALM, password(self._secret, username))
        if not received.sealed_by(key):
            raise self._challenge(401, now, source)
        if not self._is_fresh(nonce, now, source):
            raise self._challenge(438, now, source)
        return Caller(username, key, claim.expires, claim.room, claim.person)

    def _challenge(self, code: int, now: float, source: Address) -> Refused:
        nonce = self._nonce(int(now) + self._nonce_seconds, source)
        return Refused(code, (Attribute.REALM, REALM), (Attribute.NONCE, nonce))

    def _nonce(self, expires: int, source: Address) -> bytes:
        """Bound to the source, so that a request overheard is worth nothing from elsewhere."""
        head = b"%x" % expires
        said = head + b"|%d|" % source.port + source.ip
        return head + b"-" + hmac.digest(self._nonce_key, said, "sha256")[:16].hex().encode()

    def _is_fresh(self, nonce: bytes, now: float, source: Address) -> bool:
        found = _NONCE.fullmatch(nonce)
        if found is None:
            return False
        expires = int(found[1], 16)
        return hmac.compare_digest(self._nonce(expires, source), nonce) and expires > now
