"""Who reaches whom, for how long, and what is refused: RFC 8656 without a network."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.relay import messages
from beside.relay.addresses import NOBODYS_NETWORK, Addresses
from beside.relay.circuit import Circuit
from beside.relay.limits import Limits, Strangers
from beside.relay.messages import Address, Attribute, Kind, Message, Method

from .cast import (
    IPV4,
    IPV6,
    UDP,
    House,
    Seat,
    code_of,
    fuzzed,
    heard,
    letting_in_each_other,
    naming,
)

# Between people


def test_two_people_of_one_room_hear_each_other() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    letting_in_each_other(fern, rowan)

    assert heard(fern.say(rowan.relayed, b"good evening")) == [(rowan.source, b"good evening")]
    assert heard(rowan.say(fern.relayed, b"welcome")) == [(fern.source, b"welcome")]


def test_people_of_two_rooms_never_hear_each_other_even_when_both_permit_it() -> None:
    house = House()
    fern, ivy = house.placed("fern", "kitchen"), house.placed("ivy", "garden")
    letting_in_each_other(fern, ivy)
    assert fern.bind(0x4000, ivy.relayed) == 0
    assert ivy.bind(0x4000, fern.relayed) == 0

    assert fern.say(ivy.relayed) == []
    assert fern.say_on(0x4000) == []
    assert ivy.say_on(0x4000) == []


def test_the_same_person_in_two_rooms_does_not_join_them() -> None:
    house = House()
    here, there = house.placed("fern", "kitchen"), house.placed("fern", "garden")
    letting_in_each_other(here, there)

    assert here.say(there.relayed) == []


def test_nobody_is_heard_before_they_are_let_in() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    assert fern.permit(rowan.relayed) == 0

    assert fern.say(rowan.relayed) == []
    assert rowan.permit(fern.relayed) == 0
    assert heard(fern.say(rowan.relayed)) == [(rowan.source, b"hello")]


def test_letting_one_in_lets_in_nobody_else_of_the_room() -> None:
    house = House()
    fern, rowan, ivy = house.placed("fern"), house.placed("rowan"), house.placed("ivy")
    letting_in_each_other(fern, rowan)
    assert ivy.permit(fern.relayed) == 0

    assert ivy.say(fern.relayed) == []


def test_a_permission_lasts_five_minutes_and_a_channel_ten() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    assert fern.bind(0x4000, rowan.relayed) == 0
    assert rowan.permit(fern.relayed) == 0

    house.now += 299
    assert heard(fern.say_on(0x4000)) == [(rowan.source, b"hello")]
    house.now += 1
    assert fern.say_on(0x4000) == []  # rowan's permission is over, fern's channel is not
    assert rowan.permit(fern.relayed) == 0
    house.now += 299
    assert heard(fern.say_on(0x4000)) == [(rowan.source, b"hello")]
    house.now += 1
    assert fern.refresh(600) == 437  # ten minutes: the allocation too
    assert fern.say_on(0x4000) == []


def test_a_channel_ends_after_ten_minutes_unless_it_is_bound_again() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    assert fern.bind(0x4000, rowan.relayed) == 0
    house.now += 500
    assert fern.refresh(3600) == 0
    assert rowan.refresh(3600) == 0
    assert rowan.permit(fern.relayed) == 0

    house.now += 99
    assert heard(fern.say_on(0x4000)) == [(rowan.source, b"hello")]
    house.now += 1
    assert fern.say_on(0x4000) == []
    assert fern.bind(0x4000, rowan.relayed) == 0
    assert heard(fern.say_on(0x4000)) == [(rowan.source, b"hello")]


def test_sending_needs_the_senders_own_permission_too() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    assert rowan.permit(fern.relayed) == 0

    assert fern.say(rowan.relayed) == []


def test_a_bound_channel_carries_packets_both_ways() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    assert fern.bind(0x4001, rowan.relayed) == 0
    assert rowan.bind(0x4002, fern.relayed) == 0

    assert fern.say_on(0x4001, b"one") == [(rowan.source, messages.channel_data(0x4002, b"one"))]
    assert rowan.say_on(0x4002, b"") == [(fern.source, messages.channel_data(0x4001, b""))]


def test_a_data_indication_names_the_relayed_address_and_never_the_true_one() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    letting_in_each_other(fern, rowan)

    [(_, data)] = fern.say(rowan.relayed)
    message = messages.parse(data).message
    peer = message.first(Attribute.XOR_PEER_ADDRESS)
    assert peer is not None
    assert messages.read_xor_address(peer, message.transaction) == fern.relayed
    assert [t for t, _ in message.attributes] == [Attribute.XOR_PEER_ADDRESS, Attribute.DATA]


def test_somebody_who_leaves_is_no_longer_reached_and_their_address_is_free() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    letting_in_each_other(fern, rowan)
    assert rowan.refresh(0) == 0

    assert fern.say(rowan.relayed) == []
    assert rowan.say(fern.relayed) == []
    assert house.circuit.stats()["allocations"] == 1


def test_what_has_expired_is_swept_away() -> None:
    house = House()
    for person in ("fern", "rowan", "ivy"):
        house.placed(person)
    house.now += 600

    house.circuit.sweep(house.now)
    assert house.circuit.stats()["allocations"] == 0


# Who is let in


@pytest.mark.parametrize("ip", ["10.0.0.1", "169.254.169.254", "127.0.0.1", "192.0.2.7", "8.8.8.8"])
def test_no_other_host_can_be_named(ip: str) -> None:
    fern = House().placed("fern")
    outside = Address.of(ip, 22)

    assert fern.permit(outside) == 403
    assert fern.bind(0x4000, outside) == 403
    assert fern.say(outside) == []


def test_a_peer_may_be_named_whether_or_not_anybody_is_there() -> None:
    house = House()
    fern, ivy = house.placed("fern", "kitchen"), house.placed("ivy", "garden")
    nobody = Address(fern.relayed.ip[:3] + bytes([fern.relayed.ip[3] ^ 1]), 50_000)

    assert [fern.permit(nobody), fern.permit(ivy.relayed)] == [0, 0]


def test_credentials_that_have_expired_are_refused() -> None:
    house = House()
    fern = house.seat("fern", hours=1)
    house.now += 3600

    assert fern.allocate() == 401


def test_an_allocation_ends_with_its_credentials() -> None:
    house = House()
    fern = house.seat("fern", hours=0.1)  # six minutes
    assert fern.allocate() == 0
    house.now += 359
    assert fern.refresh(3600) == 0
    house.now += 1

    assert fern.refresh(3600) == 401
    house.circuit.sweep(house.now)
    assert house.circuit.stats()["allocations"] == 0


def test_credentials_made_with_another_secret_are_refused() -> None:
    fern = House().seat("fern")
    fern.learn_nonce()
    fern.own = type(fern.own)(fern.own.username, fern.own.password[::-1])

    assert fern.allocate() == 401


def test_a_username_changed_by_its_holder_is_refused() -> None:
    house = House()
    fern, ivy = house.seat("fern", "kitchen"), house.seat("ivy", "garden")
    fern.learn_nonce()
    fern.own = type(fern.own)(ivy.own.username, fern.own.password)

    assert fern.allocate() == 401


@pytest.mark.parametrize("username", [b"", b"fern", b"1900000000:fern", b"\xff" * 60, b"a" * 500])
def test_a_username_that_is_not_ours_is_refused_even_if_its_seal_is_true(username: bytes) -> None:
    from beside.relay.credentials import long_term_key, password

    from .cast import SECRET

    fern = House().seat("fern")
    fern.learn_nonce()
    said = (
        UDP,
        (Attribute.USERNAME, username),
        (Attribute.REALM, fern.realm),
        (Attribute.NONCE, fern.nonce),
    )
    key = long_term_key(username, fern.realm, password(SECRET, username))
    request = messages.build(Message(Method.ALLOCATE, Kind.REQUEST, bytes(12), said), key)

    [(_, answer)] = fern.hand_in(request)
    assert code_of(messages.parse(answer).message) == 401


def test_a_nonce_grows_stale_after_an_hour_and_the_caller_gets_a_new_one() -> None:
    house = House()
    fern = house.seat("fern")
    fern.learn_nonce()
    house.now += 3600

    answer = fern.ask(Method.ALLOCATE, UDP)
    assert code_of(answer) == 438
    fern.nonce = answer.first(Attribute.NONCE) or b""
    assert fern.allocate() == 0


@pytest.mark.parametrize("nonce", [b" ", b"x", b"ffffffff-" + b"0" * 32, b"-", b"6b49d200-" * 9])
def test_a_nonce_that_is_not_ours_is_stale(nonce: bytes) -> None:
    fern = House().seat("fern")
    fern.learn_nonce()
    fern.nonce = nonce

    assert code_of(fern.ask(Method.ALLOCATE, UDP)) == 438


@pytest.mark.parametrize("elsewhere", [("198.51.100.9", 20_000), ("192.0.2.7", 20_001)])
def test_a_request_overheard_is_worth_nothing_from_anywhere_else(
    elsewhere: tuple[str, int],
) -> None:
    house = House()
    fern, thief = house.seat("fern"), house.seat("thief")
    fern.learn_nonce()
    overheard = fern.sealed(Method.ALLOCATE, UDP)
    assert fern.source == ("192.0.2.7", 20_000)
    thief.source = elsewhere

    [(_, answer)] = thief.hand_in(overheard)
    assert code_of(messages.parse(answer).message) == 438


@pytest.mark.parametrize("missing", [Attribute.USERNAME, Attribute.REALM, Attribute.NONCE])
def test_a_seal_without_what_it_needs_is_a_bad_request(missing: Attribute) -> None:
    fern = House().seat("fern")
    fern.learn_nonce()
    whole = messages.parse(fern.sealed(Method.ALLOCATE, UDP)).message
    said = tuple(each for each in whole.attributes if each[0] != missing)
    request = messages.build(Message(whole.method, whole.kind, bytes(12), said), fern.key)

    [(_, answer)] = fern.hand_in(request)
    assert code_of(messages.parse(answer).message) == 400


def test_somebody_elses_allocation_cannot_be_touched() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    rowan.source = fern.source
    rowan.nonce = fern.nonce

    assert rowan.refresh(0) == 441
    assert rowan.permit(fern.relayed) == 441
    assert rowan.bind(0x4000, fern.relayed) == 441
    assert house.circuit.stats()["allocations"] == 2


@fuzzed
@given(data=st.data())
def test_no_change_to_a_sealed_request_is_ever_accepted(data: st.DataObject) -> None:
    house = House()
    fern = house.seat("fern")
    fern.learn_nonce()
    request = fern.sealed(Method.ALLOCATE, UDP)
    kind = data.draw(st.sampled_from(["flip", "cut", "add", "double"]))
    at = data.draw(st.integers(0, len(request) - 1))
    some = data.draw(st.binary(min_size=1, max_size=8))
    changed = {
        "flip": request[:at] + bytes([request[at] ^ (some[0] or 1)]) + request[at + 1 :],
        "cut": request[:at],
        "add": request[:at] + some + request[at:],
        "double": request[:at] + request[at:] * 2,
    }[kind]

    if changed != request:
        house.circuit.receive(house.now, fern.source, fern.source, changed)
        assert house.circuit.stats()["allocations"] == 0


# What an allocation is asked for


def test_an_allocate_sent_again_gets_the_same_answer() -> None:
    house = House()
    fern = house.seat("fern")
    fern.learn_nonce()
    request = fern.sealed(Method.ALLOCATE, UDP)

    first, second = fern.hand_in(request), fern.hand_in(request)
    assert first == second
    assert messages.parse(first[0][1]).message.kind is Kind.SUCCESS
    assert house.circuit.stats()["allocations"] == 1


def test_a_second_allocation_on_the_same_five_tuple_is_a_mismatch() -> None:
    fern = House().placed("fern")

    assert fern.allocate() == 437


@pytest.mark.parametrize(
    ("asked", "granted"), [(None, 600), (0, 600), (60, 600), (1800, 1800), (99999, 3600)]
)
def test_a_lifetime_is_at_least_ten_minutes_and_at_most_an_hour(
    asked: int | None, granted: int
) -> None:
    wish = [] if asked is None else [(int(Attribute.LIFETIME), struct.pack("!I", asked))]

    answer = House().seat("fern").ask(Method.ALLOCATE, UDP, *wish)
    assert answer.first(Attribute.LIFETIME) == struct.pack("!I", granted)


EVEN, RESERVE = (Attribute.EVEN_PORT, b"\x00"), (Attribute.EVEN_PORT, b"\x80")
FAMILY = Attribute.REQUESTED_ADDRESS_FAMILY
SECOND = Attribute.ADDITIONAL_ADDRESS_FAMILY
TOKEN = (Attribute.RESERVATION_TOKEN, bytes(8))


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ([UDP], 0),
        ([], 400),
        ([(Attribute.REQUESTED_TRANSPORT, b"\x11")], 400),
        ([(Attribute.REQUESTED_TRANSPORT, bytes([6, 0, 0, 0]))], 442),
        ([UDP, (FAMILY, IPV4)], 0),
        ([UDP, (FAMILY, IPV6)], 440),
        ([UDP, (FAMILY, b"\x09\0\0\0")], 440),
        ([UDP, (FAMILY, b"")], 400),
        ([UDP, (FAMILY, IPV4), (SECOND, IPV6)], 400),
        ([UDP, (SECOND, IPV4)], 400),
        ([UDP, EVEN], 0),
        ([UDP, RESERVE], 508),
        ([UDP, (Attribute.EVEN_PORT, b"")], 400),
        ([UDP, TOKEN], 508),
        ([UDP, TOKEN, EVEN], 400),
        ([UDP, TOKEN, (FAMILY, IPV4)], 400),
        ([UDP, (Attribute.LIFETIME, b"\0")], 400),
        ([UDP, (Attribute.DONT_FRAGMENT, b"")], 420),
        ([UDP, (0x7FFF, b"")], 420),
        ([UDP, (0xC0FF, b"comprehension-optional")], 0),
    ],
)
def test_each_wish_gets_the_answer_of_the_rfc(wishes: list[tuple[int, bytes]], code: int) -> None:
    assert code_of(House().seat("fern").ask(Method.ALLOCATE, *wishes)) == code


def test_an_even_port_is_even() -> None:
    for number in range(20):
        fern = House().seat(f"fern {number}")
        assert fern.allocate(EVEN) == 0
        assert fern.relayed.port % 2 == 0


def test_a_wish_for_a_second_family_is_answered_with_one_and_the_reason() -> None:
    answer = House().seat("fern").ask(Method.ALLOCATE, UDP, (SECOND, IPV6))

    assert code_of(answer) == 0
    reason = answer.first(Attribute.ADDRESS_ERROR_CODE)
    assert reason is not None
    assert reason[:4] == bytes([2, 0, 4, 40])


def test_unknown_attributes_are_named_in_the_refusal() -> None:
    answer = House().seat("fern").ask(Method.ALLOCATE, UDP, (0x7F01, b""), (0x001A, b""))

    assert answer.first(Attribute.UNKNOWN_ATTRIBUTES) == bytes.fromhex("7f01001a")


def test_without_an_allocation_there_is_nothing_to_refresh_permit_or_bind() -> None:
    fern = House().seat("fern")
    peer = Address.of("198.18.0.1", 50_000)

    assert [fern.refresh(600), fern.permit(peer), fern.bind(0x4000, peer)] == [437, 437, 437]


def test_a_refresh_for_another_family_is_a_mismatch() -> None:
    fern = House().placed("fern")

    assert code_of(fern.ask(Method.REFRESH, (FAMILY, IPV6))) == 443
    assert code_of(fern.ask(Method.REFRESH, (FAMILY, IPV4))) == 0


def test_permissions_are_given_for_all_the_peers_or_none() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    assert rowan.permit(fern.relayed) == 0

    assert fern.permit(rowan.relayed, Address.of("10.0.0.1", 22)) == 403
    assert fern.say(rowan.relayed) == []


def test_a_permission_needs_a_peer_that_can_be_read() -> None:
    fern = House().placed("fern")
    six = Address.of("2001:db8::1", 50_000)

    assert code_of(fern.ask(Method.CREATE_PERMISSION)) == 400
    assert code_of(fern.ask(Method.CREATE_PERMISSION, (Attribute.XOR_PEER_ADDRESS, b"\0\1"))) == 400
    assert fern.permit(six) == 443


@pytest.mark.parametrize("number", [0x0000, 0x3FFF, 0x5000, 0x7FFF, 0xFFFF])
def test_channels_have_the_numbers_of_the_rfc(number: int) -> None:
    fern = House().placed("fern")

    assert fern.bind(number, fern.relayed) == 400


def test_a_channel_belongs_to_one_peer_and_a_peer_to_one_channel() -> None:
    house = House()
    fern, rowan, ivy = house.placed("fern"), house.placed("rowan"), house.placed("ivy")

    assert fern.bind(0x4000, rowan.relayed) == 0
    assert fern.bind(0x4000, rowan.relayed) == 0
    assert fern.bind(0x4000, ivy.relayed) == 400
    assert fern.bind(0x4001, rowan.relayed) == 400


def test_anybody_may_ask_what_their_own_address_is() -> None:
    fern = House().seat("fern")
    request = Message(Method.BINDING, Kind.REQUEST, bytes(12))

    [(five, data)] = fern.hand_in(messages.build(request))
    answer = messages.parse(data).message
    value = answer.first(Attribute.XOR_MAPPED_ADDRESS)
    assert five == fern.source
    assert value is not None
    assert messages.read_xor_address(value, bytes(12)) == Address.of(*fern.source)


@pytest.mark.parametrize("kind", [Kind.INDICATION, Kind.SUCCESS, Kind.ERROR])
def test_what_is_not_a_request_gets_no_answer(kind: Kind) -> None:
    fern = House().placed("fern")

    for method in range(0x10):
        assert fern.hand_in(messages.build(Message(method, kind, bytes(12), (UDP,)))) == []


def test_a_method_we_do_not_know_gets_no_answer() -> None:
    fern = House().placed("fern")

    assert fern.hand_in(fern.sealed(0x00A)) == []  # Connect of RFC 6062


def test_a_send_indication_with_something_unknown_is_dropped() -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    letting_in_each_other(fern, rowan)
    said = (naming(rowan.relayed), (Attribute.DATA, b"x"), (Attribute.DONT_FRAGMENT, b""))

    indication = Message(Method.SEND, Kind.INDICATION, bytes(12), said)
    assert fern.hand_in(messages.build(indication)) == []


# How much


def test_a_person_has_only_so_many_allocations_whatever_credentials_they_fetch() -> None:
    house = House(allocations_per_person=3)
    for _ in range(3):
        house.now += 1
        house.placed("fern")

    house.now += 1
    assert house.seat("fern").allocate() == 486
    assert house.seat("rowan").allocate() == 0
    assert house.seat("fern", "garden").allocate() == 0


def test_a_room_and_the_relay_have_only_so_many_allocations() -> None:
    house = House(allocations_per_room=2, allocations=3)
    fern = house.placed("fern")
    house.placed("rowan")

    assert house.seat("ivy").allocate() == 508
    house.placed("ivy", "garden")
    assert house.seat("hazel", "attic").allocate() == 508
    assert fern.refresh(0) == 0
    assert house.seat("hazel", "attic").allocate() == 0


def test_an_allocation_has_only_so_many_permissions_and_channels() -> None:
    house = House(permissions_per_allocation=2, channels_per_allocation=1)
    fern = house.placed("fern")
    peers = [Address.of(f"198.18.0.{n}", 50_000) for n in range(1, 5)]

    assert fern.permit(*peers[:3]) == 508
    assert fern.permit(*peers[:2]) == 0
    assert fern.permit(peers[2]) == 508
    assert fern.bind(0x4000, peers[0]) == 0
    assert fern.bind(0x4001, peers[1]) == 508
    house.now += 300
    assert fern.permit(peers[2]) == 0


def test_somebody_who_floods_the_room_is_slowed_down() -> None:
    house = House(bytes_per_second=1000, burst_bytes=2000)
    fern, rowan = house.placed("fern"), house.placed("rowan")
    letting_in_each_other(fern, rowan)

    assert [len(fern.say(rowan.relayed, bytes(900))) for _ in range(4)] == [1, 1, 0, 0]
    house.now += 1
    assert [len(fern.say(rowan.relayed, bytes(900))) for _ in range(2)] == [1, 0]
    assert len(rowan.say(fern.relayed, bytes(900))) == 1


def test_an_allocation_carries_only_so_many_bytes_in_all() -> None:
    house = House(bytes_per_allocation=2000)
    fern, rowan = house.placed("fern"), house.placed("rowan")
    letting_in_each_other(fern, rowan)

    assert [len(fern.say(rowan.relayed, bytes(900))) for _ in range(3)] == [1, 1, 0]


def test_a_stranger_gets_only_so_many_answers_and_others_still_get_theirs() -> None:
    house = House(answers_burst=5, answers_per_second=1)
    loud, quiet = house.seat("x"), house.seat("y", host="198.51.100.9")
    plain = messages.build(Message(Method.ALLOCATE, Kind.REQUEST, bytes(12), (UDP,)))

    assert sum(len(loud.hand_in(plain)) for _ in range(50)) == 5
    assert len(quiet.hand_in(plain)) == 1
    house.now += 2
    assert sum(len(loud.hand_in(plain)) for _ in range(50)) == 2


def test_the_table_of_strangers_stays_small_and_no_allocation_is_lost_to_it() -> None:
    house = House(sources=50)
    fern, rowan = house.placed("fern"), house.placed("rowan")
    letting_in_each_other(fern, rowan)
    plain = messages.build(Message(Method.BINDING, Kind.REQUEST, bytes(12)))
    for number in range(5000):
        source = (str(IPv4Address(number + 2**24)), 9)
        house.circuit.receive(house.now, source, source, plain)

    assert heard(fern.say(rowan.relayed)) == [(rowan.source, b"hello")]
    strangers = Strangers(Limits(sources=50))
    for number in range(5000):
        strangers.may_be_answered(0, number.to_bytes(4))
    assert len(strangers) == 50


def test_an_ipv6_stranger_is_a_whole_network_of_sixty_four_bits() -> None:
    strangers = Strangers(Limits(answers_burst=1, answers_per_second=1))
    here, neighbour = Address.of("2001:db8::1", 1).ip, Address.of("2001:db8::2", 1).ip

    assert strangers.may_be_answered(0, here)
    assert not strangers.may_be_answered(0, neighbour)
    assert strangers.may_be_answered(0, Address.of("2001:db8:0:1::1", 1).ip)


def test_nothing_of_those_who_left_is_kept() -> None:
    house = House()
    for number in range(200):
        seat = house.placed(f"person {number}", f"room {number % 7}")
        assert seat.bind(0x4000, seat.relayed) == 0
        assert seat.refresh(0) == 0

    kept = house.circuit._allocations
    assert (len(kept.by_five), len(kept.by_relayed)) == (0, 0)
    assert not kept._per_person
    assert not kept._per_room
    assert not kept._addresses._taken
    assert not kept._addresses._taken_ips


# Relayed addresses


def test_each_allocation_has_an_ip_of_its_own_that_belongs_to_nobody() -> None:
    house = House()
    seats = [house.placed(f"person {n}") for n in range(60)]

    assert len({seat.relayed.ip for seat in seats}) == 60
    assert all(IPv4Address(seat.relayed.ip) in NOBODYS_NETWORK for seat in seats)
    assert all(49_152 <= seat.relayed.port <= 65_535 for seat in seats)


def test_one_advertised_ip_is_shared_by_port_until_the_ports_are_gone() -> None:
    numbers = iter([0, 7, 0, 7, 0, 8] + [0, 7] * 100)
    addresses = Addresses(IPv4Network("203.0.113.5/32"), lambda size: next(numbers))

    first, second = addresses.take(even=False), addresses.take(even=False)
    assert first == Address.of("203.0.113.5", 49_159)
    assert second == Address.of("203.0.113.5", 49_160)
    assert addresses.take(even=False) is None
    assert addresses.covers(first.ip)
    assert not addresses.covers(Address.of("203.0.113.6", 1).ip)
    assert not addresses.covers(Address.of("::cb00:7105", 1).ip)


# Whatever comes


@fuzzed
@given(chunks=st.lists(st.binary(max_size=120), max_size=10))
def test_nothing_anybody_sends_raises_or_is_answered_unless_it_is_a_request(
    chunks: list[bytes],
) -> None:
    circuit = Circuit(b"x" * 32)
    for chunk in chunks:
        assert circuit.receive(0, "stranger", ("192.0.2.7", 9), chunk) == []


@fuzzed
@given(
    method=st.sampled_from([int(m) for m in Method] + [0x00A]),
    kind=st.sampled_from(Kind),
    said=st.lists(
        st.tuples(st.sampled_from([int(a) for a in Attribute]), st.binary(max_size=24)), max_size=6
    ),
)
def test_sealed_nonsense_of_somebody_in_the_room_raises_nothing_and_reaches_nobody(
    method: int, kind: Kind, said: list[tuple[int, bytes]]
) -> None:
    house = House()
    fern, rowan = house.placed("fern"), house.placed("rowan")
    said = [each for each in said if each[0] not in (Attribute.MESSAGE_INTEGRITY, 0x8028)]
    proof = [
        (int(Attribute.USERNAME), fern.own.username.encode()),
        (int(Attribute.REALM), fern.realm),
        (int(Attribute.NONCE), fern.nonce),
    ]
    message = Message(method, kind, bytes(12), (*proof, *said))

    for five, _ in fern.hand_in(messages.build(message, fern.key)):
        assert five == fern.source
    assert Seat.refresh(rowan, 600) == 0
