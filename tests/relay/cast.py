"""People who talk to a `Circuit` without a network, at whatever time the test says."""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import settings

from beside.relay import messages
from beside.relay.circuit import Circuit
from beside.relay.credentials import Credentials, credentials, long_term_key
from beside.relay.limits import Limits
from beside.relay.messages import Address, Attribute, Kind, Message, Method

# No deadline: the machine may be busy, and a slow example is not a wrong one.
fuzzed = settings(deadline=None, max_examples=300)

SECRET = b"a secret of at least thirty-two characters"
START = 1_800_000_000.0
UDP = (Attribute.REQUESTED_TRANSPORT, bytes([17, 0, 0, 0]))
NOWHERE = Address(b"", 0)
IPV4 = bytes([1, 0, 0, 0])
IPV6 = bytes([2, 0, 0, 0])


class House:
    """One circuit and its clock."""

    def __init__(self, **limits: int) -> None:
        self.now = START
        self.circuit = Circuit(SECRET, limits=Limits(**limits))
        self._ports = itertools.count(20_000)

    def seat(self, person: str, room: str = "kitchen", hours: float = 2, **more: str) -> Seat:
        """A new five-tuple for somebody with fresh credentials."""
        now = datetime.fromtimestamp(self.now, UTC)
        ttl = timedelta(hours=hours)
        own = credentials(SECRET, room=room, person=person, ttl=ttl, now=now)
        return Seat(self, own, (more.get("host", "192.0.2.7"), next(self._ports)))

    def placed(self, person: str, room: str = "kitchen") -> Seat:
        """The same, with an allocation."""
        seat = self.seat(person, room)
        assert seat.allocate() == 0
        return seat


@dataclass
class Seat:
    house: House
    own: Credentials
    source: tuple[str, int]
    realm: bytes = b""
    nonce: bytes = b""
    relayed: Address = NOWHERE
    transactions: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def key(self) -> bytes:
        own = self.own
        return long_term_key(own.username.encode(), self.realm, own.password.encode())

    def transaction(self) -> bytes:
        return struct.pack("!IQ", self.source[1], next(self.transactions))

    def hand_in(self, data: bytes) -> list[tuple[object, bytes]]:
        return self.house.circuit.receive(self.house.now, self.source, self.source, data)

    def sealed(
        self, method: int, *attributes: tuple[int, bytes], transaction: bytes = b""
    ) -> bytes:
        proof = (
            (Attribute.USERNAME, self.own.username.encode()),
            (Attribute.REALM, self.realm),
            (Attribute.NONCE, self.nonce),
        )
        said = (*attributes, *proof)
        message = Message(method, Kind.REQUEST, transaction or self.transaction(), said)
        return messages.build(message, self.key)

    def learn_nonce(self) -> None:
        plain = Message(Method.ALLOCATE, Kind.REQUEST, self.transaction(), (UDP,))
        [(_, answer)] = self.hand_in(messages.build(plain))
        challenge = messages.parse(answer).message
        assert code_of(challenge) == 401
        self.realm = challenge.first(Attribute.REALM) or b""
        self.nonce = challenge.first(Attribute.NONCE) or b""

    def ask(self, method: int, *attributes: tuple[int, bytes], transaction: bytes = b"") -> Message:
        """The answer to a sealed request; it must come back sealed with the same key."""
        if not self.nonce:
            self.learn_nonce()
        request = self.sealed(method, *attributes, transaction=transaction)
        [(five, answer)] = self.hand_in(request)
        assert five == self.source
        received = messages.parse(answer)
        assert received.message.transaction == request[8:20]
        if code_of(received.message) not in (400, 401, 438):
            assert received.sealed_by(self.key)
        return received.message

    def allocate(self, *attributes: tuple[int, bytes], transaction: bytes = b"") -> int:
        """0, or the error code."""
        answer = self.ask(Method.ALLOCATE, UDP, *attributes, transaction=transaction)
        value = answer.first(Attribute.XOR_RELAYED_ADDRESS)
        if value is not None:
            self.relayed = messages.read_xor_address(value, answer.transaction)
        return code_of(answer)

    def refresh(self, seconds: int) -> int:
        lifetime = (Attribute.LIFETIME, struct.pack("!I", seconds))
        return code_of(self.ask(Method.REFRESH, lifetime))

    def permit(self, *peers: Address) -> int:
        return code_of(self.ask(Method.CREATE_PERMISSION, *map(naming, peers)))

    def bind(self, number: int, peer: Address) -> int:
        value = (Attribute.CHANNEL_NUMBER, struct.pack("!HH", number, 0))
        return code_of(self.ask(Method.CHANNEL_BIND, value, naming(peer)))

    def say(self, peer: Address, payload: bytes = b"hello") -> list[tuple[object, bytes]]:
        said = (naming(peer), (Attribute.DATA, payload))
        indication = Message(Method.SEND, Kind.INDICATION, self.transaction(), said)
        return self.hand_in(messages.build(indication))

    def say_on(self, number: int, payload: bytes = b"hello") -> list[tuple[object, bytes]]:
        return self.hand_in(messages.channel_data(number, payload))


def naming(peer: Address) -> tuple[int, bytes]:
    """An IPv4 peer is hidden with the cookie alone, so any transaction will do."""
    return Attribute.XOR_PEER_ADDRESS, messages.xor_address(peer, bytes(12))


def code_of(message: Message) -> int:
    value = message.first(Attribute.ERROR_CODE)
    assert (value is None) == (message.kind is Kind.SUCCESS)
    return 0 if value is None else messages.read_error_code(value)


def heard(sent: list[tuple[object, bytes]]) -> list[tuple[object, bytes]]:
    """To whom a packet went and what they read of it, whichever way it was wrapped."""
    return [(five, _payload(data)) for five, data in sent]


def _payload(data: bytes) -> bytes:
    if data[0] >= 0x40:
        return messages.read_channel_data(data)[1]
    return messages.parse(data).message.first(Attribute.DATA) or b""


def letting_in_each_other(*seats: Seat) -> None:
    """Everybody permits everybody."""
    for seat in seats:
        assert seat.permit(*(other.relayed for other in seats if other is not seat)) == 0
