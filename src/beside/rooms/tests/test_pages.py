"""The pages of a room, with and without JavaScript, and every attack on them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from beside.groups import actions as groups
from beside.kernel import clock
from beside.rooms.actions import turns
from beside.rooms.slots import come_in
from beside.rooms.tests.evening import Evening
from tests.cast import PARTS

NOWHERE = "0.0.0.0"  # noqa: S104
ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|[\w.+-]+@[\w-]+\.\w+")
RELAY = "candidate:1 1 udp 41885439 198.18.4.7 50012 typ relay raddr 192.0.2.7 rport 6100"


def as_part(evening: Evening, part: str) -> Client:
    client = Client()
    person = evening.cast.persons[part]
    if person is not None:
        client.force_login(person)
    return client


def at(evening: Evening, end: str = "") -> str:
    return f"/room/{evening.room.key}/{end}"


def ask(client: Client, address: str, told: object) -> Any:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return client.post(address, body, content_type="application/json")


def part_of(client: Client, address: str, told: dict[str, Any] | None = None) -> Any:
    """Ask as htmx does: for the part that changes."""
    headers = {"HX-Request": "true"}
    if told is None:
        return client.get(address, headers=headers)
    return client.post(address, told, headers=headers)


def test_the_door_asks_for_tonights_agreement_and_then_knocks(evening: Evening) -> None:
    marlow = as_part(evening, "member")
    page = marlow.get(at(evening, "door/")).content.decode()
    assert "We speak from our own life." in page
    assert "Somebody’s life is in danger." in page
    assert "<title>Beside</title>" in page
    assert marlow.post(at(evening, "door/"), {"listen_only": "on"}).status_code == 422
    assert (
        marlow.post(at(evening, "door/"), {"agree": "on", "listen_only": "on"}).status_code == 302
    )
    seat = evening.seat("member")
    assert (seat.standing, seat.listen_only) == ("knocking", True)
    assert "You knocked" in marlow.get(at(evening, "door/")).content.decode()


def test_a_facilitator_comes_straight_in_and_others_only_when_let_in(evening: Evening) -> None:
    ash, marlow = as_part(evening, "facilitator"), as_part(evening, "member")
    marlow.post(at(evening, "door/"), {"agree": "on"})
    assert ash.post(at(evening, "door/"), {"agree": "on"}).headers["Location"] == at(evening)
    assert ask(ash, at(evening, "enter/"), {}).status_code == 200
    assert marlow.get(at(evening)).headers["Location"] == at(evening, "door/")
    assert ash.post(at(evening, "let-in/"), {"seat": evening.seat("member").key}).status_code == 302
    assert marlow.get(at(evening)).status_code == 200
    answer = part_of(marlow, at(evening, "door/"))
    assert answer.headers["HX-Redirect"] == at(evening)


def test_the_circle_is_answered_whole_and_in_parts_within_its_questions(
    evening: Evening, django_assert_max_num_queries: Any
) -> None:
    evening.sit_down("facilitator", "member", "greeter")
    marlow = as_part(evening, "member")
    marlow.get(at(evening))
    with django_assert_max_num_queries(20):
        parts = part_of(marlow, at(evening)).content.decode()
    assert "<html" not in parts
    for name in ("Ash", "Marlow", "Noor"):
        assert name in parts
    assert "At the door" not in marlow.get(at(evening)).content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_the_room_and_its_door_for_everybody(evening: Evening, part: str) -> None:
    evening.sit_down("facilitator")
    client = as_part(evening, part)
    answers = (client.get(at(evening)).status_code, client.get(at(evening, "door/")).status_code)
    inside, members, outside = (200, 302), (302, 200), (404, 404)
    expected = {
        "nobody": (302, 302),
        "facilitator": inside,
        "member": members,
        "greeter": members,
        "blocked": members,
        # Booked for it: the cast's visitor.
        "visitor": members,
    }
    assert answers == expected.get(part, outside)


def test_before_it_opens_the_way_says_when(evening: Evening) -> None:
    key = evening.cast.later.key
    answer = as_part(evening, "member").get(f"/room/of/{key}/")
    assert "The room opens" in answer.content.decode()
    assert as_part(evening, "member").post(f"/room/of/{key}/").status_code == 403
    assert as_part(evening, "stranger").get(f"/room/of/{key}/").status_code == 404
    here = as_part(evening, "visitor").get(f"/room/of/{evening.cast.meeting.key}/")
    assert here.headers["Location"] == at(evening, "door/")
    moved_on = part_of(as_part(evening, "visitor"), f"/room/of/{evening.cast.meeting.key}/")
    assert moved_on.headers["HX-Redirect"] == at(evening, "door/")


def test_a_move_that_came_too_late_is_answered_with_how_it_stands(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("facilitator") as person:
        saw = evening.circle().version
        turns.begin_round(evening.seat("facilitator"), "And now?", saw=saw, by=person)
    ash = as_part(evening, "facilitator")
    told = {"kind": "pass", "saw": evening.circle().version}
    first = part_of(ash, at(evening, "move/"), told)
    twice = part_of(ash, at(evening, "move/"), told)
    assert (first.status_code, twice.status_code) == (200, 409)
    assert "Somebody was a moment faster" in twice.content.decode()
    assert 'id="table"' in twice.content.decode()
    assert evening.turns() == {"facilitator": "passed", "member": "offered"}
    shouted, before = {"kind": "shout", "saw": "1"}, {"kind": "pass", "saw": "-1"}
    for nonsense in ({}, shouted, before, {"saw": "x" * 99}):
        assert part_of(ash, at(evening, "move/"), nonsense).status_code == 409


def test_nobody_takes_a_part_that_is_not_theirs(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    evening.knock("visitor")
    marlow, wren = as_part(evening, "member"), as_part(evening, "visitor")
    ash, waiting = evening.seat("facilitator").key, evening.seat("visitor").key
    version = evening.circle().version
    forged = [
        ("let-in/", {"seat": waiting}),
        ("let-in/", {}),
        (f"remove/{ash}/", {"reason": "No"}),
        ("state/", {"to": "pause"}),
        ("state/", {"to": "close"}),
        ("round/", {"question": "Mine?", "minutes": 120, "saw": version}),
    ]
    words = (f"write/{waiting}/", {"words": "Hello"})
    for end, told in [*forged, words]:
        assert part_of(marlow, at(evening, end), told).status_code in (403, 404), end
    for end, told in forged:
        assert part_of(wren, at(evening, end), told).status_code in (403, 404), end
    assert evening.state() == "open"
    assert evening.seat("visitor").standing == "knocking"


def test_one_who_waits_is_told_nothing_of_who_is_inside(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "greeter")
    evening.knock("visitor")
    wren = as_part(evening, "visitor")
    page = wren.get(at(evening, "door/")).content.decode()
    assert "Marlow" not in page
    assert "Noor" not in page
    assert evening.seat("member").key not in page


def test_signals_are_refused_plainly_to_whoever_has_no_right(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    evening.knock("visitor")
    to = evening.seat("member")
    payload = {"candidate": RELAY, "sdpMid": "0", "sdpMLineIndex": 0}
    word = {"to": to.key, "run": to.run, "kind": "candidate", "payload": payload}
    for part in ("nobody", "stranger", "removed", "visitor", "greeter", "member", "duty_worker"):
        client = as_part(evening, part)
        for token in ("", evening.tokens["facilitator"], evening.tokens["member"][:-1]):
            answer = ask(client, at(evening, "signal/"), {"token": token, "signals": [word]})
            assert answer.status_code in (302, 403, 404), part
            answer = ask(client, at(evening, "signals/"), {"token": token})
            assert answer.status_code in (302, 403, 404), part
    ash = as_part(evening, "facilitator")
    good = {"token": evening.tokens["facilitator"], "signals": [word]}
    assert ask(ash, at(evening, "signal/"), good).json() == {"passed": 1}
    marlow = as_part(evening, "member")
    heard = ask(marlow, at(evening, "signals/"), {"token": evening.tokens["member"]}).json()
    [signal] = heard["signals"]
    assert set(ADDRESS.findall(json.dumps(signal))) == {NOWHERE, "198.18.4.7"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'"x"',
        b"[" * 100_000,
        b'{"token": 7}',
        json.dumps({"token": "x" * 500}).encode(),
        json.dumps({"signals": "all"}).encode(),
        json.dumps({"signals": [7]}).encode(),
        json.dumps({"signals": [{}] * 41}).encode(),
        json.dumps({"signals": [{"kind": "description", "payload": {}}]}).encode(),
        json.dumps({"signals": [], "more": "x" * 400_000}).encode(),
    ],
)
def test_what_no_browser_of_ours_sends_is_refused(evening: Evening, body: bytes) -> None:
    evening.sit_down("facilitator")
    ash = as_part(evening, "facilitator")
    assert ask(ash, at(evening, "signal/"), body).status_code in (400, 403)
    if b"signals" not in body:
        assert ask(ash, at(evening, "here/"), body).status_code in (400, 403)
        assert ask(ash, at(evening, "signals/"), body).status_code in (400, 403)


def test_a_second_window_is_told_and_may_take_the_seat_over(evening: Evening) -> None:
    evening.sit_down("facilitator")
    ash = as_part(evening, "facilitator")
    assert ask(ash, at(evening, "enter/"), {"token": ""}).status_code == 409
    taken = ask(ash, at(evening, "enter/"), {"token": "", "take": True})
    assert taken.status_code == 200
    old = {"token": evening.tokens["facilitator"]}
    assert ask(ash, at(evening, "here/"), old).status_code == 403
    assert ask(ash, at(evening, "here/"), {"token": taken.json()["token"]}).status_code == 200


def test_without_a_relay_nothing_is_connected_and_the_page_says_so(
    evening: Evening, settings: Any
) -> None:
    settings.RELAY_URLS, settings.RELAY_PORT = [], 0
    evening.sit_down("facilitator")
    ash = as_part(evening, "facilitator")
    told = ask(ash, at(evening, "enter/"), {"token": evening.tokens["facilitator"]}).json()
    assert told["servers"] == []
    page = ash.get(at(evening)).content.decode()
    assert "No relay: words only today" in page
    assert 'id="voice"' not in page
    door = as_part(evening, "member").get(at(evening, "door/")).content.decode()
    assert "we never connect people without one" in door


def test_credentials_of_the_relay_are_of_one_seat_and_end_after_the_meeting(
    evening: Evening, settings: Any
) -> None:
    settings.RELAY_URLS, settings.RELAY_PORT = [], 3478
    evening.sit_down("facilitator", "member")
    names = []
    for part in ("facilitator", "member"):
        told = {"token": evening.tokens[part]}
        answer = ask(as_part(evening, part), at(evening, "enter/"), told).json()
        [server] = answer["servers"]
        assert server["urls"] == [f"turn:testserver:3478?transport={way}" for way in ("udp", "tcp")]
        names.append(server["username"])
    ends = int(evening.cast.meeting.ends_at.timestamp()) + 7200
    assert all(name.startswith(f"{ends}:") for name in names)
    (room, one), (same, other) = (name.partition(":")[2].split(".") for name in names)
    assert room == same
    assert one != other


def test_words_are_escaped_and_end_with_the_room(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    marlow = as_part(evening, "member")
    part_of(marlow, at(evening, "say/"), {"words": "<script>alert(1)</script>"})
    part_of(marlow, at(evening, "say/"), {"kind": "been_there"})
    part_of(marlow, at(evening, "say/"), {"kind": "shout"})
    part_of(marlow, at(evening, "say/"), {"words": "   "})
    page = part_of(as_part(evening, "facilitator"), at(evening)).content.decode()
    assert "&lt;script&gt;" in page
    assert "has been there" in page
    assert "<script>" not in page


def test_a_raised_hand_stepping_out_and_leaving(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    ash, marlow = as_part(evening, "facilitator"), as_part(evening, "member")
    part_of(marlow, at(evening, "hand/"), {"up": "yes"})
    assert "hand raised" in part_of(ash, at(evening)).content.decode()
    part_of(marlow, at(evening, "part/"), {"how": "out"})
    assert "stepped out" in part_of(ash, at(evening)).content.decode()
    part_of(marlow, at(evening, "part/"), {"how": "back"})
    assert marlow.post(at(evening, "leave/")).headers["Location"] == "/today/"
    assert "Marlow" not in part_of(ash, at(evening)).content.decode()
    assert marlow.post(at(evening, "leave/")).status_code == 302


def test_the_room_rests_with_numbers_to_ring(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    ash = as_part(evening, "facilitator")
    part_of(ash, at(evening, "state/"), {"to": "pause"})
    page = part_of(as_part(evening, "member"), at(evening)).content.decode()
    assert "The room is paused." in page
    assert "Samaritans" in page or "crisis" not in page
    said = part_of(as_part(evening, "member"), at(evening, "say/"), {"words": "Hi"})
    assert said.status_code == 403
    answer = part_of(ash, at(evening, "state/"), {"to": "close"})
    assert answer.headers["HX-Redirect"] == at(evening, "door/")
    over = as_part(evening, "member").get(at(evening, "door/")).content.decode()
    assert "This meeting is over" in over


def test_how_it_was_is_asked_of_who_visited_and_of_nobody_else(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "visitor")
    part_of(as_part(evening, "facilitator"), at(evening, "state/"), {"to": "close"})
    with clock.at(evening.cast.meeting.starts_at + timedelta(minutes=50)):
        for part, asked in (("facilitator", False), ("member", False), ("visitor", True)):
            door = as_part(evening, part).get(at(evening, "door/")).content.decode()
            today = as_part(evening, part).get("/today/").content.decode()
            assert "This meeting is over" in door
            assert "This meeting is over" in today
            assert [("How was it for you?" in page) for page in (door, today)] == [asked, asked]
            assert "Not this time" not in today or part != "visitor"
        there = re.search(r'href="([^"]+/afterwards/)"', door)
        assert there
        assert as_part(evening, "visitor").get(there[1]).status_code == 200


def test_no_page_of_a_member_holds_an_address_or_the_number_of_a_row(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "visitor", listening=("visitor",))
    marlow = as_part(evening, "member")
    door = as_part(evening, "greeter").get(at(evening, "door/"))
    pages = [marlow.get(at(evening)), part_of(marlow, at(evening)), door]
    told = {"token": evening.tokens["member"]}
    answers = [ask(marlow, at(evening, end), told) for end in ("enter/", "here/", "signals/")]
    assert [answer.status_code for answer in (*pages, *answers)] == [200] * 6
    words = " ".join(answer.content.decode() for answer in (*pages, *answers))
    words = re.sub(r"<svg.*?</svg>", "", words, flags=re.DOTALL)  # drawings are full of numbers
    assert ADDRESS.findall(words) == []
    shown = re.findall(r'(?:value|data-seat|data-room|data-run|id)="(\d+)"', words)
    assert set(shown) <= {str(evening.circle().version), "60", "120", "180", "300", "480"}


def test_a_round_is_shown_to_everybody_in_their_own_words(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "greeter")
    with evening.acting("facilitator") as person:
        saw = evening.circle().version
        turns.begin_round(evening.seat("facilitator"), "And now?", saw=saw, by=person)
        turns.move(evening.seat("facilitator"), "accept", saw=evening.circle().version, by=person)
    said = {}
    for part in ("facilitator", "member", "greeter"):
        page = part_of(as_part(evening, part), at(evening)).content.decode()
        said[part] = re.findall(r'data-said="([^"]*)"', page)
    assert said == {
        "facilitator": ["It is your turn. Next: Marlow, then Noor."],
        "member": ["Ash’s turn. Next: you, then Noor."],
        "greeter": ["Ash’s turn. Next: Marlow, then you."],
    }


def test_the_way_in_stands_beside_the_meeting(evening: Evening) -> None:
    def drawn(part: str, meeting: Any) -> str:
        request = RequestFactory().get("/today/")
        request.user = evening.cast[part]
        with evening.acting(part):
            return str(come_in(request, meeting))

    assert at(evening, "door/") in drawn("member", evening.cast.meeting)
    assert "The room opens" in drawn("member", evening.cast.later)
    assert drawn("member", evening.cast.other_meeting) == ""


def test_whoever_comes_before_the_room_is_set_out_reads_whether_it_is_time(
    evening: Evening,
) -> None:
    later = evening.cast.later
    for moment, said in ((-1, "You are early"), (1, "It is time. The room opens in a moment.")):
        with clock.at(later.opens_at + timedelta(seconds=moment)):
            page = as_part(evening, "member").get(f"/room/of/{later.key}/").content.decode()
        assert said in page


def test_a_new_agreement_changes_nothing_for_who_is_already_in(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("facilitator") as ash:
        groups.write_agreement(evening.cast.group, "Tea first.", by=ash)
    assert as_part(evening, "member").get(at(evening)).status_code == 200


def test_whoever_leaves_the_site_quickly_in_their_turn_has_left_the_room(evening: Evening) -> None:
    evening.sit_down("facilitator", "member", "greeter")
    marlow = as_part(evening, "member")
    with evening.acting("facilitator") as ash:
        turns.begin_round(
            evening.seat("facilitator"),
            "What got you through?",
            saw=evening.circle().version,
            first=evening.seat("member").key,
            by=ash,
        )
    assert evening.turns()["member"] == "offered"
    assert marlow.post("/leave/").status_code == 204
    assert evening.seat("member").standing == "left"
    assert evening.turns()["greeter"] == "offered"
    for part in ("facilitator", "greeter"):
        page = as_part(evening, part).get(at(evening)).content.decode()
        assert "Marlow" not in page.split('id="circle"')[1].split("</ol>")[0]
    assert evening.seat("greeter").is_in


def test_leaving_quickly_gives_back_a_place_at_the_door_too(evening: Evening) -> None:
    evening.knock("member")
    as_part(evening, "member").get("/leave/")
    assert evening.seat("member").standing == "left"
