"""Reading Meeting Guide JSON (code4recovery/spec, README of 2026-03): words in, listings out. Pure.

Real listings are not all as the standard says: days come as words, times with seconds, numbers as
words, text with HTML in it. What has one plain meaning is read; everything else is refused with its
row, field and reason. Fields that name or reach a person are never read at all.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from beside.exchange.codes import Codes, Meaning
from beside.kernel.text import tidy

MOST = 50 * 1024 * 1024  # bytes
DAY_MINUTES = 24 * 60
USUAL_MINUTES = 60  # a meeting without an end, as the standard has it
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")

_CONTACT = re.compile(
    r"^(?:contact_\d+_\w+|entity\w*|feedback_\w+|group_(?:email|phone|notes)|email|phone|website"
    r"|conference_(?:url|phone)\w*|venmo|paypal|square|updated_by|author)$"
)
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_PHONE = re.compile(r"(?<!\w)\+?(?:\(?\d{2,5}\)?[ .-]?){2,4}\d{3,4}(?!\w)")
_TAG = re.compile(r"<[^<>]{0,400}>")


class UnreadableFile(Exception):
    """The whole file cannot be read; its words say why, for the person at the keyboard."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a listing meets; latitude and longitude in degrees, or None."""

    name: str = ""
    address: str = ""
    neighbourhood: str = ""
    town: str = ""
    postcode: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    directions: str = ""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One meeting as a listing tells it. `days` count from Monday 0; no days: by appointment."""

    row: int
    slug: str
    name: str
    about: str
    days: tuple[int, ...]
    at: time | None
    minutes: int
    zone: str
    way: str
    place: Place
    safety: tuple[str, ...]
    access: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """A row that was not taken, and why. Rows count from 1."""

    row: int
    slug: str
    field: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a file holds; `dropped` counts the fields that reach a person and were left out."""

    listings: tuple[Listing, ...]
    refused: tuple[Refused, ...]
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Manner:
    """How to read a listing: its codes, and what holds where it does not say."""

    codes: Codes = field(default_factory=Codes)
    zone: str = ""
    language: str = "en"


class _NotRead(Exception):
    """One field of one row, and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.reason = name, reason


def read(raw: bytes, manner: Manner | None = None) -> Reading:
    """The listings in a file, and the rows that were refused. Raises UnreadableFile."""
    rows, manner = _rows(raw), manner or Manner()
    listings: list[Listing] = []
    refused: list[Refused] = []
    dropped: Counter[str] = Counter()
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        try:
            listing = _listing(number, row, manner)
            if listing.slug in seen:
                told = {"row": seen[listing.slug]}
                raise _NotRead("slug", _("Row %(row)d has the same slug.") % told)
        except _NotRead as error:
            slug = row.get("slug") if isinstance(row, dict) else ""
            shown = tidy(slug)[:120] if isinstance(slug, str) else ""
            refused.append(Refused(number, shown, error.name, error.reason))
            continue
        seen[listing.slug] = number
        dropped.update(name for name, said in row.items() if said and _CONTACT.match(name))
        listings.append(listing)
    return Reading(tuple(listings), tuple(refused), dropped)


def _rows(raw: bytes) -> list[Any]:
    if len(raw) > MOST:
        raise UnreadableFile(_("The file is larger than 50 MB; a listing is not."))
    if raw[:2] in {b"PK", b"\x1f\x8b"}:
        raise UnreadableFile(_("The file is packed. Unpack it first, and import the JSON inside."))
    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_constant=lambda _name: None)
    except UnicodeDecodeError:
        raise UnreadableFile(_("The file is not text in UTF-8.")) from None
    except json.JSONDecodeError as error:
        told = {"line": error.lineno, "column": error.colno}
        words = _("The file breaks off or is not JSON, at line %(line)d, column %(column)d.")
        raise UnreadableFile(words % told) from None
    except (RecursionError, ValueError):
        raise UnreadableFile(_("The file is not a list of meetings.")) from None
    if not isinstance(found, list):
        raise UnreadableFile(_("A Meeting Guide file is a list of meetings; this is not a list."))
    return found


def _listing(number: int, row: Any, manner: Manner) -> Listing:
    if not isinstance(row, dict):
        raise _NotRead("", _("This is not a meeting."))
    meaning = manner.codes.of(_types(row))
    days = _days(row)
    at = _time(row, "time")
    if bool(days) != (at is not None):
        raise _NotRead("day" if at else "time", _("A day and a time go together."))
    return Listing(
        row=number,
        slug=_slug(row),
        name=_name(row),
        about=_without_contacts(_words(row, "notes")),
        days=days,
        at=at,
        minutes=_minutes(row, at),
        zone=_zone(row, manner.zone),
        way=_way(row, meaning),
        place=_place(row),
        safety=tuple(sorted(meaning.safety)),
        access=tuple(sorted(meaning.access)),
        languages=tuple(sorted(meaning.languages)) or (manner.language,),
    )


def _words(row: dict[str, Any], name: str, most: int = 2000) -> str:
    said = row.get(name)
    if said is None:
        return ""
    if not isinstance(said, str | int | float) or isinstance(said, bool):
        raise _NotRead(name, _("These are not words."))
    return tidy(html.unescape(_TAG.sub(" ", html.unescape(str(said)))))[:most].strip()


def _without_contacts(words: str) -> str:
    return _PHONE.sub("…", _EMAIL.sub("…", words))


def _slug(row: dict[str, Any]) -> str:
    slug = _words(row, "slug")
    if not slug:
        raise _NotRead("slug", _("It has no slug, so it could not be found again."))
    if not re.fullmatch(r"[^\s/?#]{1,120}", slug):
        raise _NotRead("slug", _("A slug has no spaces and at most 120 signs."))
    return slug


def _name(row: dict[str, Any]) -> str:
    name = _without_contacts(" ".join(_words(row, "name").split()))
    if not name:
        raise _NotRead("name", _("It has no name."))
    return name if len(name) <= 120 else f"{name[:119]}…"


def _types(row: dict[str, Any]) -> list[str]:
    said = row.get("types") or []
    if isinstance(said, str):
        said = said.split(",")
    if not isinstance(said, list):
        raise _NotRead("types", _("These are not codes."))
    return [code.strip() for code in said if isinstance(code, str)]


def _days(row: dict[str, Any]) -> tuple[int, ...]:
    """From 0 for Sunday, a word, or several of them, to 0 for Monday."""
    said = row.get("day")
    if said is None or said in ("", []):
        return ()
    each = said if isinstance(said, list) else [said]
    return tuple(sorted({_day(one) for one in each}))


def _day(said: Any) -> int:
    if isinstance(said, str):
        words = said.strip().lower()
        by_word = [
            number for number, day in enumerate(DAYS) if len(words) > 2 and day.startswith(words)
        ]
        said = by_word[0] if by_word else int(words) if re.fullmatch(r"[0-9]", words) else -1
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= 6:
        raise _NotRead("day", _("A day is 0 for Sunday to 6 for Saturday, or its name."))
    return (said - 1) % 7


def _time(row: dict[str, Any], name: str) -> time | None:
    words = _words(row, name, 20)
    if not words:
        return None
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap])?\.?m?\.?", words.lower())
    if match:
        hour, minute, half = int(match[1]), int(match[2]), match[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise _NotRead(name, _("A time looks like 19:30."))


def _minutes(row: dict[str, Any], at: time | None) -> int:
    end = _time(row, "end_time")
    if at is None or end is None:
        return USUAL_MINUTES
    lasts = (end.hour * 60 + end.minute - at.hour * 60 - at.minute) % DAY_MINUTES
    return lasts or USUAL_MINUTES


def _zone(row: dict[str, Any], otherwise: str) -> str:
    zone = _words(row, "timezone", 60) or otherwise
    if not zone:
        raise _NotRead("timezone", _("It does not say in which time zone it meets."))
    if zone not in _zones():
        raise _NotRead("timezone", _("There is no time zone of this name."))
    return zone


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads the whole disk's list, 20 ms each time


def _is_approximate(row: dict[str, Any]) -> bool:
    return row.get("approximate") in ("yes", True)


def _way(row: dict[str, Any], meaning: Meaning) -> str:
    """How people meet, as TSML reads it from the codes, the address and the online fields."""
    online = meaning.online or bool(row.get("conference_url") or row.get("conference_phone"))
    if online:
        return "call" if meaning.closed or _is_approximate(row) else "hybrid"
    if meaning.closed:
        raise _NotRead("types", _("Its place is closed for now, and it does not meet online."))
    if _is_approximate(row):
        words = _("Its address is only approximate, so that nobody could find the door.")
        raise _NotRead("approximate", words)
    return "in_person"


def _place(row: dict[str, Any]) -> Place:
    regions = row.get("regions") or []
    named = [tidy(str(each)) for each in regions if each] if isinstance(regions, list) else []
    latitude, longitude = _degrees(row, "latitude", 90), _degrees(row, "longitude", 180)
    if (latitude, longitude) == (0.0, 0.0) or latitude is None or longitude is None:
        latitude = longitude = None
    town = _words(row, "city", 120) or (named[0][:120] if named else "")
    return Place(
        name=_words(row, "location", 120),
        address=_words(row, "formatted_address", 300) or _address(row),
        neighbourhood=named[-1][:120] if named and named[-1] != town else "",
        town=town,
        postcode=_words(row, "postal_code", 20),
        country=_country(row),
        latitude=latitude,
        longitude=longitude,
        directions=_without_contacts(_words(row, "location_notes", 500)),
    )


def _address(row: dict[str, Any]) -> str:
    return ", ".join(_parts(row, "address", "city", "state", "postal_code"))


def _parts(row: dict[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        words = _words(row, name, 200)
        if words:
            yield words


def _country(row: dict[str, Any]) -> str:
    words = _words(row, "country", 60).upper()
    return words if re.fullmatch(r"[A-Z]{2}", words) else ""


def _degrees(row: dict[str, Any], name: str, most: int) -> float | None:
    said = row.get(name)
    if said is None or said == "":
        return None
    try:
        degrees = float(said)
    except (TypeError, ValueError):
        raise _NotRead(name, _("This is not a number of degrees.")) from None
    if isinstance(said, bool) or not math.isfinite(degrees) or abs(degrees) > most:
        raise _NotRead(name, _("There is no such place on the earth."))
    return degrees
