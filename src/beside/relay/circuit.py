"""The closed circuit: what the relay answers and to whom it passes a packet on. Pure.

`Circuit.receive` takes the time, where a message came from and its bytes, and returns what to
send and where. No sockets, no clock, no threads. RFC 8656 section numbers stand at the rules.

Closed: a relayed address is only a name, and a packet goes from one allocation to another of
the same room or nowhere. There is no code here that could reach any other host.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from ipaddress import IPv4Network

from beside.relay import messages
from beside.relay.addresses import NOBODYS_NETWORK, Addresses
from beside.relay.allocations import Allocation, Allocations, Attributes, FiveTuple
from beside.relay.callers import Caller, Callers
from beside.relay.limits import Limits, Strangers
from beside.relay.messages import Address, Attribute, Kind, Malformed, Message, Method, Received
from beside.relay.refusals import REASONS, Refused

UDP = 17  # the protocol number in REQUESTED-TRANSPORT

# DONT-FRAGMENT is left out on purpose: RFC 8656 section 7.2 asks for 420 from a relay that
# cannot set the DF bit, and a relay that sends no packet to a peer cannot.
KNOWN_ATTRIBUTES = frozenset(
    {
        Attribute.USERNAME,
        Attribute.REALM,
        Attribute.NONCE,
        Attribute.LIFETIME,
        Attribute.XOR_PEER_ADDRESS,
        Attribute.DATA,
        Attribute.CHANNEL_NUMBER,
        Attribute.REQUESTED_ADDRESS_FAMILY,
        Attribute.EVEN_PORT,
        Attribute.REQUESTED_TRANSPORT,
        Attribute.RESERVATION_TOKEN,
    }
)


@dataclass(slots=True)
class Counters:
    """Numbers only, since the start; nothing is counted by address or by name."""

    allocated: int = 0
    packets: int = 0  # passed on from one person to another
    bytes: int = 0
    dropped: int = 0  # no permission, another room, over a limit
    refused: int = 0  # requests answered with an error
    malformed: int = 0
    unsent: int = 0  # the way to the receiver was full or gone


class Circuit:
    """One relay. Times are Unix seconds, given with each call: credentials expire by the clock."""

    def __init__(
        self,
        secret: bytes,
        *,
        limits: Limits | None = None,
        network: IPv4Network = NOBODYS_NETWORK,
        choose: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self.limits = limits or Limits()
        self.counters = Counters()
        self._callers = Callers(secret, nonce_seconds=self.limits.nonce)
        self._addresses = Addresses(network, choose)
        self._allocations = Allocations(self.limits, self._addresses)
        self._strangers = Strangers(self.limits)

    # What the server calls

    def receive(
        self, now: float, five: FiveTuple, source: tuple[str, int], data: bytes
    ) -> list[tuple[FiveTuple, bytes]]:
        """One message from `five`, seen as coming from host and port `source`.

        Returns at most one message to send, and where. Never raises, whatever the bytes.
        """
        try:
            if data and data[0] >> 4 == 4:  # ChannelData, nearly all there is in a call
                return self._pass_channel_data(now, five, data)
            received = messages.parse(data)
            message = received.message
            if message.kind is Kind.INDICATION and message.method == Method.SEND:
                return self._pass_send_indication(now, five, message)
        except Malformed:
            self.counters.malformed += 1
            return []
        if message.kind is not Kind.REQUEST:
            return []
        answer = self._answer(now, five, Address.of(*source), received)
        return [] if answer is None else [(five, answer)]

    def holds(self, five: FiveTuple) -> bool:
        """Whether this client has an allocation, as of the last sweep."""
        return five in self._allocations.by_five

    def forget(self, five: FiveTuple) -> None:
        """The client's connection is gone, and with it its allocation (section 3.2)."""
        allocation = self._allocations.by_five.get(five)
        if allocation is not None:
            self._allocations.free(allocation)

    def sweep(self, now: float) -> None:
        """Free what has expired. Call every few seconds; what has expired is unusable anyway."""
        for allocation in self._allocations:
            if allocation.expires <= now:
                self._allocations.free(allocation)
            else:
                allocation.drop_stale(now)

    def stats(self) -> dict[str, int]:
        """Live allocations and the counters, by name."""
        return {"allocations": len(self._allocations)} | asdict(self.counters)

    # Packets between people

    def _pass_channel_data(
        self, now: float, five: FiveTuple, data: bytes
    ) -> list[tuple[FiveTuple, bytes]]:
        """Section 12.7."""
        number, payload = messages.read_channel_data(data)
        sender = self._allocations.by_five.get(five)
        if sender is None or sender.expires <= now:
            return self._drop()
        channel = sender.channels.get(number)
        if channel is None or channel.expires <= now:
            return self._drop()
        return self._pass_on(now, sender, channel.peer, payload)

    def _pass_send_indication(
        self, now: float, five: FiveTuple, message: Message
    ) -> list[tuple[FiveTuple, bytes]]:
        """Section 11.2. A Send indication is not sealed; its five-tuple vouches for it."""
        peer, payload = message.first(Attribute.XOR_PEER_ADDRESS), message.first(Attribute.DATA)
        if peer is None or payload is None or _unknown(message):
            raise Malformed("send indication")
        address = messages.read_xor_address(peer, message.transaction)
        sender = self._allocations.by_five.get(five)
        if sender is None or sender.expires <= now:
            return self._drop()
        if sender.permissions.get(address.ip, 0) <= now:
            return self._drop()
        return self._pass_on(now, sender, address, payload)

    def _pass_on(
        self, now: float, sender: Allocation, peer: Address, payload: bytes
    ) -> list[tuple[FiveTuple, bytes]]:
        """The one place where a packet crosses: same room, permitted, within the limits."""
        receiver = self._allocations.by_relayed.get(peer)
        if (
            receiver is None
            or receiver.expires <= now
            or receiver.caller.room != sender.caller.room
            or receiver.permissions.get(sender.relayed.ip, 0) <= now
            or not self._within_limits(now, sender, len(payload))
        ):
            return self._drop()
        self.counters.packets += 1
        self.counters.bytes += len(payload)
        number = receiver.numbers.get(sender.relayed)
        if number is not None and receiver.channels[number].expires > now:
            return [(receiver.five, messages.channel_data(number, payload))]
        return [(receiver.five, _data_indication(sender.relayed, payload))]

    def _within_limits(self, now: float, sender: Allocation, size: int) -> bool:
        limits = self.limits
        if sender.sent_bytes + size > limits.bytes_per_allocation:
            return False
        rate, burst = limits.bytes_per_second, limits.burst_bytes
        if not sender.bucket.take(now, size, rate=rate, burst=burst):
            return False
        sender.sent_bytes += size
        return True

    def _drop(self) -> list[tuple[FiveTuple, bytes]]:
        self.counters.dropped += 1
        return []

    # Requests

    def _answer(
        self, now: float, five: FiveTuple, source: Address, received: Received
    ) -> bytes | None:
        """The response, or None where silence is the answer."""
        message = received.message
        if message.method == Method.BINDING:
            return self._answer_binding(now, source, message)
        if message.method not in _REQUESTS:  # RFC 8489 section 6.3: discarded
            self.counters.malformed += 1
            return None
        try:
            caller = self._callers.recognise(now, source, received)
        except Refused as refused:
            if not self._strangers.may_be_answered(now, source.ip):
                return None
            return self._refusal(message, refused)
        try:
            attributes = self._grant(now, five, source, caller, message)
        except Refused as refused:
            return self._refusal(message, refused, caller.key)
        except Malformed:
            return self._refusal(message, Refused(400), caller.key)
        return messages.build(_reply(message, Kind.SUCCESS, attributes), caller.key)

    def _answer_binding(self, now: float, source: Address, message: Message) -> bytes | None:
        """Plain STUN: tells somebody their own address and nobody else's."""
        if not self._strangers.may_be_answered(now, source.ip):
            return None
        if unknown := _unknown(message):
            return self._refusal(message, _unknown_refusal(unknown))
        mapped = messages.xor_address(source, message.transaction)
        return messages.build(
            _reply(message, Kind.SUCCESS, [(Attribute.XOR_MAPPED_ADDRESS, mapped)])
        )

    def _refusal(self, message: Message, refused: Refused, key: bytes | None = None) -> bytes:
        self.counters.refused += 1
        reason = messages.error_code(refused.code, REASONS[refused.code])
        attributes = [(int(Attribute.ERROR_CODE), reason), *refused.attributes]
        return messages.build(_reply(message, Kind.ERROR, attributes), key)

    def _grant(
        self, now: float, five: FiveTuple, source: Address, caller: Caller, message: Message
    ) -> Attributes:
        """Do what a recognised caller asks; the attributes of the success. Raises `Refused`."""
        if unknown := _unknown(message):
            raise _unknown_refusal(unknown)
        if message.method == Method.ALLOCATE:
            return self._allocate(now, five, source, caller, message)
        allocation = self._allocations.living(five, now)
        if allocation is None:
            raise Refused(437)
        if allocation.caller.username != caller.username:
            raise Refused(441)
        if message.method == Method.REFRESH:
            return self._refresh(now, allocation, message)
        peers = self._peers(message)
        if message.method == Method.CREATE_PERMISSION:  # section 10.2
            allocation.permit(now, {peer.ip for peer in peers}, self.limits)
        else:  # section 12.2
            allocation.bind(now, _channel_number(message), peers[0], self.limits)
        return []

    def _allocate(
        self, now: float, five: FiveTuple, source: Address, caller: Caller, message: Message
    ) -> Attributes:
        """Section 7.2."""
        standing = self._allocations.living(five, now)
        if standing is not None:
            again = (message.transaction, caller.username)
            if again == (standing.opened_by, standing.caller.username):
                return standing.opening  # our answer was lost: say it again
            raise Refused(437)
        even, extra = _read_wishes(message)
        seconds = self._lifetime(now, caller, message)
        by = message.transaction
        allocation = self._allocations.open(now, five, caller, even=even, seconds=seconds, by=by)
        self.counters.allocated += 1
        allocation.opening = [
            (Attribute.XOR_RELAYED_ADDRESS, messages.xor_address(allocation.relayed, by)),
            (Attribute.LIFETIME, struct.pack("!I", seconds)),
            (Attribute.XOR_MAPPED_ADDRESS, messages.xor_address(source, by)),
            *extra,
        ]
        return allocation.opening

    def _refresh(self, now: float, allocation: Allocation, message: Message) -> Attributes:
        """Section 8.2; a lifetime of nought ends the allocation."""
        family = message.first(Attribute.REQUESTED_ADDRESS_FAMILY)
        if family is not None:
            _check_family(family, 443)
        seconds = self._lifetime(now, allocation.caller, message)
        if message.first(Attribute.LIFETIME) == bytes(4):
            seconds = 0
            self._allocations.free(allocation)
        else:
            allocation.expires = now + seconds
        return [(Attribute.LIFETIME, struct.pack("!I", seconds))]

    def _lifetime(self, now: float, caller: Caller, message: Message) -> int:
        """Seconds: as asked, between the default and the longest, never past the credential."""
        asked = message.first(Attribute.LIFETIME)
        if asked is not None and len(asked) != 4:
            raise Refused(400)
        wanted = int.from_bytes(asked or b"", "big")
        seconds = max(self.limits.lifetime, min(wanted, self.limits.longest_lifetime))
        return min(seconds, int(caller.expires - now))

    def _peers(self, message: Message) -> list[Address]:
        """The peers a request names. Raises `Refused` or `Malformed`.

        Any address of ours may be named, taken or not, of this room or not: the answer must not
        tell which. Whether a packet crosses is decided in `_pass_on`.
        """
        values = message.every(Attribute.XOR_PEER_ADDRESS)
        if not values:
            raise Refused(400)
        peers = [messages.read_xor_address(value, message.transaction) for value in values]
        if any(len(peer.ip) != 4 for peer in peers):
            raise Refused(443)
        if not all(self._addresses.covers(peer.ip) for peer in peers):
            raise Refused(403)
        return peers


_REQUESTS = frozenset(
    {Method.ALLOCATE, Method.REFRESH, Method.CREATE_PERMISSION, Method.CHANNEL_BIND}
)


def _reply(message: Message, kind: Kind, attributes: Attributes) -> Message:
    return Message(message.method, kind, message.transaction, tuple(attributes))


def _unknown(message: Message) -> list[int]:
    """Attributes below 0x8000 must be understood; those we do not know."""
    return [t for t, _ in message.attributes if t < 0x8000 and t not in KNOWN_ATTRIBUTES]


def _unknown_refusal(types: list[int]) -> Refused:
    return Refused(420, (Attribute.UNKNOWN_ATTRIBUTES, messages.unknown_attributes(types)))


def _read_wishes(message: Message) -> tuple[bool, Attributes]:
    """What an Allocate asks for: an even port or not, and what its answer then adds."""
    transport = message.first(Attribute.REQUESTED_TRANSPORT)
    if transport is None or len(transport) != 4:
        raise Refused(400)
    if transport[0] != UDP:
        raise Refused(442)
    even = message.first(Attribute.EVEN_PORT)
    if even is not None and len(even) != 1:
        raise Refused(400)
    reserve = even is not None and even[0] & 0x80 != 0
    family = message.first(Attribute.REQUESTED_ADDRESS_FAMILY)
    second = message.first(Attribute.ADDITIONAL_ADDRESS_FAMILY)
    if second is not None and (family is not None or reserve):
        raise Refused(400)
    token = message.first(Attribute.RESERVATION_TOKEN)
    if token is not None and (even, family, second) != (None, None, None):
        raise Refused(400)
    if token is not None or reserve:
        raise Refused(508)  # we reserve no second port, so no token can be ours
    if family is not None:
        _check_family(family, 440)
    return even is not None, _second_family(second)


def _check_family(value: bytes, code: int) -> None:
    if len(value) != 4:
        raise Refused(400)
    if value[0] != messages.IPV4:
        raise Refused(code)


def _second_family(value: bytes | None) -> Attributes:
    """An IPv6 address beside the IPv4 one: not given, and said so (section 7.2)."""
    if value is None:
        return []
    if len(value) != 4 or value[0] != messages.IPV6:
        raise Refused(400)
    reason = struct.pack("!BBBB", messages.IPV6, 0, 4, 40) + REASONS[440].encode()
    return [(Attribute.ADDRESS_ERROR_CODE, reason)]


def _channel_number(message: Message) -> int:
    value = message.first(Attribute.CHANNEL_NUMBER)
    if value is None or len(value) != 4:
        raise Refused(400)
    number = value[0] << 8 | value[1]
    if not messages.FIRST_CHANNEL <= number <= messages.LAST_CHANNEL:
        raise Refused(400)
    return number


def _data_indication(peer: Address, payload: bytes) -> bytes:
    """Section 11.3."""
    transaction = secrets.token_bytes(12)
    attributes = (
        (Attribute.XOR_PEER_ADDRESS, messages.xor_address(peer, transaction)),
        (Attribute.DATA, payload),
    )
    message = Message(Method.DATA, Kind.INDICATION, transaction, attributes)
    return messages.build(message, fingerprint=False)
