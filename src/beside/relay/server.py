"""The circuit on the network: UDP and TCP on one port, IPv4 and IPv6, no logs.

UDP is read straight off the socket, many packets a wake-up, and written straight to it: half
the cost of asyncio's datagram transport, and nothing queues in this process.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from beside.relay import messages
from beside.relay.allocations import FiveTuple
from beside.relay.circuit import Circuit
from beside.relay.limits import source_of
from beside.relay.messages import Address, Malformed

PACKETS_PER_WAKE = 64  # then the event loop looks at the other sockets
UDP_BUFFER = 4 * 1024 * 1024  # the kernel gives at most net.core.rmem_max
SWEEP_SECONDS = 2.0


class Server:
    """One relay listening on some addresses, all on the same port."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.limits = circuit.limits
        self._sockets: list[socket.socket] = []
        self._listeners: list[asyncio.Server] = []
        self._streams: set[Stream] = set()
        self._per_source: Counter[bytes] = Counter()
        self._reported: set[str] = set()

    async def run(self, hosts: Sequence[str], port: int, stop: asyncio.Event) -> None:
        """Listen until `stop` is set, then close everything. Raises OSError if it cannot."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._report)
        try:
            for host in hosts:
                await self._listen(host, port)
            say("ready")
            while not stop.is_set():
                self._sweep()
                await _wait(stop, SWEEP_SECONDS)
        finally:
            self._close()

    def stats(self) -> dict[str, int]:
        """The circuit's counters and the number of TCP connections."""
        return self.circuit.stats() | {"connections": len(self._streams)}

    async def _listen(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        udp = _socket(family, socket.SOCK_DGRAM)
        self._sockets.append(udp)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UDP_BUFFER)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UDP_BUFFER)
        udp.bind((host, port))
        tcp = _socket(family, socket.SOCK_STREAM)
        self._sockets.append(tcp)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind((host, port))
        loop.add_reader(udp, self._read, udp)
        self._listeners.append(await loop.create_server(lambda: Stream(self), sock=tcp))

    def _read(self, udp: socket.socket) -> None:
        """Everything that waits in a UDP socket, up to a fair share."""
        receive, now = self.circuit.receive, time.time()
        for _ in range(PACKETS_PER_WAKE):
            try:
                data, sender = udp.recvfrom(messages.LARGEST + 1)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error about an earlier packet
                continue
            for five, answer in receive(now, (udp, sender), sender[:2], data):
                self.send(five, answer)

    def send(self, five: FiveTuple, data: bytes) -> None:
        """Send to one client, or drop it: a late packet of a call is worth nothing."""
        if isinstance(five, tuple):
            udp, receiver = five
            try:
                udp.sendto(data, receiver)
            except OSError:
                self.circuit.counters.unsent += 1
        elif isinstance(five, Stream):
            five.write(data)

    # TCP connections

    def admit(self, stream: Stream) -> bool:
        """Whether one more connection from there fits; counts it."""
        if len(self._streams) >= self.limits.connections:
            return False
        if self._per_source[stream.source] >= self.limits.connections_per_source:
            return False
        self._streams.add(stream)
        self._per_source[stream.source] += 1
        return True

    def part(self, stream: Stream) -> None:
        """The connection is closed."""
        if stream not in self._streams:
            return
        self._streams.remove(stream)
        self.circuit.forget(stream)
        self._per_source[stream.source] -= 1
        if not self._per_source[stream.source]:
            del self._per_source[stream.source]

    def take(self, stream: Stream, data: bytes) -> None:
        """One whole message from a connection."""
        for five, answer in self.circuit.receive(time.time(), stream, stream.seen_as, data):
            self.send(five, answer)

    def _sweep(self) -> None:
        self.circuit.sweep(time.time())
        oldest = time.monotonic() - self.limits.idle_connection
        for stream in list(self._streams):
            if stream.opened < oldest and not self.circuit.holds(stream):
                stream.abort()

    # The end, and the unforeseen

    def _close(self) -> None:
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            listener.close()
        for stream in list(self._streams):
            stream.abort()
        for each in self._sockets:
            if each.fileno() >= 0:
                loop.remove_reader(each)
                each.close()

    def _report(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Say where something unforeseen happened, once, without a word of what it held."""
        error = context.get("exception")
        where = "an unknown place"
        if error is not None and error.__traceback__ is not None:
            last = error.__traceback__
            while last.tb_next is not None:
                last = last.tb_next
            where = f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
        line = f"{type(error).__name__} at {where}"
        if line not in self._reported:
            self._reported.add(line)
            say(line, sys.stderr)


class Stream(asyncio.Protocol):
    """One TCP connection, which is one five-tuple and at most one allocation."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = bytearray()
        self.opened = time.monotonic()
        self.seen_as = ("", 0)
        self.source = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection in, or close it when there are too many."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        if not peer:  # gone before we looked
            self.abort()
            return
        self.seen_as = peer[:2]
        self.source = source_of(Address.of(*self.seen_as).ip)
        if not self._server.admit(self):
            self.abort()

    def data_received(self, data: bytes) -> None:
        """Cut the stream into messages; one that is not TURN is closed."""
        if self._transport.is_closing():
            return
        self._buffer += data
        try:
            for message in messages.take_frames(self._buffer):
                self._server.take(self, message)
        except Malformed:
            self._server.circuit.counters.malformed += 1
            self.abort()

    def write(self, data: bytes) -> None:
        """Send, padded as TCP asks (RFC 8656 section 12.5), or drop when too much waits."""
        waiting = self._transport.get_write_buffer_size()
        if self._transport.is_closing() or waiting > self._server.limits.unsent_bytes:
            self._server.circuit.counters.unsent += 1
        else:
            self._transport.write(data + bytes(-len(data) % 4))

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Free what hung on the connection."""
        self._server.part(self)


def say(line: str, stream: TextIO | None = None) -> None:
    """One line for the supervisor: a state or counters, never an address or a name."""
    stream = stream or sys.stdout
    stream.write(f"relay: {line}\n")
    stream.flush()


def _socket(family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
    # With the protocol named, asyncio sets TCP_NODELAY; without it packets wait 40 ms.
    protocol = socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else socket.IPPROTO_UDP
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    if family == socket.AF_INET6:  # so that 0.0.0.0 and :: can share the port
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return made


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
