"""A calendar in the words of RFC 5545 and 7986, line by line. Pure.

Every meeting is an event of its own, without rules of repetition (docs/decisions/0010).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from beside.exchange.vtimezone import vtimezone, wall

MOST = 75  # octets in a line, without its end
REFRESH = "PT1H"
_UNSAID = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # signs that no text may hold
_MARKS = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class Event:
    """One meeting as a calendar is told of it; instants are aware, `zone` is where it takes place.

    `changed` is when it was last changed, where that is known.
    """

    uid: str
    zone: str
    starts: datetime
    ends: datetime
    summary: str
    sequence: int = 0
    cancelled: bool = False
    description: str = ""
    location: str = ""
    url: str = ""
    changed: datetime | None = None


def lines(
    name: str, zones: Mapping[str, tuple[int, int]], events: Iterable[Event], *, made: datetime
) -> Iterator[str]:
    """The whole calendar, unfolded; `zones` are all that occur, with the first and last year."""
    yield from (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Beside//Calendar//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    )
    for zone, years in sorted(zones.items()):
        yield from vtimezone(zone, *years)
    for event in events:
        yield from event_lines(event, made=made)
    yield "END:VCALENDAR"


def event_lines(event: Event, *, made: datetime) -> Iterator[str]:
    """One event, unfolded. `made` is when this was written (aware)."""
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_utc(made)}"
    if event.changed:
        yield f"LAST-MODIFIED:{_utc(event.changed)}"
    yield f"SEQUENCE:{event.sequence}"
    yield from _from_to(event)
    yield f"SUMMARY:{text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{text(event.description)}"
    if event.location:
        yield f"LOCATION:{text(event.location)}"
    if event.url:
        yield f"URL:{_UNSAID.sub('', event.url)}"
    yield "CLASS:PRIVATE"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'TRANSPARENT' if event.cancelled else 'OPAQUE'}"
    yield "END:VEVENT"


def fold(line: str) -> bytes:
    """One line in pieces of at most 75 octets, no sign of it cut in two."""
    left = line.encode()
    if len(left) <= MOST:
        return left + b"\r\n"
    pieces, room = [], MOST
    while len(left) > room:
        cut = room
        while left[cut] & 0xC0 == 0x80:  # in the midst of a sign
            cut -= 1
        pieces.append(left[:cut])
        left, room = left[cut:], MOST - 1  # the space that begins a further piece counts
    return b"\r\n ".join([*pieces, left]) + b"\r\n"


def text(words: str) -> str:
    """Words as the value of a property."""
    return _UNSAID.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).translate(_MARKS)


def _from_to(event: Event) -> Iterator[str]:
    """Both on the wall clock of the zone; in UTC where that clock shows one of the times twice."""
    starts, ends = wall(event.starts, event.zone), wall(event.ends, event.zone)
    if starts is None or ends is None:
        yield f"DTSTART:{_utc(event.starts)}"
        yield f"DTEND:{_utc(event.ends)}"
        return
    yield f"DTSTART;TZID={event.zone}:{starts:%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={event.zone}:{ends:%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
