"""What one packet costs the embedded relay: CPU of its process, over loopback.

    python bench/relay.py [--packets 20000] [--bytes 1000]

Two clients, channels bound; packets go in bursts small enough for the kernel's buffers. CPU
time of the relay's own process is what counts; it hardly depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from beside.relay.client import Client, NoAnswer, probe
from beside.relay.credentials import credentials

BURST = 20
LONGEST = 60.0  # seconds for one row


def main() -> None:
    """Print a row for each way in."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--packets", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=1_000)
    options = parser.parse_args()
    print(f"{'way':<10}{'packets':>9}{'lost':>7}{'CPU µs/packet':>15}{'median ms':>11}")
    for host, tcp in (("127.0.0.1", False), ("127.0.0.1", True), ("::1", False)):
        name = ("TCP" if tcp else "UDP") + (" IPv6" if ":" in host else " IPv4")
        crossed, lost, cost, median = measure(host, options.packets, options.bytes, tcp=tcp)
        print(f"{name:<10}{crossed:>9}{lost:>7}{cost:>15.1f}{median:>11.2f}", flush=True)


def measure(host: str, packets: int, size: int, *, tcp: bool) -> tuple[int, int, float, float]:
    """Packets that crossed and that did not, CPU microseconds each, median milliseconds alone."""
    secret = secrets.token_hex(16).encode()
    port = free_port(host)
    with tempfile.NamedTemporaryFile() as file:
        file.write(secret)
        file.flush()
        command = [sys.executable, "-m", "beside.relay", "--host", host, "--port", str(port)]
        relay = subprocess.Popen(
            [*command, "--secret-file", file.name], stdout=subprocess.PIPE, text=True
        )
        assert relay.stdout is not None
        relay.stdout.readline()
    try:
        alone = sorted(probe(host, port, secret, tcp=tcp) for _ in range(31))[15]
        crossed, seconds = run(host, port, secret, relay.pid, packets, size, tcp=tcp)
    finally:
        relay.terminate()
        relay.wait(10)
    return crossed, packets - crossed, seconds / packets * 1e6, alone


def run(
    host: str, port: int, secret: bytes, pid: int, packets: int, size: int, *, tcp: bool
) -> tuple[int, float]:
    """Send the packets in bursts, from enough pairs to stay under what one may send a second."""
    payload, crossed, sent, until = bytes(size), 0, 0, time.monotonic() + LONGEST
    begun = cpu_seconds(pid)
    while sent < packets and time.monotonic() < until:
        with pair(host, port, secret, tcp=tcp) as one, pair(host, port, secret, tcp=tcp) as other:
            here, there = one.allocate(), other.allocate()
            one.bind(0x4000, there)
            other.bind(0x4000, here)
            some = min(packets - sent, 900_000 // size)
            sent += some
            crossed += cross(one, other, payload, some)
    return crossed, cpu_seconds(pid) - begun


def cross(one: Client, other: Client, payload: bytes, packets: int) -> int:
    """Bursts from one to the other; how many arrived."""
    arrived = 0
    for start in range(0, packets, BURST):
        burst = min(BURST, packets - start)
        for _ in range(burst):
            one.send_on(0x4000, payload)
        try:
            for _ in range(burst):
                other.receive(0.5)
                arrived += 1
        except NoAnswer:
            continue
    return arrived


def pair(host: str, port: int, secret: bytes, *, tcp: bool) -> Client:
    """One more client of the bench's room."""
    now, ttl = datetime.now(UTC), timedelta(hours=1)
    own = credentials(secret, room="bench", person=secrets.token_hex(4), ttl=ttl, now=now)
    return Client(host, port, own, tcp=tcp)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far (Linux, in ticks of usually 10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port(host: str) -> int:
    """A port nobody uses just now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
