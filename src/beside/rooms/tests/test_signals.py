"""What browsers tell each other through us: relayed candidates and nothing else."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from beside.rooms import carry, signals
from beside.rooms.actions import seats
from beside.rooms.actions import signals as acts
from beside.rooms.actions.signals import Word
from beside.rooms.tests.evening import Evening

NOWHERE = "0.0.0.0"  # noqa: S104
RELAY = (
    "candidate:842163049 1 udp 41885439 198.18.4.7 50012 typ relay raddr 192.0.2.7 rport 61000 "
    "generation 0 ufrag aB+/ network-cost 999"
)
HOSTS = [
    "candidate:1 1 udp 2113937151 192.0.2.7 55000 typ host generation 0",
    "candidate:2 1 udp 1677729535 203.0.113.9 55001 typ srflx raddr 192.0.2.7 rport 55000",
    "candidate:3 1 tcp 1518283007 2001:db8::7 9 typ host tcptype active",
    "candidate:4 1 udp 2113937151 0f5e-4d.local 55000 typ host",
    "candidate:5 1 udp 41885439 198.18.4.7 50012 typ host typ relay",
    f"{RELAY}\r\na=candidate:1 1 udp 1 192.0.2.7 1 typ host",
    "",
    "candidate:",
]
SDP = "\r\n".join(
    [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 192.0.2.7",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 50012 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 192.0.2.7",
        "a=rtcp:9 IN IP4 192.0.2.7",
        f"a={RELAY}",
        *[f"a={line}" for line in HOSTS[:5]],
        "a=remote-candidates:1 192.0.2.7 55000",
        "a=ice-ufrag:aB+/",
        "a=fingerprint:sha-256 19:E2:1C",
        "a=mid:0",
        "",
    ]
)


def test_only_relayed_candidates_pass_and_they_say_nothing_of_where_they_came_from() -> None:
    kept = signals.candidate(RELAY)
    assert kept is not None
    assert "192.0.2.7" not in kept
    assert "typ relay raddr 0.0.0.0 rport 0" in kept
    assert [line for line in HOSTS if signals.candidate(line)] == []


def test_a_description_holds_no_address_but_the_relays() -> None:
    cleaned = signals.clean("description", {"type": "offer", "sdp": SDP, "more": "192.0.2.7"})
    assert cleaned is not None
    assert set(cleaned) == {"type", "sdp"}
    found = set(re.findall(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]+::[0-9a-f]+|\S+\.local", cleaned["sdp"]))
    assert found == {NOWHERE, "198.18.4.7"}
    assert cleaned["sdp"].count("a=candidate:") == 1
    assert "m=audio 9 " in cleaned["sdp"]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("description", {"type": "rollback", "sdp": SDP}),
        ("description", {"type": "offer", "sdp": "v=0" + "a" * 50_000}),
        ("description", {"type": "offer", "sdp": 7}),
        ("description", {"type": "offer", "sdp": "v=0\r\nhello"}),
        ("description", []),
        ("candidate", {"candidate": RELAY, "sdpMid": "0"}),
        ("candidate", {"candidate": RELAY, "sdpMid": "0\r\n", "sdpMLineIndex": 0}),
        ("candidate", {"candidate": "x" * 600, "sdpMid": "0", "sdpMLineIndex": 0}),
        ("candidate", {"candidate": RELAY, "sdpMid": "0", "sdpMLineIndex": True}),
        ("shout", {"sdp": SDP}),
        (None, None),
    ],
)
def test_anything_else_is_refused(kind: object, payload: object) -> None:
    with pytest.raises(signals.Refused):
        signals.clean(kind, payload)


@given(st.text(max_size=300), st.text(max_size=20))
def test_whatever_is_sent_nothing_but_a_relayed_candidate_leaves(line: str, mid: str) -> None:
    try:
        cleaned = signals.clean("candidate", {"candidate": line, "sdpMid": mid, "sdpMLineIndex": 0})
    except signals.Refused:
        return
    assert cleaned is None or " typ relay raddr 0.0.0.0 rport 0" in cleaned["candidate"]


@given(st.lists(st.one_of(st.sampled_from(SDP.split("\r\n")), st.text(max_size=60)), max_size=12))
def test_whatever_is_described_only_relayed_candidates_stay(lines: list[str]) -> None:
    try:
        cleaned = signals.description("\r\n".join(["v=0", *lines]))
    except signals.Refused:
        return
    told = [line for line in cleaned.split("\r\n") if line.startswith("a=candidate:")]
    assert all(" typ relay raddr 0.0.0.0 rport 0" in line for line in told)


def word(evening: Evening, to: str, **more: str) -> Word:
    seat = evening.seat(to)
    payload = {"candidate": RELAY, "sdpMid": "0", "sdpMLineIndex": 0}
    told = {"to": seat.key, "run": seat.run, "kind": "candidate", "payload": payload}
    return Word(**{**told, **more})  # type: ignore[arg-type]


def send(evening: Evening, part: str, *words: Word, token: str | None = None) -> int:
    with evening.acting(part) as person:
        told = evening.tokens[part] if token is None else token
        return acts.send(evening.seat(part), told, words, by=person)


def take(evening: Evening, part: str, *seen: str) -> list[dict[str, object]]:
    with evening.acting(part) as person:
        return acts.take(evening.seat(part), evening.tokens[part], seen, by=person)


def test_a_signal_reaches_the_one_it_is_for_until_they_say_they_saw_it(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "greeter")
    assert send(evening, "member", word(evening, "greeter")) == 1
    assert take(evening, "facilitator") == []
    [told] = take(evening, "greeter")
    assert told["from"] == evening.seat("member").key
    assert [each["key"] for each in take(evening, "greeter")] == [told["key"]]
    assert take(evening, "greeter", str(told["key"])) == []


def test_signals_leave_no_circle_and_reach_nobody_who_only_waits(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    waiting = evening.knock("visitor")
    strange = Word("2222222222222222", "x", "candidate", {})
    knocked = Word(waiting.key, "", "candidate", {})
    assert send(evening, "member", strange, knocked) == 0
    with evening.acting("visitor") as wren, pytest.raises(PermissionDenied):
        acts.take(waiting, "", [], by=wren)


def test_only_the_window_that_came_in_signals(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    for token in ("", "x", evening.tokens["facilitator"]):
        with pytest.raises(PermissionDenied):
            send(evening, "member", word(evening, "facilitator"), token=token)
    with evening.acting("facilitator") as ash, pytest.raises(PermissionDenied):
        acts.take(evening.seat("member"), evening.tokens["member"], [], by=ash)


def test_nothing_reaches_or_leaves_somebody_who_was_asked_to_leave(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    before = word(evening, "member")
    send(evening, "facilitator", before)
    with evening.acting("facilitator") as ash:
        seats.remove(evening.seat("member"), "No.", by=ash)
    assert send(evening, "facilitator", before) == 0
    with pytest.raises(PermissionDenied):
        send(evening, "member", word(evening, "facilitator"))
    with pytest.raises(PermissionDenied):
        take(evening, "member")


def test_what_was_for_an_earlier_window_is_not_handed_to_the_next(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    before = word(evening, "member")
    send(evening, "facilitator", before)
    evening.enter("member")
    assert take(evening, "member") == []
    assert send(evening, "facilitator", before) == 0


def test_what_a_circle_carries_by_the_number_of_people() -> None:
    six = [carry.Wish(f"s{number}") for number in range(6)]
    assert all(each.picture for each in carry.carried(six, voices=True, pictures=True).values())
    seven = [*six, carry.Wish("s6", listens=True)]
    carried = carry.carried(seven, voices=True, pictures=True)
    assert not any(each.picture for each in carried.values())
    assert carried["s6"] == carry.Carried(sound=True, voice=False, picture=False)
    crowd = [carry.Wish(f"s{number}") for number in range(14)]
    many = carry.carried(crowd, voices=True, pictures=True)
    assert sum(each.voice for each in many.values()) == 8
    assert sum(each.sound for each in many.values()) == 12
    quiet = carry.carried(six, voices=False, pictures=True)
    assert set(quiet.values()) == {carry.NOTHING}
    writing = carry.carried([carry.Wish("s0", writes=True)], voices=True, pictures=True)
    assert writing == {"s0": carry.NOTHING}
