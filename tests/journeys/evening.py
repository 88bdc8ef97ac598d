"""An evening in the living house: who is there, and how they come in through the pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from beside import wall
from beside.meetings import actions as meetings
from beside.meetings.models import Meeting
from beside.rooms.actions import rooms
from beside.rooms.models import Room
from tests.browser import sign_in
from tests.cast import NAMES, PASSPHRASE, Cast, build, in_hours
from tests.living import Living, until

# Every connection of a page, for a test to look at: the pages themselves keep theirs to themselves.
WATCHED = """
window.lines = []; window.candidates = [];
const Line = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Line {
  constructor(...told) {
    super(...told);
    window.lines.push(this);
    this.addEventListener('icecandidate', ({candidate}) => {
      if (candidate) window.candidates.push(candidate.candidate);
    });
  }
};
"""
COUNTED = """
async () => {
  const counted = [];
  for (const line of window.lines) {
    if (line.connectionState === 'closed') continue;
    const one = {state: line.connectionState, frames: 0, voice: 0, sent: 0, pairs: [], remote: []};
    const stats = await line.getStats();
    for (const r of stats.values()) {
      if (r.type === 'inbound-rtp' && r.kind === 'video') one.frames += r.framesDecoded || 0;
      if (r.type === 'inbound-rtp' && r.kind === 'audio') one.voice += r.packetsReceived || 0;
      if (r.type === 'outbound-rtp') one.sent += r.packetsSent || 0;
      if (r.type === 'remote-candidate') one.remote.push(r.candidateType);
      if (r.type === 'candidate-pair' && r.nominated) one.pairs.push(
        [r.localCandidateId, r.remoteCandidateId].map(id => stats.get(id).candidateType).join('/'));
    }
    counted.push(one);
  }
  return counted;
}
"""


@dataclass
class Tonight:
    """A meeting that begins in six minutes, its room set out, and a visitor booked for it."""

    cast: Cast
    meeting: Meeting
    room: Room

    @property
    def door(self) -> str:
        return f"/room/{self.room.key}/door/"

    @property
    def inside(self) -> str:
        return f"/room/{self.room.key}/"


def tonight(**more: object) -> Tonight:
    """Everybody of the cast, able to sign in, and a room that is there now."""
    cast = build(can_sign_in=True)
    ash, wren = cast["facilitator"], cast["visitor"]
    with wall.acting_as(ash.pk):
        meeting = in_hours(cast.now, 0.1, cast.group, ash, **more)
    with wall.acting_as(wren.pk):
        meetings.book_visit(meeting, *NAMES["visitor"], listen_only=True, by=wren)
    with transaction.atomic():
        room = rooms.set_out(meeting)
    return Tonight(cast, meeting, room)


def at_the_door(page: Any, living: Living, night: Tonight, part: str) -> None:
    """Sign in and stand at the door."""
    page.add_init_script(WATCHED)
    sign_in(page, living.url, part, PASSPHRASE)
    page.goto(living.url + night.door)


def knock(page: Any) -> None:
    """Agree for tonight and knock (or, for a facilitator, come in)."""
    page.get_by_label("I agree, for today").check(force=True)
    page.locator("main form button.wide").click()


def counted(page: Any) -> list[dict[str, Any]]:
    """What went through each of the page's connections so far."""
    found: list[dict[str, Any]] = page.evaluate(COUNTED)
    return found


def flows(page: Any, lines: int, *kinds: str) -> list[dict[str, Any]]:
    """Wait until every one of so many connections brings something of these kinds."""

    def all_flow() -> list[dict[str, Any]]:
        now = counted(page)
        there = len(now) == lines and all(one["state"] == "connected" for one in now)
        return now if there and all(one[kind] > 0 for one in now for kind in kinds) else []

    try:
        now: list[dict[str, Any]] = until(all_flow)
    except AssertionError as late:
        raise AssertionError(json.dumps(counted(page))) from late
    return now


def grows(page: Any, kind: str) -> None:
    """Wait until more of this kind came through every connection than there was a moment ago."""
    before = counted(page)

    def more() -> bool:
        now = counted(page)
        pairs = zip(before, now, strict=False)
        return len(now) == len(before) and all(new[kind] > old[kind] + 3 for old, new in pairs)

    until(more)
