"""The allocations of one relay and everything that hangs on them. Pure; bounded by `Limits`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from beside.relay.addresses import Addresses
from beside.relay.callers import Caller
from beside.relay.limits import Bucket, Limits
from beside.relay.messages import Address
from beside.relay.refusals import Refused

FiveTuple: TypeAlias = Hashable  # the server's own name for one client and the way back to it
T = TypeVar("T")
Attributes: TypeAlias = list[tuple[int, bytes]]


@dataclass(slots=True, eq=False)
class Channel:
    """A channel number bound to a peer (RFC 8656 section 12)."""

    peer: Address
    expires: float


@dataclass(slots=True, eq=False)
class Allocation:
    """One client's place in the circuit (RFC 8656 section 3.2)."""

    five: FiveTuple
    caller: Caller
    relayed: Address
    expires: float
    bucket: Bucket
    opened_by: bytes  # transaction of the Allocate request
    opening: Attributes = field(default_factory=list)  # what it was answered
    sent_bytes: int = 0
    permissions: dict[bytes, float] = field(default_factory=dict)  # peer IP -> until
    channels: dict[int, Channel] = field(default_factory=dict)
    numbers: dict[Address, int] = field(default_factory=dict)  # peer -> its channel

    def permit(self, now: float, ips: set[bytes], limits: Limits) -> None:
        """Permit these peers for 300 seconds, all or none. Raises `Refused`."""
        self.drop_stale(now)
        if len(self.permissions.keys() | ips) > limits.permissions_per_allocation:
            raise Refused(508)
        self.permissions.update(dict.fromkeys(ips, now + limits.permission))

    def bind(self, now: float, number: int, peer: Address, limits: Limits) -> None:
        """Bind or renew a channel for 600 seconds, its permission too. Raises `Refused`."""
        self.drop_stale(now)
        bound = self.channels.get(number)
        if bound is not None and bound.peer != peer:
            raise Refused(400)
        if self.numbers.get(peer, number) != number:
            raise Refused(400)
        if bound is None and len(self.channels) >= limits.channels_per_allocation:
            raise Refused(508)
        self.permit(now, {peer.ip}, limits)
        self.channels[number] = Channel(peer, now + limits.channel)
        self.numbers[peer] = number

    def drop_stale(self, now: float) -> None:
        """Forget permissions and channels whose time is over."""
        permissions, channels = self.permissions, self.channels
        for ip in [ip for ip, until in permissions.items() if until <= now]:
            del permissions[ip]
        for number in [n for n, channel in channels.items() if channel.expires <= now]:
            del self.numbers[channels.pop(number).peer]


class Allocations:
    """Every live allocation, by client and by relayed address, counted by person and room."""

    def __init__(self, limits: Limits, addresses: Addresses) -> None:
        self.by_five: dict[FiveTuple, Allocation] = {}
        self.by_relayed: dict[Address, Allocation] = {}
        self._limits = limits
        self._addresses = addresses
        self._per_person: Counter[tuple[str, str]] = Counter()
        self._per_room: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.by_five)

    def __iter__(self) -> Iterator[Allocation]:
        return iter(list(self.by_five.values()))

    def living(self, five: FiveTuple, now: float) -> Allocation | None:
        """The client's allocation, freed on the way if its time is over."""
        allocation = self.by_five.get(five)
        if allocation is not None and allocation.expires <= now:
            self.free(allocation)
            return None
        return allocation

    def open(
        self, now: float, five: FiveTuple, caller: Caller, *, even: bool, seconds: int, by: bytes
    ) -> Allocation:
        """A new allocation within the quotas, at a free address. Raises `Refused`."""
        self._check_quotas(caller)
        relayed = self._addresses.take(even=even)
        if relayed is None:
            raise Refused(508)
        bucket = Bucket(now, self._limits.burst_bytes)
        allocation = Allocation(five, caller, relayed, now + seconds, bucket, opened_by=by)
        self.by_five[five] = self.by_relayed[relayed] = allocation
        self._per_person[caller.room, caller.person] += 1
        self._per_room[caller.room] += 1
        return allocation

    def free(self, allocation: Allocation) -> None:
        """End an allocation."""
        caller = allocation.caller
        del self.by_five[allocation.five]
        del self.by_relayed[allocation.relayed]
        self._addresses.give_back(allocation.relayed)
        _count_down(self._per_person, (caller.room, caller.person))
        _count_down(self._per_room, caller.room)

    def _check_quotas(self, caller: Caller) -> None:
        limits = self._limits
        if self._per_person[caller.room, caller.person] >= limits.allocations_per_person:
            raise Refused(486)
        if self._per_room[caller.room] >= limits.allocations_per_room:
            raise Refused(508)
        if len(self) >= limits.allocations:
            raise Refused(508)


def _count_down(counter: Counter[T], key: T) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
