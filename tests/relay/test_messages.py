"""Bytes: the vectors of RFC 5769, round trips, and whatever anybody may send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.relay import messages
from beside.relay.credentials import long_term_key
from beside.relay.messages import Address, Attribute, Kind, Malformed, Message

from .cast import fuzzed

# RFC 5769 sections 2.1 to 2.4, as bytes
REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
ANSWER_IPV4 = bytes.fromhex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96"
)
ANSWER_IPV6 = bytes.fromhex(
    "010100482112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220002000140002a147"
    "0113a9faa5d3f179bc25f4b5bed2b9d9"
    "00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c"
)
LONG_TERM = bytes.fromhex(
    "000100602112a44278ad3433c6ad72c029da412e"
    "00060012e3839ee38388e383aae38383e382afe382b90000"
    "0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473"
    "41"
    "0014000b6578616d706c652e6f726700"
    "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666"
)
PASSWORD = b"VOkJxbRl1RmTxUk/WvJxBt"

attributes = st.tuples(
    st.integers(0, 0xFFFF).filter(lambda t: t not in (0x0008, 0x8028)), st.binary(max_size=60)
)
said = st.builds(
    Message,
    method=st.integers(0, 0xFFF),
    kind=st.sampled_from(Kind),
    transaction=st.binary(min_size=12, max_size=12),
    attributes=st.lists(attributes, max_size=8).map(tuple),
)


@pytest.mark.parametrize("vector", [REQUEST, ANSWER_IPV4, ANSWER_IPV6])
def test_the_vectors_of_rfc_5769_are_read_and_their_seals_hold(vector: bytes) -> None:
    received = messages.parse(vector)

    assert received.sealed_by(PASSWORD)
    assert not received.sealed_by(PASSWORD + b"x")


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        (ANSWER_IPV4, Address.of("192.0.2.1", 32853)),
        (ANSWER_IPV6, Address.of("2001:db8:1234:5678:11:2233:4455:6677", 32853)),
    ],
)
def test_the_addresses_of_rfc_5769_are_read_and_written(vector: bytes, expected: Address) -> None:
    message = messages.parse(vector).message
    value = message.first(Attribute.XOR_MAPPED_ADDRESS)

    assert value is not None
    assert messages.read_xor_address(value, message.transaction) == expected
    assert messages.xor_address(expected, message.transaction) == value


def test_the_long_term_vector_of_rfc_5769_is_sealed_by_username_realm_and_password() -> None:
    received = messages.parse(LONG_TERM)
    username = received.message.first(Attribute.USERNAME)

    assert username == "マトリックス".encode()
    assert received.sealed_by(long_term_key(username, b"example.org", b"TheMatrIX"))


@fuzzed
@given(message=said, key=st.none() | st.binary(max_size=30), fingerprint=st.booleans())
def test_what_is_written_is_read_back(
    message: Message, key: bytes | None, fingerprint: bool
) -> None:
    received = messages.parse(messages.build(message, key, fingerprint=fingerprint))

    assert received.message == message
    assert received.sealed_by(key) if key is not None else received.seal is None


@fuzzed
@given(
    ip=st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16),
    port=st.integers(0, 65535),
    transaction=st.binary(min_size=12, max_size=12),
)
def test_an_address_is_read_back(ip: bytes, port: int, transaction: bytes) -> None:
    address = Address(ip, port)

    hidden = messages.xor_address(address, transaction)
    assert messages.read_xor_address(hidden, transaction) == address


@fuzzed
@given(number=st.integers(0x4000, 0x4FFF), payload=st.binary(max_size=200), pad=st.integers(0, 3))
def test_channel_data_is_read_back_with_or_without_padding(
    number: int, payload: bytes, pad: int
) -> None:
    data = messages.channel_data(number, payload) + bytes(pad)

    assert messages.read_channel_data(data) == (number, payload)


@fuzzed
@given(
    said=st.lists(
        said.map(messages.build)
        | st.builds(
            lambda n, p: messages.channel_data(n, p) + bytes(-len(p) % 4),
            st.integers(0x4000, 0x4FFF),
            st.binary(max_size=50),
        ),
        max_size=5,
    ),
    cuts=st.lists(st.integers(1, 40), min_size=1),
)
def test_a_tcp_stream_gives_the_same_messages_however_it_is_cut(
    said: list[bytes], cuts: list[int]
) -> None:
    stream, buffer, found, turn = b"".join(said), bytearray(), [], 0
    while stream:
        size = cuts[turn % len(cuts)]
        buffer += stream[:size]
        stream, turn = stream[size:], turn + 1
        found += messages.take_frames(buffer)
        assert len(buffer) < messages.LARGEST

    assert found == said
    assert not buffer


def _only_malformed(read: object, data: bytes) -> None:
    assert callable(read)
    try:
        read(data)
    except Malformed:
        return


@fuzzed
@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_malformed(data: bytes) -> None:
    _only_malformed(messages.parse, data)
    _only_malformed(messages.read_channel_data, data)
    _only_malformed(lambda d: messages.take_frames(bytearray(d)), data)
    _only_malformed(lambda d: messages.read_xor_address(d, bytes(12)), data)
    _only_malformed(messages.read_error_code, data)


@fuzzed
@given(
    body=st.lists(
        st.tuples(st.integers(0, 0xFFFF), st.integers(0, 40), st.binary(max_size=40)), max_size=5
    ),
    type_=st.integers(0, 0x3FFF),
    key=st.binary(max_size=5),
)
def test_a_true_header_over_arbitrary_attributes_raises_nothing_but_malformed(
    body: list[tuple[int, int, bytes]], type_: int, key: bytes
) -> None:
    inside = b"".join(t.to_bytes(2) + n.to_bytes(2) + v for t, n, v in body)
    inside += bytes(-len(inside) % 4)
    data = type_.to_bytes(2) + len(inside).to_bytes(2) + messages.COOKIE + bytes(12) + inside

    try:
        received = messages.parse(data)
    except Malformed:
        return
    assert not received.sealed_by(key)


@fuzzed
@given(at=st.integers(0, len(REQUEST) - 1), flip=st.integers(1, 255))
def test_no_byte_of_a_sealed_message_can_be_changed(at: int, flip: int) -> None:
    changed = REQUEST[:at] + bytes([REQUEST[at] ^ flip]) + REQUEST[at + 1 :]

    try:
        received = messages.parse(changed)
    except Malformed:
        return
    assert not received.sealed_by(PASSWORD)


def test_nothing_may_be_added_after_the_seal() -> None:
    sealed = messages.build(Message(1, Kind.REQUEST, bytes(12)), b"key", fingerprint=False)
    extra = bytes.fromhex("0006000465766974")
    longer = sealed[:2] + (len(sealed) - 20 + len(extra)).to_bytes(2) + sealed[4:] + extra

    with pytest.raises(Malformed):
        messages.parse(longer)


def test_a_message_too_long_is_not_read() -> None:
    long = Message(1, Kind.REQUEST, bytes(12), ((0x0013, bytes(messages.LARGEST)),))

    with pytest.raises(Malformed):
        messages.parse(messages.build(long))
    with pytest.raises(Malformed):
        messages.take_frames(bytearray(b"\x40\x00\xff\xff"))
