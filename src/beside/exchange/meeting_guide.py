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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from beside.exchange.codes import Codes, Meaning
from beside.kernel.text import tidy

MOST = 50 * 1024 * 1024  # bytes
NO_BOUND = 8  # how often text is unfolded until nothing in it is markup any more
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
    approximate: bool = False  # only about where; the door itself is not told


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
    experiences: tuple[str, ...] = ()  # where its codes say so; else what the whole listing is for


@dataclass(frozen=True)
class Refused:
    """A row that was not taken, and why. Rows count from 1."""

    row: int
    slug: str
    field: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a file holds; `dropped` counts the fields that reach a person and were left out,
    `unpublished` the rows that their own source does not publish."""

    listings: tuple[Listing, ...]
    refused: tuple[Refused, ...]
    dropped: Counter[str] = field(default_factory=Counter)
    unpublished: int = 0


@dataclass(frozen=True)
class Manner:
    """How to read a listing: its codes, and what holds where it does not say."""

    codes: Codes = field(default_factory=Codes)
    zone: str = ""
    language: str = "en"


class NotRead(Exception):
    """One field of one row, and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.reason = name, reason


class Unpublished(Exception):
    """A row that its source keeps but does not publish."""


Row = dict[str, Any]


def _as_it_is(row: Row) -> Row:
    return row


@dataclass(frozen=True)
class Shape:
    """How the rows of another format become rows of this one.

    `turn` raises NotRead or Unpublished; `names` says what a field is called over there.
    """

    turn: Callable[[Row], Row] = _as_it_is
    names: Mapping[str, str] = field(default_factory=dict)
    contact: re.Pattern[str] = _CONTACT


def read(raw: bytes, manner: Manner | None = None) -> Reading:
    """The listings in a Meeting Guide file, and the rows refused. Raises UnreadableFile."""
    found = parsed(raw)
    if not isinstance(found, list):
        raise UnreadableFile(_("A Meeting Guide file is a list of meetings; this is not a list."))
    return read_rows(found, manner or Manner())


def parsed(raw: bytes) -> Any:
    """What JSON holds. Raises UnreadableFile with the reason in a sentence."""
    if len(raw) > MOST:
        raise UnreadableFile(_("The file is larger than 50 MB; a listing is not."))
    if raw[:2] in {b"PK", b"\x1f\x8b"} or raw[:4] in {b"\x28\xb5\x2f\xfd", b"BZh9", b"\xfd7zX"}:
        raise UnreadableFile(_("The file is packed. Unpack it first, and import the JSON inside."))
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=lambda _name: None)
    except UnicodeDecodeError:
        raise UnreadableFile(_("The file is not text in UTF-8.")) from None
    except json.JSONDecodeError as error:
        told = {"line": error.lineno, "column": error.colno}
        words = _("The file breaks off or is not JSON, at line %(line)d, column %(column)d.")
        raise UnreadableFile(words % told) from None
    except (RecursionError, ValueError):
        raise UnreadableFile(_("The file is not a list of meetings.")) from None


def read_rows(rows: Sequence[Any], manner: Manner, shape: Shape | None = None) -> Reading:
    """The listings in these rows, and the rows that were refused with field and reason."""
    shape = shape or Shape()
    listings: list[Listing] = []
    refused: list[Refused] = []
    dropped: Counter[str] = Counter()
    seen: dict[str, int] = {}
    unpublished = 0
    for number, row in enumerate(rows, start=1):
        told: Row = {}
        try:
            told = shape.turn(_row(row))
            listing = _listing(number, told, manner)
            _once(listing, seen)
        except Unpublished:
            unpublished += 1
            continue
        except NotRead as error:
            name = shape.names.get(error.name, error.name)
            refused.append(Refused(number, _shown(told, row), name, error.reason))
            continue
        dropped.update(name for name, said in row.items() if said and shape.contact.match(name))
        listings.append(listing)
    return Reading(tuple(listings), tuple(refused), dropped, unpublished)


def _row(row: Any) -> Row:
    if not isinstance(row, dict):
        raise NotRead("", _("This is not a meeting."))
    return row


def _once(listing: Listing, seen: dict[str, int]) -> None:
    if listing.slug in seen:
        told = {"row": seen[listing.slug]}
        raise NotRead("slug", _("Row %(row)d has the same slug.") % told)
    seen[listing.slug] = listing.row


def _shown(told: Row, row: Any) -> str:
    slug = told.get("slug") or (row.get("slug") if isinstance(row, dict) else "")
    return tidy(slug)[:120] if isinstance(slug, str) else ""


def _listing(number: int, row: Row, manner: Manner) -> Listing:
    meaning = manner.codes.of(_types(row))
    days = _days(row)
    at = _time(row, "time")
    if bool(days) != (at is not None):
        raise NotRead("day" if at else "time", _("A day and a time go together."))
    way, place = _way(row, meaning), _place(row)
    if place.approximate and way == "in_person" and days:
        _is_found(row)
    return Listing(
        row=number,
        slug=_slug(row),
        name=_name(row),
        about=_about(row, way, place),
        days=days,
        at=at,
        minutes=_minutes(row, at),
        zone=_zone(row, manner.zone),
        way=way,
        place=place,
        safety=tuple(sorted(meaning.safety)),
        access=tuple(sorted(meaning.access)),
        languages=tuple(sorted(meaning.languages)) or (manner.language,),
        experiences=tuple(sorted(meaning.experiences)),
    )


def _about(row: Row, way: str, place: Place) -> str:
    """Its notes; and how to find it, where there is no door to say that at."""
    said = without_contacts(_words(row, "notes"))
    if not (way == "in_person" and place.approximate and place.directions):
        return said
    return said if place.directions in said else "\n".join(filter(None, [said, place.directions]))


def _words(row: dict[str, Any], name: str, most: int = 2000) -> str:
    said = row.get(name)
    if said is None:
        return ""
    if not isinstance(said, str | int | float) or isinstance(said, bool):
        raise NotRead(name, _("These are not words."))
    words, folded = str(said)[: 10 * most], ""
    for _turn in range(NO_BOUND):  # until reading it once more would change nothing
        folded, words = words, html.unescape(_TAG.sub(" ", html.unescape(words)))
        if words == folded:
            break
    return tidy(words)[:most].strip()


def without_contacts(words: str) -> str:
    """The same words without addresses and numbers that reach a person."""
    return _PHONE.sub("…", _EMAIL.sub("…", words))


def _slug(row: dict[str, Any]) -> str:
    slug = _words(row, "slug")
    if not slug:
        raise NotRead("slug", _("It has no slug, so it could not be found again."))
    if not re.fullmatch(r"[^\s/?#]{1,120}", slug):
        raise NotRead("slug", _("A slug has no spaces and at most 120 signs."))
    return slug


def _name(row: dict[str, Any]) -> str:
    name = without_contacts(" ".join(_words(row, "name").split()))
    if not name:
        raise NotRead("name", _("It has no name."))
    return name if len(name) <= 120 else f"{name[:119]}…"


def _types(row: dict[str, Any]) -> list[str]:
    said = row.get("types") or []
    if isinstance(said, str):
        said = said.split(",")
    if not isinstance(said, list):
        raise NotRead("types", _("These are not codes."))
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
        raise NotRead("day", _("A day is 0 for Sunday to 6 for Saturday, or its name."))
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
    raise NotRead(name, _("A time looks like 19:30."))


def _minutes(row: dict[str, Any], at: time | None) -> int:
    end = _time(row, "end_time")
    if at is None or end is None:
        return USUAL_MINUTES
    lasts = (end.hour * 60 + end.minute - at.hour * 60 - at.minute) % DAY_MINUTES
    return lasts or USUAL_MINUTES


def _zone(row: dict[str, Any], otherwise: str) -> str:
    zone = _words(row, "timezone", 60) or otherwise
    if not zone:
        raise NotRead("timezone", _("It does not say in which time zone it meets."))
    if zone not in _zones():
        raise NotRead("timezone", _("There is no time zone of this name."))
    return zone


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads the whole disk's list, 20 ms each time


def _is_approximate(row: dict[str, Any]) -> bool:
    said = row.get("approximate")
    return said is True or (isinstance(said, str) and said.strip().lower() in {"yes", "true", "1"})


def _way(row: Row, meaning: Meaning) -> str:
    """How people meet: as it says itself, else as TSML reads it from codes, address and link."""
    said = row.get("attendance_option")
    if said in _ATTENDANCE:
        return _ATTENDANCE[said]
    online = meaning.online or bool(row.get("conference_url") or row.get("conference_phone"))
    if online:
        return "call" if meaning.closed or _is_approximate(row) else "hybrid"
    if meaning.closed or said == "inactive":
        raise NotRead("types", _("Its place is closed for now, and it does not meet online."))
    return "in_person"


_ATTENDANCE = {"in_person": "in_person", "online": "call", "hybrid": "hybrid"}


def _is_found(row: Row) -> None:
    """A place that is only told approximately has a name, a street, or says how to find it."""
    if not any(_words(row, name) for name in ("location", "address", "location_notes")):
        words = _("Its address is only approximate, so that nobody could find the door.")
        raise NotRead("approximate", words)


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
        directions=without_contacts(_words(row, "location_notes", 500)),
        approximate=_is_approximate(row),
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
        raise NotRead(name, _("This is not a number of degrees.")) from None
    if isinstance(said, bool) or not math.isfinite(degrees) or abs(degrees) > most:
        raise NotRead(name, _("There is no such place on the earth."))
    return degrees
