"""Relayed addresses: names for allocations, where nothing listens. Pure.

They come from a network that belongs to nobody (RFC 2544), so that a candidate which escapes
points at no machine. Each live allocation has an IP of its own when the network is large
enough, which makes a permission (RFC 8656 section 9: by IP, not port) mean one peer.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network

from beside.relay.messages import Address

NOBODYS_NETWORK = IPv4Network("198.18.0.0/15")
FIRST_PORT, PORTS = 49_152, 16_384
TRIES = 64


class Addresses:
    """Hands out relayed addresses at random, so that none tells how many there are."""

    def __init__(self, network: IPv4Network, choose: Callable[[int], int]) -> None:
        """`choose(n)` gives an unforeseeable number from 0 to n - 1."""
        self._first = int(network.network_address)
        self._size = network.num_addresses
        self._choose = choose
        self._taken: set[Address] = set()
        self._taken_ips: dict[bytes, int] = {}

    def take(self, *, even: bool) -> Address | None:
        """A free address, with an even port if asked (EVEN-PORT); None when none is found."""
        for _ in range(TRIES):
            ip = (self._first + self._choose(self._size)).to_bytes(4, "big")
            port = FIRST_PORT + self._choose(PORTS)
            address = Address(ip, port & ~1 if even else port)
            shared = ip in self._taken_ips and len(self._taken_ips) < self._size // 2
            if address not in self._taken and not shared:
                self._taken.add(address)
                self._taken_ips[ip] = self._taken_ips.get(ip, 0) + 1
                return address
        return None

    def give_back(self, address: Address) -> None:
        """Free an address taken before."""
        self._taken.remove(address)
        self._taken_ips[address.ip] -= 1
        if not self._taken_ips[address.ip]:
            del self._taken_ips[address.ip]

    def covers(self, ip: bytes) -> bool:
        """Whether the IP could be one of ours; says nothing about it being taken."""
        number = int.from_bytes(ip, "big")
        return len(ip) == 4 and self._first <= number < self._first + self._size
