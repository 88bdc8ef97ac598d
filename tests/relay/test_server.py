"""The relay as a process: UDP and TCP, IPv4 and IPv6, floods, silence about addresses, its end."""

from __future__ import annotations

import contextlib
import ipaddress
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from beside.relay import messages
from beside.relay.client import Client, NoAnswer, NotAllowed, probe
from beside.relay.credentials import Credentials
from beside.relay.messages import Attribute, Kind, Message, Method

from .conftest import SRC, Inside, Relay, counters, free_port, loopbacks, start, until

Starting = Callable[..., Inside]

ways = pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
hosts = pytest.mark.parametrize("host", loopbacks())


@ways
@hosts
def test_two_people_reach_each_other_by_every_way_in(relay: Relay, host: str, tcp: bool) -> None:
    with (
        relay.client("fern", host=host, tcp=tcp) as fern,
        relay.client("rowan", host=host, tcp=tcp) as rowan,
    ):
        here, there = fern.allocate(), rowan.allocate()
        fern.permit(there)
        rowan.permit(here)
        fern.send(there, b"odd length.")
        assert rowan.receive() == (here, b"odd length.")

        fern.bind(0x4000, there)
        rowan.bind(0x4005, here)
        for number in range(50):
            rowan.send_on(0x4005, b"x" * number)
            assert fern.receive() == (there, b"x" * number)


def test_somebody_on_tcp_over_ipv6_reaches_somebody_on_udp_over_ipv4(relay: Relay) -> None:
    with (
        relay.client("fern", host=loopbacks()[-1], tcp=True) as fern,
        relay.client("rowan") as rowan,
    ):
        here, there = fern.allocate(), rowan.allocate()
        fern.permit(there)
        rowan.permit(here)
        fern.send(there, b"good evening")
        assert rowan.receive() == (here, b"good evening")
        rowan.send(here, b"good evening to you")
        assert fern.receive() == (there, b"good evening to you")


@ways
def test_nothing_crosses_from_one_room_to_another(relay: Relay, tcp: bool) -> None:
    with (
        relay.client("fern", "kitchen", tcp=tcp) as fern,
        relay.client("ivy", "garden", tcp=tcp) as ivy,
        relay.client("rowan", "garden", tcp=tcp) as rowan,
    ):
        here, there, beside = fern.allocate(), ivy.allocate(), rowan.allocate()
        for one in (fern, ivy, rowan):
            for peer in (here, there, beside):
                one.permit(peer)
        fern.send(there, b"let me in")
        rowan.send(there, b"after it")  # arrives, so the first one has been dropped by now

        assert ivy.receive() == (beside, b"after it")
        assert relay.stats()["dropped"] == 1


def test_the_probe_of_the_doctor_tells_a_good_relay_from_a_bad_one(relay: Relay) -> None:
    assert probe("127.0.0.1", relay.port, relay.secret) > 0
    assert probe("127.0.0.1", relay.port, relay.secret, tcp=True) > 0
    with pytest.raises(NotAllowed) as refused:
        probe("127.0.0.1", relay.port, b"another secret of thirty-two letters")
    assert refused.value.code == 401
    with pytest.raises(NoAnswer):
        probe("127.0.0.1", free_port(), relay.secret, timeout=0.5)
    with pytest.raises(NoAnswer):
        probe("127.0.0.1", free_port(), relay.secret, tcp=True, timeout=0.5)


def test_expired_credentials_are_refused(relay: Relay) -> None:
    old = Credentials("1000000000:" + "0" * 20 + "." + "0" * 20, "")
    with (
        Client("127.0.0.1", relay.port, old) as fern,
        pytest.raises(NotAllowed) as refused,
    ):
        fern.allocate()
    assert refused.value.code == 401


def test_a_closed_tcp_connection_ends_its_allocation(relay: Relay) -> None:
    with relay.client("fern", tcp=True) as fern:
        fern.allocate()
        assert relay.stats()["allocations"] == 1
        fern.socket.close()
        until(lambda: relay.stats()["allocations"] == 0)
        assert relay.stats()["connections"] == 0
        fern._key = None  # nothing left to end


def test_a_tcp_connection_without_an_allocation_is_soon_closed(relay_with: Starting) -> None:
    relay = relay_with(idle_connection=1)
    with (
        socket.create_connection(("127.0.0.1", relay.port), 30) as idle,
        relay.client("fern", tcp=True) as fern,
    ):
        fern.allocate()
        idle.sendall(b"\x00")  # the beginning of a message that never comes
        try:
            left = idle.recv(1)
        except ConnectionResetError:
            left = b""

        assert left == b""
        assert relay.server.stats()["allocations"] == 1


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", b"\xff" * 9])
def test_a_tcp_connection_that_is_not_turn_is_closed_at_once(relay: Relay, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", relay.port), 30) as other:
        other.sendall(said)
        with contextlib.suppress(ConnectionResetError):
            assert other.recv(1) == b""


def test_one_source_has_only_so_many_connections_and_others_are_still_served(
    relay_with: Starting,
) -> None:
    relay = relay_with(connections_per_source=5)
    many = [socket.create_connection(("127.0.0.1", relay.port), 30) for _ in range(20)]
    try:
        until(lambda: relay.server.stats()["connections"] == 5)
        with relay.client("fern", host=loopbacks()[-1], tcp=len(loopbacks()) > 1) as fern:
            fern.allocate()
    finally:
        for each in many:
            each.close()
    until(lambda: relay.server.stats()["connections"] == 0)


def test_the_relay_has_only_so_many_connections(relay_with: Starting) -> None:
    relay = relay_with(connections=5)
    many = [socket.create_connection((host, relay.port), 30) for host in loopbacks() * 10]
    try:
        until(lambda: relay.server.stats()["connections"] == 5)
        with relay.client("fern") as fern:
            fern.allocate()
    finally:
        for each in many:
            each.close()


def test_somebody_who_never_reads_loses_packets_and_holds_nobody_up(relay_with: Starting) -> None:
    much = 1024**3
    relay = relay_with(bytes_per_second=much, burst_bytes=much, unsent_bytes=10_000)
    with (
        relay.client("fern") as fern,
        relay.client("deaf", tcp=True) as deaf,
        relay.client("rowan") as rowan,
    ):
        here, unheard, there = fern.allocate(), deaf.allocate(), rowan.allocate()
        deaf.permit(here)
        rowan.permit(here)
        fern.bind(0x4000, unheard)
        fern.bind(0x4001, there)
        until(lambda: _loses_packets(relay, fern))

        [stream] = relay.server._streams
        assert stream._transport.get_write_buffer_size() <= 10_000 + messages.LARGEST
        fern.send_on(0x4001, b"still there")
        assert rowan.receive() == (here, b"still there")


def _loses_packets(relay: Inside, fern: Client) -> bool:
    for _ in range(100):
        fern.send_on(0x4000, bytes(1000))
    return relay.server.stats()["unsent"] > 0


def test_after_a_flood_of_random_bytes_a_good_caller_is_still_served(relay: Relay) -> None:
    dice = random.Random(20270115)
    good = messages.build(
        Message(Method.ALLOCATE, Kind.REQUEST, bytes(12), ((0x19, b"\x11\0\0\0"),))
    )
    for host in loopbacks():
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as flood:
            for _ in range(3000):
                flood.sendto(_nonsense(dice, good), (host, relay.port))
        for _ in range(60):
            with socket.create_connection((host, relay.port), 30) as flood:
                try:
                    for _ in range(10):
                        flood.sendall(_nonsense(dice, good))
                except OSError:
                    continue  # closed on us, as it should be

    assert probe("127.0.0.1", relay.port, relay.secret, timeout=30) > 0
    assert probe("127.0.0.1", relay.port, relay.secret, tcp=True, timeout=30) > 0
    assert relay.stats()["malformed"] > 1000
    assert "Error" not in relay.output()


def _nonsense(dice: random.Random, good: bytes) -> bytes:
    """Random bytes, or a good message with a few bytes changed."""
    if dice.random() < 0.5:
        return dice.randbytes(dice.randrange(1, 200))
    changed = bytearray(good)
    for _ in range(dice.randrange(1, 4)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def test_no_address_is_ever_printed(relay: Relay) -> None:
    for host in loopbacks():
        for tcp in (False, True):
            probe(host, relay.port, relay.secret, tcp=tcp)
        with pytest.raises(NotAllowed):
            probe(host, relay.port, b"another secret of thirty-two letters")
        with socket.create_connection((host, relay.port), 30) as other:
            other.sendall(b"GET / HTTP/1.1\r\n\r\n")
    relay.stats()
    relay.process.terminate()
    relay.process.wait(30)

    printed = relay.output()
    assert counters(printed)["packets"] == 2 * len(loopbacks())
    assert re.findall(r"\d+\.\d+\.\d+\.\d+", printed) == []
    assert [word for word in re.split(r"[\s()\[\]',=]+", printed) if _is_address(word)] == []
    assert not re.search(r"[0-9a-f]{20}", printed)  # no tag of a room or a person either


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_in_the_middle_of_a_call_and_can_begin_again(
    tmp_path: Path, how: signal.Signals
) -> None:
    first = start(tmp_path)
    with first.client("fern", tcp=True) as fern, first.client("rowan") as rowan:
        fern.allocate()
        rowan.allocate()
        first.process.send_signal(how)
        assert first.process.wait(30) == 0
        assert counters(first.output())["allocated"] == 2

        second = start(tmp_path, secret=first.secret, port=first.port)
        assert probe("127.0.0.1", second.port, second.secret) > 0
        assert second.stop() == 0


@pytest.mark.parametrize(
    ("secret", "said"),
    [(None, "ENOENT"), (b"too short", "at least 32"), (b"", "at least 32")],
)
def test_without_a_good_secret_it_does_not_start(
    tmp_path: Path, secret: bytes | None, said: str
) -> None:
    file = tmp_path / "secret"
    if secret is not None:
        file.write_bytes(secret)

    ended = _run("--host", "127.0.0.1", "--port", str(free_port()), "--secret-file", str(file))
    assert ended.returncode == 2
    assert said in ended.stderr


def test_on_a_port_that_is_taken_it_says_so_without_an_address(relay: Relay) -> None:
    secret = str(relay.printed.parent / "secret")

    ended = _run("--host", "127.0.0.1", "--port", str(relay.port), "--secret-file", secret)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "relay: EADDRINUSE\n"


def test_the_advertised_address_is_the_one_that_is_given_out(tmp_path: Path) -> None:
    running = start(tmp_path, "--advertise", "203.0.113.5")
    try:
        with running.client("fern") as fern, running.client("rowan") as rowan:
            here, there = fern.allocate(), rowan.allocate()
            assert here.ip == there.ip == bytes([203, 0, 113, 5])
            fern.permit(there)
            rowan.permit(here)
            fern.send(there, b"hello")
            assert rowan.receive() == (here, b"hello")
    finally:
        assert running.stop() == 0


def test_a_request_lost_and_sent_again_is_answered_alike(relay: Relay) -> None:
    with relay.client("fern") as fern:
        fern.allocate()
        request = fern._sealed(Method.REFRESH, (Attribute.LIFETIME, (600).to_bytes(4)))
        for _ in range(3):
            fern._write(request)
        answers = {fern.socket.recv(2000) for _ in range(3)}
        assert len(answers) == 1
        assert messages.parse(answers.pop()).message.kind is Kind.SUCCESS


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "beside.relay", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": str(SRC)},
    )
