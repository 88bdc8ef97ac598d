"""From where this house can be reached at all."""

from __future__ import annotations

import ipaddress

ENVIRON = "BESIDE_HOST"  # where this process listens, said by the command that listens


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`; an unknown place is not."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
