"""How much one person, one room and one stranger may ask of the relay. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Every table in the relay has its longest length here. Times in seconds.

    A browser makes one allocation per connection, relay address and network interface, and
    twice that while it restarts ICE: seven others over UDP and TCP on three interfaces are 84.
    """

    allocations_per_person: int = 96
    allocations_per_room: int = 1_024
    allocations: int = 4_096
    permissions_per_allocation: int = 64
    channels_per_allocation: int = 64
    bytes_per_second: int = 1_000_000  # one allocation, what it sends
    burst_bytes: int = 1_000_000
    bytes_per_allocation: int = 8 * 1024**3
    lifetime: int = 600  # RFC 8656 section 3.2
    longest_lifetime: int = 3_600
    permission: int = 300  # RFC 8656 section 9
    channel: int = 600  # RFC 8656 section 12
    nonce: int = 3_600
    answers_per_second: int = 200  # to one source that has not proved who it is
    answers_burst: int = 1_000
    sources: int = 8_192  # remembered at once
    connections: int = 2_048
    connections_per_source: int = 256
    idle_connection: float = 10.0  # without an allocation
    unsent_bytes: int = 65_536  # waiting in one TCP connection; beyond it packets are dropped


class Bucket:
    """A token bucket: `rate` a second, at most `burst` at once."""

    __slots__ = ("_at", "_left")

    def __init__(self, now: float, burst: float) -> None:
        self._at = now
        self._left = burst

    def take(self, now: float, amount: float, *, rate: float, burst: float) -> bool:
        """Take `amount` if it is there. A clock set back adds nothing."""
        if now > self._at:
            self._left = min(burst, self._left + (now - self._at) * rate)
        self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True


class Strangers:
    """Limits the answers to sources that have not proved who they are.

    An answer to a stranger is larger than the question, and the source of a UDP packet can be
    forged: without a limit the relay could be made to shower somebody. Only sources are
    forgotten when the table is full, oldest first; allocations are never in it.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: dict[bytes, Bucket] = {}

    def may_be_answered(self, now: float, ip: bytes) -> bool:
        """Whether one more answer may go to this address (an IPv6 source is its /64)."""
        limits, source = self._limits, source_of(ip)
        bucket = self._buckets.pop(source, None) or Bucket(now, limits.answers_burst)
        if len(self._buckets) >= limits.sources:
            del self._buckets[next(iter(self._buckets))]
        self._buckets[source] = bucket  # at the end: the most recent
        return bucket.take(now, 1, rate=limits.answers_per_second, burst=limits.answers_burst)

    def __len__(self) -> int:
        return len(self._buckets)


def source_of(ip: bytes) -> bytes:
    """What counts as one source: an IPv4 address, or the /64 an IPv6 address is in."""
    return ip if len(ip) == 4 else ip[:8]
