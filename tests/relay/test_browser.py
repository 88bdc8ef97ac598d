"""Chromium calls through the relay, and through coturn, with nothing but relayed candidates."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from beside.relay.client import NotAllowed
from beside.relay.messages import Address

from .conftest import Coturn, Relay, loopbacks, until

PAGE = b"<!doctype html><title>A room</title><p>A room"

# Two ends of a call in one page: everything they say to each other goes through `candidates`.
CALL = """
async ([one, other, media]) => {
  const end = own => new RTCPeerConnection({
    iceServers: [{urls: own.urls, username: own.username, credential: own.password}],
    iceTransportPolicy: 'relay', bundlePolicy: 'max-bundle',
  });
  const a = end(one), b = end(other);
  const call = window.call = {a, b, candidates: [], heard: [], failures: []};
  const pass = (from, to) => {
    from.onicecandidate = ({candidate}) => {
      if (!candidate || !candidate.candidate) return;
      call.candidates.push(candidate.candidate);
      to.addIceCandidate(candidate);
    };
    from.onicecandidateerror = e => call.failures.push(`${e.errorCode} ${e.errorText}`);
  };
  pass(a, b); pass(b, a);
  const line = call.line = a.createDataChannel('words');
  line.onopen = () => line.send('good evening');
  b.ondatachannel = ({channel}) => {
    call.back = channel;
    channel.onmessage = ({data}) => { call.heard.push(data); channel.send('to you: ' + data); };
  };
  line.onmessage = ({data}) => call.heard.push(data);
  if (media) {
    const stream = await navigator.mediaDevices.getUserMedia(
      {audio: true, video: {width: 160, height: 120, frameRate: 10}});
    for (const track of stream.getTracks()) a.addTrack(track, stream);
  }
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
}
"""
STATE = """
async () => {
  const {a, b, candidates, heard, failures} = window.call, stats = await b.getStats();
  const sum = (kind, what) => [...stats.values()]
    .filter(r => r.type === 'inbound-rtp' && r.kind === kind)
    .reduce((all, r) => all + (r[what] || 0), 0);
  const pairs = [...stats.values()].filter(r => r.type === 'candidate-pair' && r.nominated)
    .map(p => stats.get(p.localCandidateId).candidateType + '/' +
              stats.get(p.remoteCandidateId).candidateType);
  return {states: [a.connectionState, b.connectionState], gathering: [a, b].map(
    c => c.iceGatheringState), ice: [a, b].map(c => c.iceConnectionState), candidates, heard,
    failures, frames: sum('video', 'framesDecoded'), audio: sum('audio', 'packetsReceived'), pairs,
    written: [a, b].map(c => c.localDescription ? c.localDescription.sdp : '')};
}
"""

ways = pytest.mark.parametrize("way", ["udp", "tcp"])
hosts = pytest.mark.parametrize("host", loopbacks())


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """A page on 127.0.0.1, where a browser gives cameras."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Room) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Room(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *said: object) -> None:
        return


@pytest.fixture
def page(browser: Any, origin: str) -> Iterator[Any]:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(origin)
    yield opened
    context.close()


def server(through: Relay | Coturn, person: str, room: str, urls: list[str]) -> dict[str, Any]:
    own = through.own(person, room)
    return {"urls": urls, "username": own.username, "password": own.password}


def address(through: Relay | Coturn, host: str, way: str) -> str:
    return f"turn:{f'[{host}]' if ':' in host else host}:{through.port}?transport={way}"


def state(page: Any) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(STATE)
    return found


def only_relayed(now: dict[str, Any]) -> None:
    written = re.findall(r"a=candidate:.*", "".join(now["written"]))
    assert now["candidates"]
    for candidate in (*now["candidates"], *written):
        assert " typ relay " in candidate, now
        assert " raddr 0.0.0.0 " in candidate or " raddr :: " in candidate, now
    assert set(now["pairs"]) <= {"relay/relay"}


def connects(page: Any) -> dict[str, Any]:
    until(functools.partial(_has_spoken, page))
    now = state(page)
    only_relayed(now)
    assert now["heard"][:1] == ["good evening"], now
    return now


def _has_spoken(page: Any) -> bool:
    now = state(page)
    assert "failed" not in now["states"], now
    return now["states"] == ["connected"] * 2 and len(now["heard"]) >= 2


@ways
@hosts
def test_two_people_talk_through_the_relay_alone(
    relay: Relay, page: Any, host: str, way: str
) -> None:
    urls = [address(relay, host, way)]
    ends = [server(relay, who, "kitchen", urls) for who in ("fern", "rowan")]

    page.evaluate(CALL, [*ends, False])
    connects(page)
    assert relay.stats()["packets"] > 0


def test_camera_and_voice_go_through_the_relay(relay: Relay, page: Any) -> None:
    urls = [address(relay, host, way) for host in loopbacks() for way in ("udp", "tcp")]
    ends = [server(relay, who, "kitchen", urls) for who in ("fern", "rowan")]

    page.evaluate(CALL, [*ends, True])
    first = connects(page)
    until(lambda: state(page)["frames"] > first["frames"] + 5)
    until(lambda: state(page)["audio"] > first["audio"] + 20)
    counted = relay.stats()
    assert counted["packets"] > 25
    assert counted["malformed"] == 0


def test_a_call_comes_back_after_ice_is_begun_again(relay: Relay, page: Any) -> None:
    urls = [address(relay, "127.0.0.1", "udp")]
    ends = [server(relay, who, "kitchen", urls) for who in ("fern", "rowan")]
    page.evaluate(CALL, [*ends, True])
    connects(page)

    page.evaluate("""async () => {
      const {a, b} = window.call;
      await a.setLocalDescription(await a.createOffer({iceRestart: true}));
      await b.setRemoteDescription(a.localDescription);
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription);
    }""")
    before = state(page)["frames"]
    until(lambda: state(page)["frames"] > before + 5)
    page.evaluate("window.call.line.send('again')")
    until(lambda: "to you: again" in state(page)["heard"])
    only_relayed(state(page))


@ways
def test_people_with_credentials_for_two_rooms_never_meet(
    relay: Relay, page: Any, way: str
) -> None:
    urls = [address(relay, "127.0.0.1", way)]
    ends = [server(relay, "fern", "kitchen", urls), server(relay, "ivy", "garden", urls)]

    page.evaluate(CALL, [*ends, False])
    # Both have their relayed addresses and try each other; the relay drops what they send.
    until(lambda: relay.stats()["dropped"] >= 40)
    now = state(page)
    only_relayed(now)
    assert "connected" not in now["states"] + now["ice"]
    assert now["heard"] == []
    assert relay.stats()["packets"] == 0  # the same call in one room crosses: the first test


def test_with_wrong_credentials_there_is_no_candidate_and_no_call(relay: Relay, page: Any) -> None:
    urls = [address(relay, "127.0.0.1", "udp")]
    ends = [server(relay, who, "kitchen", urls) | {"password": "x"} for who in ("fern", "rowan")]

    page.evaluate(CALL, [*ends, False])
    until(lambda: state(page)["gathering"] == ["complete"] * 2)
    now = state(page)
    assert now["candidates"] == []
    assert any(failure.startswith("401") for failure in now["failures"])
    assert relay.stats()["allocated"] == 0


@ways
def test_the_same_credentials_open_coturn(coturn: Coturn, page: Any, way: str) -> None:
    urls = [address(coturn, "127.0.0.1", way)]
    ends = [server(coturn, who, "kitchen", urls) for who in ("fern", "rowan")]

    page.evaluate(CALL, [*ends, True])
    first = connects(page)
    until(lambda: state(page)["frames"] > first["frames"] + 5)


def test_coturn_refuses_wrong_credentials(coturn: Coturn, page: Any) -> None:
    urls = [address(coturn, "127.0.0.1", "udp")]
    ends = [server(coturn, who, "kitchen", urls) | {"password": "x"} for who in ("fern", "rowan")]

    page.evaluate(CALL, [*ends, False])
    until(lambda: state(page)["gathering"] == ["complete"] * 2)
    assert state(page)["candidates"] == []


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "127.0.0.2", "198.51.100.9"])
def test_coturn_with_our_settings_reaches_no_other_host(coturn: Coturn, host: str) -> None:
    with coturn.client("fern") as fern:
        fern.allocate()
        fern.permit(Address.of("127.0.0.1", 50_000))
        with pytest.raises(NotAllowed) as refused:
            fern.permit(Address.of(host, 22))
    assert refused.value.code == 403
