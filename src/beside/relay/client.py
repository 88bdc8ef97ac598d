"""A small blocking TURN client: `probe` for `./beside doctor`, `Client` for tests and the bench.

It sits beside the relay so that the two are read together; no browser part uses it.
"""

from __future__ import annotations

import secrets
import socket
import struct
import time
from datetime import UTC, datetime, timedelta
from types import TracebackType

from beside.relay import messages
from beside.relay.credentials import Credentials, credentials, long_term_key
from beside.relay.messages import Address, Attribute, Kind, Message, Method

FIRST_WAIT = 0.5  # seconds before a UDP request is sent again (RFC 8489 section 6.2.1)
# The first answer names the realm. A slow relay that got the first request twice challenges twice,
# and only its last nonce counts (438).
CHALLENGES = 4


class NoAnswer(Exception):
    """The relay did not answer in time, or said something we cannot read."""


class NotAllowed(Exception):
    """The relay refused; `code` is its error code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the relay answered {code}")
        self.code = code


def probe(host: str, port: int, secret: bytes, *, tcp: bool = False, timeout: float = 5.0) -> float:
    """Pass one packet through the relay between two allocations; the milliseconds it took.

    Raises `NoAnswer` when nothing listens or nothing crosses, `NotAllowed` when the relay has
    another secret (401).
    """
    room, now = secrets.token_hex(8), datetime.now(UTC)
    own = [
        credentials(secret, room=room, person=who, ttl=timedelta(minutes=1), now=now)
        for who in ("one", "other")
    ]
    with (
        Client(host, port, own[0], tcp=tcp, timeout=timeout) as one,
        Client(host, port, own[1], tcp=tcp, timeout=timeout) as other,
    ):
        here, there = one.allocate(), other.allocate()
        one.permit(there)
        other.permit(here)
        begun = time.perf_counter()
        one.send(there, b"are you there")
        if other.receive() != (here, b"are you there"):
            raise NoAnswer("something else came through")
        return (time.perf_counter() - begun) * 1000


class Client:
    """One five-tuple: connects on entering, ends its allocation on leaving."""

    def __init__(
        self,
        host: str,
        port: int,
        own: Credentials,
        *,
        tcp: bool = False,
        timeout: float = 5.0,
    ) -> None:
        """Raises `NoAnswer` when a TCP connection cannot be made within `timeout` seconds."""
        self.own = own
        self.tcp = tcp
        self.timeout = timeout
        self.channels: dict[int, Address] = {}
        self._buffer = bytearray()
        self._waiting: list[bytes] = []
        self._key: bytes | None = None
        self._realm = self._nonce = b""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
        self.socket = socket.socket(family, kind)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect((host, port))
            if tcp:
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            self.socket.close()
            raise NoAnswer("no connection") from error

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the allocation, if there is one, without waiting for the answer."""
        try:
            if self._key is not None:
                self._write(self._sealed(Method.REFRESH, (Attribute.LIFETIME, bytes(4))))
        except OSError:
            pass  # the relay is gone, and the allocation with it
        self.socket.close()

    def allocate(self, *attributes: tuple[int, bytes]) -> Address:
        """Ask for a relayed address. Raises `NotAllowed` or `NoAnswer`."""
        wish = (Attribute.REQUESTED_TRANSPORT, bytes([17, 0, 0, 0]))
        answer = self.request(Method.ALLOCATE, wish, *attributes)
        value = answer.first(Attribute.XOR_RELAYED_ADDRESS)
        if value is None:
            raise NoAnswer("no relayed address")
        return messages.read_xor_address(value, answer.transaction)

    def refresh(self, seconds: int) -> None:
        """Prolong the allocation, or end it with nought."""
        self.request(Method.REFRESH, (Attribute.LIFETIME, struct.pack("!I", seconds)))

    def permit(self, peer: Address) -> None:
        """Let this peer's packets in."""
        self._request_about(Method.CREATE_PERMISSION, peer)

    def bind(self, number: int, peer: Address) -> None:
        """Bind a channel to a peer."""
        value = struct.pack("!HH", number, 0)
        self._request_about(Method.CHANNEL_BIND, peer, (Attribute.CHANNEL_NUMBER, value))
        self.channels[number] = peer

    def send(self, peer: Address, payload: bytes) -> None:
        """A packet in a Send indication."""
        transaction = secrets.token_bytes(12)
        attributes = (
            (Attribute.XOR_PEER_ADDRESS, messages.xor_address(peer, transaction)),
            (Attribute.DATA, payload),
        )
        said = Message(Method.SEND, Kind.INDICATION, transaction, attributes)
        self._write(messages.build(said))

    def send_on(self, number: int, payload: bytes) -> None:
        """A packet on a channel."""
        self._write(messages.channel_data(number, payload))

    def receive(self, timeout: float | None = None) -> tuple[Address, bytes]:
        """The next packet: from whom, and what. Raises `NoAnswer` when none comes in time."""
        until = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            data = self._waiting.pop(0) if self._waiting else self._read(until)
            packet = self._as_packet(data)
            if packet is not None:
                return packet

    def request(self, method: int, *attributes: tuple[int, bytes]) -> Message:
        """The success to a request, after the relay's challenge. Raises `NotAllowed`."""
        for _ in range(CHALLENGES):
            answer = self._ask(self._sealed(method, *attributes))
            code = _code(answer)
            if code != 438 and (code != 401 or self._key is not None):
                break
            self._take_challenge(answer)
        if code:
            raise NotAllowed(code)
        return answer

    def _request_about(self, method: int, peer: Address, *more: tuple[int, bytes]) -> None:
        transaction = secrets.token_bytes(12)
        value = messages.xor_address(peer, transaction)
        # IPv4 addresses are hidden with the cookie alone, so the transaction may change.
        self.request(method, (Attribute.XOR_PEER_ADDRESS, value), *more)

    def _take_challenge(self, answer: Message) -> None:
        self._realm = answer.first(Attribute.REALM) or b""
        self._nonce = answer.first(Attribute.NONCE) or b""
        username, password = self.own.username.encode(), self.own.password.encode()
        self._key = long_term_key(username, self._realm, password)

    def _sealed(self, method: int, *attributes: tuple[int, bytes]) -> bytes:
        proof: tuple[tuple[int, bytes], ...] = ()
        if self._key is not None:
            proof = (
                (Attribute.USERNAME, self.own.username.encode()),
                (Attribute.REALM, self._realm),
                (Attribute.NONCE, self._nonce),
            )
        transaction = secrets.token_bytes(12)
        said = Message(method, Kind.REQUEST, transaction, (*attributes, *proof))
        return messages.build(said, self._key)

    def _ask(self, request: bytes) -> Message:
        until, wait = time.monotonic() + self.timeout, FIRST_WAIT
        while time.monotonic() < until:
            self._write(request)
            again = until if self.tcp else min(until, time.monotonic() + wait)
            answer = self._answer_to(request[8:20], again)
            if answer is not None:
                return answer
            wait *= 2
        raise NoAnswer("no answer")

    def _answer_to(self, transaction: bytes, until: float) -> Message | None:
        while True:
            try:
                data = self._read(until)
            except NoAnswer:
                return None
            if data[8:20] == transaction and data[0] < 0x40:
                return messages.parse(data).message
            self._waiting.append(data)

    def _as_packet(self, data: bytes) -> tuple[Address, bytes] | None:
        if data[0] >= 0x40:
            number, payload = messages.read_channel_data(data)
            return self.channels[number], payload
        message = messages.parse(data).message
        peer, value = message.first(Attribute.XOR_PEER_ADDRESS), message.first(Attribute.DATA)
        if message.method != Method.DATA or peer is None or value is None:
            return None
        return messages.read_xor_address(peer, message.transaction), value

    def _write(self, data: bytes) -> None:
        self.socket.sendall(data + bytes(-len(data) % 4) if self.tcp else data)

    def _read(self, until: float) -> bytes:
        """One message, before the time is over. Raises `NoAnswer`."""
        while True:
            frames = messages.take_frames(self._buffer) if self.tcp else []
            if frames:
                self._waiting.extend(frames[1:])
                return frames[0]
            left = until - time.monotonic()
            if left <= 0:
                raise NoAnswer("no answer")
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(2 * messages.LARGEST)
            except OSError as error:
                raise NoAnswer("no answer") from error
            if not self.tcp:
                return data
            if not data:
                raise NoAnswer("the relay closed the connection")
            self._buffer += data


def _code(answer: Message) -> int:
    value = answer.first(Attribute.ERROR_CODE)
    return 0 if value is None else messages.read_error_code(value)
