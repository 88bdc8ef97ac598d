"""STUN and TURN messages as bytes (RFC 8489, RFC 8656). Pure: no sockets, no time, no state.

Everything a stranger can send passes through `parse`, `read_channel_data` or `take_frames`; each
either returns a value or raises `Malformed`, never anything else.
"""

from __future__ import annotations

import hmac
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import ip_address
from typing import NamedTuple

COOKIE = b"\x21\x12\xa4\x42"
HEADER_BYTES = 20
LARGEST = 4096  # longest message we read; a call's packets stay under 1,500 bytes
FINGERPRINT_MASK = 0x5354554E
FIRST_CHANNEL, LAST_CHANNEL = 0x4000, 0x4FFF  # RFC 8656 section 12

IPV4, IPV6 = 1, 2  # address families, RFC 8489 section 14.1


class Malformed(ValueError):
    """The bytes are not a message we read. Nothing in it is worth an answer."""


class Kind(IntEnum):
    """The message class (RFC 8489 section 5)."""

    REQUEST = 0
    INDICATION = 1
    SUCCESS = 2
    ERROR = 3


class Method(IntEnum):
    """RFC 8489 section 18.2 and RFC 8656 section 17."""

    BINDING = 0x001
    ALLOCATE = 0x003
    REFRESH = 0x004
    SEND = 0x006
    DATA = 0x007
    CREATE_PERMISSION = 0x008
    CHANNEL_BIND = 0x009


class Attribute(IntEnum):
    """Attributes we read or write (RFC 8489 section 18.3, RFC 8656 section 18)."""

    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    UNKNOWN_ATTRIBUTES = 0x000A
    CHANNEL_NUMBER = 0x000C
    LIFETIME = 0x000D
    XOR_PEER_ADDRESS = 0x0012
    DATA = 0x0013
    REALM = 0x0014
    NONCE = 0x0015
    XOR_RELAYED_ADDRESS = 0x0016
    REQUESTED_ADDRESS_FAMILY = 0x0017
    EVEN_PORT = 0x0018
    REQUESTED_TRANSPORT = 0x0019
    DONT_FRAGMENT = 0x001A
    MESSAGE_INTEGRITY_SHA256 = 0x001C
    XOR_MAPPED_ADDRESS = 0x0020
    RESERVATION_TOKEN = 0x0022
    ADDITIONAL_ADDRESS_FAMILY = 0x8000
    ADDRESS_ERROR_CODE = 0x8001
    FINGERPRINT = 0x8028


class Address(NamedTuple):
    """An IP address (4 or 16 bytes, network order) and a port."""

    ip: bytes
    port: int

    @classmethod
    def of(cls, host: str, port: int) -> Address:
        """From a literal host as sockets give it; a zone (`%eth0`) is left out."""
        return cls(ip_address(host.partition("%")[0]).packed, port)


@dataclass(frozen=True, slots=True)
class Message:
    """One STUN message without its integrity and fingerprint, which `build` adds."""

    method: int
    kind: Kind
    transaction: bytes
    attributes: tuple[tuple[int, bytes], ...] = ()

    def first(self, wanted: int) -> bytes | None:
        """The first attribute of that type; later ones of a kind count for nothing."""
        return next((value for type_, value in self.attributes if type_ == wanted), None)

    def every(self, wanted: int) -> list[bytes]:
        """All attributes of that type, in order."""
        return [value for type_, value in self.attributes if type_ == wanted]


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came: what it says, and what its seal covers."""

    message: Message
    signed: bytes
    seal: bytes | None

    def sealed_by(self, key: bytes) -> bool:
        """Whether MESSAGE-INTEGRITY was made with this key; compared in constant time."""
        if self.seal is None:
            return False
        return hmac.compare_digest(hmac.digest(key, self.signed, "sha1"), self.seal)


def parse(data: bytes) -> Received:
    """Read one whole STUN message. Raises `Malformed`.

    Stricter than RFC 8489 section 14.5 in one point: after MESSAGE-INTEGRITY only
    MESSAGE-INTEGRITY-SHA256 and FINGERPRINT may stand, so no unsealed byte is ever accepted.
    """
    if not HEADER_BYTES <= len(data) <= LARGEST:
        raise Malformed("length")
    type_, length = struct.unpack_from("!HH", data)
    if type_ > 0x3FFF or data[4:8] != COOKIE:
        raise Malformed("not STUN")
    if length % 4 or length != len(data) - HEADER_BYTES:
        raise Malformed("length field")
    attributes, signed, seal = _read_attributes(data)
    method = (type_ & 0x000F) | (type_ & 0x00E0) >> 1 | (type_ & 0x3E00) >> 2
    kind = Kind((type_ & 0x0010) >> 4 | (type_ & 0x0100) >> 7)
    return Received(Message(method, kind, data[8:20], attributes), signed, seal)


def _read_attributes(data: bytes) -> tuple[tuple[tuple[int, bytes], ...], bytes, bytes | None]:
    attributes: list[tuple[int, bytes]] = []
    signed, seal = b"", None
    at, end = HEADER_BYTES, len(data)
    while at < end:
        type_, length = struct.unpack_from("!HH", data, at)  # both ends are multiples of four
        after = at + 4 + length + -length % 4
        if after > end:
            raise Malformed("attribute runs over the end")
        value = data[at + 4 : at + 4 + length]
        if type_ == Attribute.FINGERPRINT:
            _check_fingerprint(data, at, value, last=after == end)
        elif seal is not None:
            if type_ != Attribute.MESSAGE_INTEGRITY_SHA256:
                raise Malformed("attribute after the seal")
        elif type_ == Attribute.MESSAGE_INTEGRITY:
            if length != 20:
                raise Malformed("seal length")
            # The seal covers a header whose length field ends with the seal itself.
            signed = data[:2] + struct.pack("!H", after - HEADER_BYTES) + data[4:at]
            seal = value
        else:
            attributes.append((type_, value))
        at = after
    return tuple(attributes), signed, seal


def _check_fingerprint(data: bytes, at: int, value: bytes, *, last: bool) -> None:
    """RFC 8489 section 14.7."""
    if not last or len(value) != 4:
        raise Malformed("fingerprint place")
    if struct.unpack("!I", value)[0] != zlib.crc32(data[:at]) ^ FINGERPRINT_MASK:
        raise Malformed("fingerprint")


def build(message: Message, key: bytes | None = None, *, fingerprint: bool = True) -> bytes:
    """The message as bytes, sealed with `key` when given (MESSAGE-INTEGRITY, SHA-1)."""
    body = b"".join(_attribute(type_, value) for type_, value in message.attributes)
    if key is not None:
        head = _header(message, len(body) + 24)
        body += _attribute(Attribute.MESSAGE_INTEGRITY, hmac.digest(key, head + body, "sha1"))
    if fingerprint:
        head = _header(message, len(body) + 8)
        crc = zlib.crc32(head + body) ^ FINGERPRINT_MASK
        body += _attribute(Attribute.FINGERPRINT, struct.pack("!I", crc))
    return _header(message, len(body)) + body


def _attribute(type_: int, value: bytes) -> bytes:
    return struct.pack("!HH", type_, len(value)) + value + bytes(-len(value) % 4)


def _header(message: Message, length: int) -> bytes:
    method, kind = message.method, message.kind
    type_ = (method & 0x000F) | (method & 0x0070) << 1 | (method & 0x0F80) << 2
    type_ |= (kind & 1) << 4 | (kind & 2) << 7
    return struct.pack("!HH", type_, length) + COOKIE + message.transaction


def xor_address(address: Address, transaction: bytes) -> bytes:
    """The value of an XOR-…-ADDRESS attribute (RFC 8489 section 14.2)."""
    family = IPV4 if len(address.ip) == 4 else IPV6
    port = address.port ^ 0x2112
    return struct.pack("!BBH", 0, family, port) + _xor(address.ip, transaction)


def read_xor_address(value: bytes, transaction: bytes) -> Address:
    """The address in an XOR-…-ADDRESS attribute. Raises `Malformed`."""
    if (len(value), value[1:2]) not in ((8, b"\x01"), (20, b"\x02")):
        raise Malformed("address")
    port: int = struct.unpack_from("!H", value, 2)[0] ^ 0x2112
    return Address(_xor(value[4:], transaction), port)


def _xor(ip: bytes, transaction: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(ip, COOKIE + transaction, strict=False))


def error_code(code: int, reason: str) -> bytes:
    """The value of ERROR-CODE (RFC 8489 section 14.8)."""
    return struct.pack("!HBB", 0, code // 100, code % 100) + reason.encode()


def read_error_code(value: bytes) -> int:
    """The number in ERROR-CODE, such as 401. Raises `Malformed`."""
    if len(value) < 4:
        raise Malformed("error code")
    return (value[2] & 7) * 100 + value[3]


def unknown_attributes(types: Sequence[int]) -> bytes:
    """The value of UNKNOWN-ATTRIBUTES (RFC 8489 section 14.13)."""
    return struct.pack(f"!{len(types)}H", *types)


def channel_data(number: int, payload: bytes) -> bytes:
    """A ChannelData message (RFC 8656 section 12.4), unpadded as UDP allows."""
    return struct.pack("!HH", number, len(payload)) + payload


def read_channel_data(data: bytes) -> tuple[int, bytes]:
    """Channel number and payload; up to three bytes of padding may follow. Raises `Malformed`."""
    if len(data) < 4:
        raise Malformed("channel header")
    length = data[2] << 8 | data[3]
    if not 0 <= len(data) - 4 - length <= 3:
        raise Malformed("channel length")
    return data[0] << 8 | data[1], data[4 : 4 + length]


def take_frames(buffer: bytearray) -> list[bytes]:
    """Take every whole message off the front of a TCP stream's buffer (RFC 8656 section 12.5).

    What is left in `buffer` is the beginning of the next message, shorter than `LARGEST`.
    Raises `Malformed` when the stream has lost its beat; close the connection then.
    """
    found: list[bytes] = []
    at = 0
    while len(buffer) - at >= 4:
        size = _frame_size(buffer[at], buffer[at + 2] << 8 | buffer[at + 3])
        if len(buffer) - at < size:
            break
        found.append(bytes(buffer[at : at + size]))
        at += size
    del buffer[:at]
    return found


def _frame_size(first: int, length: int) -> int:
    if FIRST_CHANNEL <= first << 8 <= LAST_CHANNEL:
        size = 4 + length + -length % 4
    elif first < 0x40 and length % 4 == 0:
        size = HEADER_BYTES + length
    else:
        raise Malformed("neither STUN nor ChannelData")
    if size > LARGEST:
        raise Malformed("too long")
    return size
