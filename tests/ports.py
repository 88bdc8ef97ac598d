"""Ports of 127.0.0.1 for the servers that tests start."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress

# Systems give higher ones to connections going out, and one of those may take a port that was free
# a moment ago before the server does that is to stand there.
PORTS = range(10_100, 32_000)


def free_port() -> int:
    """A port that nobody uses; chosen by no seed, so that two processes choose differently."""
    while True:
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port := secrets.choice(PORTS)))
            return port
