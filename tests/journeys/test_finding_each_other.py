"""Two ends of one connection, their words carried by hand: late, lost, or for somebody who left.

The ends are the real ones (mesh.js) in a real browser; both stand in one page, and so they need no
relay to reach each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.living import Living, until

ENDS = """
async () => {
  const Line = RTCPeerConnection;
  window.RTCPeerConnection = class extends Line {
    constructor(told) { super({ ...told, iceTransportPolicy: "all" }); }
  };
  const { Mesh } = await import("/static/rooms/mesh.js");
  const devices = { voice: null, camera: null }, show = { came() {}, went() {}, joined() {} };
  window.words = [];
  window.ends = {};
  for (const seat of ["a", "b"]) {
    const own = { seat, servers: [], kbps: 60, rate: 10 };
    const tell = (word) => words.push({ ...word, from: seat, run: "1" });
    ends[seat] = new Mesh(own, devices, tell, show);
  }
  window.line = (seat) => ends[seat].peers.get(seat === "a" ? "b" : "a")?.line;
  window.meet = (seat) => ends[seat].with([{ seat: seat === "a" ? "b" : "a", run: "1" }]);
  window.carry = async () => {
    for (const word of words.splice(0)) await ends[word.to].hear(word);
  };
  window.joined = () => ["a", "b"].every((seat) => line(seat)?.connectionState === "connected");
}
"""
# Lose every way of reaching somebody, told by itself or within a description.
LOSING = r"""
() => {
  const isWay = ({ kind }) => kind === "candidate";
  window.lost = 0;
  window.lose = () => {
    lost += words.filter(isWay).length;
    words = words.filter((word) => !isWay(word));
    for (const { payload } of words) payload.sdp = payload.sdp.replace(/a=candidate.*\r\n/g, "");
  };
  const knows = (one) => one?.remoteDescription && one.iceGatheringState === "complete";
  window.gathered = () => ["a", "b"].every((each) => knows(line(each)));
}
"""
JOINED = "carry().then(joined)"


@pytest.fixture
def ends(living: Living, person_page: Callable[..., Any]) -> Any:
    """Two ends in one page: b begins, a answers."""
    page = person_page()
    page.goto(f"{living.url}/")
    page.evaluate(ENDS)
    page.evaluate("meet('a'), meet('b')")
    return page


def test_an_offer_that_was_lost_is_said_again(ends: Any) -> None:
    until(lambda: ends.evaluate("words.splice(0).length"))
    assert not ends.evaluate(JOINED)
    ends.evaluate("ends.b.again(), ends.b.again()")
    until(lambda: ends.evaluate(JOINED))


def test_an_answer_that_was_lost_is_given_again_and_twice_does_no_harm(ends: Any) -> None:
    until(lambda: ends.evaluate("carry().then(() => line('a').signalingState === 'stable')"))
    until(lambda: ends.evaluate("words.splice(0).length"))
    ends.evaluate("ends.b.again(), ends.b.again(), ends.b.again()")
    until(lambda: ends.evaluate(JOINED))
    ends.evaluate(JOINED)
    assert ends.evaluate(JOINED)


def test_ways_that_were_lost_are_told_again_and_meanwhile_they_are_apart(ends: Any) -> None:
    ends.evaluate(LOSING)
    until(lambda: ends.evaluate("lose(), carry().then(() => (lose(), lost && gathered()))"))
    assert not ends.evaluate(JOINED)
    ends.evaluate("ends.a.again(), ends.b.again()")
    assert ends.evaluate("[...ends.a.apart(), ...ends.b.apart()]") == []
    assert ends.evaluate("words.length") == 0
    ends.evaluate("ends.a.again(), ends.b.again()")
    assert ends.evaluate("[...ends.a.apart(), ...ends.b.apart()]") == ["b", "a"]
    until(lambda: ends.evaluate(JOINED))
    until(lambda: ends.evaluate("[...ends.a.apart(), ...ends.b.apart()]") == [])


@pytest.mark.parametrize("seat", ["a", "b"])
def test_whoever_begins_anew_is_met_anew_by_one_who_still_holds_the_old_line(
    ends: Any, seat: str
) -> None:
    until(lambda: ends.evaluate(JOINED))
    other = "b" if seat == "a" else "a"
    ends.evaluate(f"window.old = line('{other}'), ends.{seat}.drop('{other}'), meet('{seat}')")
    ends.evaluate("old.restartIce()")  # as soon as nothing comes by it
    until(lambda: ends.evaluate(JOINED) and ends.evaluate("old.connectionState") == "closed")
