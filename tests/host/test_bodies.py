"""What comes in, however long, slow or strange, is answered in words and holds nobody up."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.living import Living, database_of_its_own


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Living]:
    with database_of_its_own(django_db_blocker) as name, Living(name) as living:
        yield living


def raw(house: Living, words: bytes) -> bytes:
    """What the house answers to exactly these bytes."""
    with socket.create_connection(("127.0.0.1", house.port), timeout=90) as line:
        line.sendall(words)
        parts = []
        while part := line.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_ten_megabytes_are_refused_in_words(house: Living) -> None:
    asked = urllib.request.Request(f"{house.url}/join/", data=b"x" * 10_000_000)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=30)
    assert refused.value.code == 413
    assert b"larger than this site takes" in refused.value.read()


def test_a_length_beyond_everything_is_refused_before_it_is_sent(house: Living) -> None:
    head = b"POST /join/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n"
    assert status(raw(house, head)) == 413


def test_pieces_without_a_length_are_counted(house: Living) -> None:
    head = b"POST /join/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    assert status(raw(house, head + piece * 4 + b"0\r\n\r\n")) == 413


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n",
        b"POST /join/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n",
        b"GET /?q=\xff\xfe%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"GET /%00/%ff HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Type: multipart/x\r\n",
    ],
)
def test_strange_requests_are_never_our_fault(house: Living, head: bytes) -> None:
    answer = raw(house, head + b"Connection: close\r\n\r\nabc")
    assert 400 <= status(answer) < 500 or status(answer) in {200, 301, 302}
    assert b"Traceback" not in answer


def test_a_page_answers_while_others_send_slowly(house: Living) -> None:
    head = b"POST /join/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx"
    lines = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(40)]
    try:
        for line in lines:
            line.sendall(head)
        with urllib.request.urlopen(f"{house.url}/", timeout=90) as page:
            assert page.status == 200
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize("address", ["/health/", "/health"])
def test_health_tells_a_stranger_nothing_but_yes_or_no(house: Living, address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as unwell:  # this house has no worker
        urllib.request.urlopen(house.url + address, timeout=90)
    assert unwell.value.code == 503
    assert unwell.value.read() == b"not well\n"


def test_nobody_puts_on_a_proxys_words(house: Living) -> None:
    """A header with an underscore would be read as the one with a hyphen."""
    asked = urllib.request.Request(f"{house.url}/demo/member/", headers={"X_Forwarded_For": "::1"})
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(asked, timeout=90)
    assert missing.value.code == 404


def test_the_logs_hold_no_address_that_was_asked_for(house: Living) -> None:
    for path in (
        "/groups/a-secret-name/",
        "/g/asecretkey23456/",
        "/health?secret",
    ):
        try:
            urllib.request.urlopen(house.url + path, timeout=90).close()
        except urllib.error.HTTPError as said:
            said.close()
    assert "secret" not in house.printed("web")
    assert json.dumps("127.0.0.1") not in house.printed("web")
