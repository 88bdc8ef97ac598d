"""Our own small client meets a relay that is slow and challenges it twice."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from beside.relay import messages
from beside.relay.client import Client, NotAllowed
from beside.relay.credentials import credentials
from beside.relay.messages import Attribute, Kind, Message, Method

SECRET = b"a secret of thirty-two bytes....".hex().encode()


def slow_relay(line: socket.socket, codes: list[int], heard: list[bytes]) -> None:
    """Answer each request with the next code and a nonce of its own; nought is a yes."""
    for number, code in enumerate(codes):
        data, sender = line.recvfrom(2048)
        asked = messages.parse(data).message
        heard.append(asked.first(Attribute.NONCE) or b"")
        refused = (
            (Attribute.ERROR_CODE, bytes([0, 0, code // 100, code % 100])),
            (Attribute.REALM, b"beside"),
            (Attribute.NONCE, b"nonce %d" % number),
        )
        kind = Kind.ERROR if code else Kind.SUCCESS
        said = Message(asked.method, kind, asked.transaction, refused if code else ())
        line.sendto(messages.build(said), sender)


@pytest.fixture
def line() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made


def ask(line: socket.socket, codes: list[int]) -> list[bytes]:
    heard: list[bytes] = []
    other = threading.Thread(target=slow_relay, args=(line, codes, heard))
    other.start()
    own = credentials(
        SECRET, room="kitchen", person="fern", ttl=timedelta(minutes=1), now=datetime.now(UTC)
    )
    try:
        with Client("127.0.0.1", line.getsockname()[1], own, timeout=30) as fern:
            fern.request(Method.REFRESH)
    finally:
        other.join(30)
        line.close()
    return heard


def test_a_second_challenge_is_answered_with_the_second_nonce(line: socket.socket) -> None:
    assert ask(line, [401, 438, 0]) == [b"", b"nonce 0", b"nonce 1"]


def test_a_relay_that_challenges_for_ever_is_left_alone(line: socket.socket) -> None:
    with pytest.raises(NotAllowed) as refused:
        ask(line, [401, 438, 438, 438])
    assert refused.value.code == 438


def test_a_wrong_secret_is_not_tried_again(line: socket.socket) -> None:
    with pytest.raises(NotAllowed) as refused:
        ask(line, [401, 401])
    assert refused.value.code == 401
