"""What one browser may tell another through us: only how to reach it by the relay. Pure.

Everything else that could hold an address is taken out here, whatever a changed browser sends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST_SDP = 40_000
LONGEST_CANDIDATE = 500
MOST_AT_ONCE = 40

_CANDIDATE = re.compile(
    r"candidate:(?P<name>[\w+/]{1,32}) (?P<part>[12]) (?P<way>udp|tcp) (?P<priority>\d{1,10}) "
    r"(?P<address>[0-9a-f.:]{2,45}) (?P<port>\d{1,5}) typ relay(?P<rest>(?: [\w.:+/-]+)*)",
    re.ASCII | re.IGNORECASE,
)
_KEPT_MORE = ("generation", "ufrag", "network-cost")
_SDP_LINE = re.compile(r"[vostcmba]=[\x20-\x7e]{0,1000}", re.ASCII)
_DROPPED = ("a=remote-candidates:", "a=rtcp:", "i=", "u=", "e=", "p=")
_NOWHERE = "0.0.0.0"  # noqa: S104  # written into a description, not listened on
TYPES = ("offer", "answer")


class Refused(ValueError):
    """Not a signal that we pass on."""


def clean(kind: object, payload: object) -> dict[str, Any] | None:
    """The signal with nothing in it but relayed candidates, or None when nothing is left to say.

    Raises Refused for anything that is not a description or a candidate of a sensible size.
    """
    if not isinstance(payload, Mapping):
        raise Refused("no payload")
    if kind == "description":
        return _description(payload)
    if kind == "candidate":
        return _trickled(payload)
    raise Refused("unknown kind")


def candidate(line: str) -> str | None:
    """One candidate without where it came from; None unless it is a relayed one."""
    found = _CANDIDATE.fullmatch(line.strip())
    if found is None:
        return None
    words = found["rest"].split()
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    more = "".join(f" {name} {pairs[name]}" for name in _KEPT_MORE if name in pairs)
    return (
        f"candidate:{found['name']} {found['part']} {found['way'].lower()} {found['priority']} "
        f"{found['address']} {found['port']} typ relay raddr {_NOWHERE} rport 0{more}"
    )


def description(sdp: str) -> str:
    """A session description in which every address but the relay's is 0.0.0.0. Raises Refused."""
    if len(sdp) > LONGEST_SDP or not sdp.startswith("v=0"):
        raise Refused("no session description")
    lines = (_line(line) for line in sdp.replace("\r\n", "\n").split("\n") if line)
    return "".join(f"{line}\r\n" for line in lines if line is not None)


def _description(payload: Mapping[str, Any]) -> dict[str, Any]:
    kind, sdp = payload.get("type"), payload.get("sdp")
    if kind not in TYPES or not isinstance(sdp, str):
        raise Refused("no offer and no answer")
    return {"type": kind, "sdp": description(sdp)}


def _trickled(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    line, mid = payload.get("candidate"), payload.get("sdpMid")
    index = payload.get("sdpMLineIndex")
    if not isinstance(line, str) or len(line) > LONGEST_CANDIDATE:
        raise Refused("no candidate")
    if not isinstance(mid, str) or not re.fullmatch(r"[\w-]{1,16}", mid, re.ASCII):
        raise Refused("a candidate belongs to a part of the description")
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < 64:
        raise Refused("a candidate belongs to a part of the description")
    kept = candidate(line)
    return {"candidate": kept, "sdpMid": mid, "sdpMLineIndex": index} if kept else None


def _line(line: str) -> str | None:
    if not _SDP_LINE.fullmatch(line):
        raise Refused("a line that is none")
    if line.startswith("a=candidate:"):
        kept = candidate(line[2:])
        return f"a={kept}" if kept else None
    if line.startswith(_DROPPED):
        return None
    if line.startswith("c="):
        return f"c=IN IP4 {_NOWHERE}"
    if line.startswith("o="):
        return re.sub(r" IN IP[46] \S+$", f" IN IP4 {_NOWHERE}", line)
    if line.startswith("m="):
        return re.sub(r"^(m=\w+) \d+", r"\1 9", line)
    return line
