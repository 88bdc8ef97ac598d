"""BMLT's semantic JSON (bmlt-server, its OpenAPI document), told as Meeting Guide rows.

Two conventions for the day go by one name: the public interface counts `weekday_tinyint` from 1 for
Sunday, a copy of the database from 0. A file that holds a 0 or a 7 says by itself which one it is;
`weekday_tinyint_api` is always the first. Where nothing tells, nobody guesses: a meeting on the
wrong day is somebody at a locked door. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from beside.exchange.codes import Meaning
from beside.exchange.meeting_guide import (
    DAY_MINUTES,
    NotRead,
    Row,
    Shape,
    Unpublished,
    UnreadableFile,
)

# Where a server's own formats are not at hand: the three that mean the same on all of them.
USUAL: Mapping[str, Meaning] = {
    "VM": Meaning(online=True),
    "HY": Meaning(online=True),
    "TC": Meaning(closed=True),
}
_VENUE = {"1": "in_person", "2": "online", "3": "hybrid"}
_CONTACT = re.compile(
    r"^(?:contact_\w+|email_contact|phone_meeting_number|virtual_meeting_\w+|user_\w+"
    r"|service_body_(?!bigint)\w+)$"
)
_COUNTRIES = {
    "usa": "US", "u.s.a": "US", "u.s.a.": "US", "us": "US", "united states": "US",
    "united states of america": "US", "uk": "GB", "united kingdom": "GB", "great britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "ireland": "IE",
    "canada": "CA", "australia": "AU", "new zealand": "NZ",
}  # fmt: skip
_NAMES = {
    "slug": "id_bigint",
    "name": "meeting_name",
    "day": "weekday_tinyint",
    "time": "start_time",
    "end_time": "duration_time",
    "timezone": "time_zone",
    "location": "location_text",
    "address": "location_street",
    "city": "location_municipality",
    "state": "location_province",
    "postal_code": "location_postal_code_1",
    "country": "location_nation",
    "location_notes": "location_info",
    "notes": "comments",
    "types": "formats",
    "approximate": "location_street",
}


def is_this(rows: Sequence[Any]) -> bool:
    """Whether these rows are BMLT's: the first that is a row names a meeting as BMLT does."""
    first = next((row for row in rows if isinstance(row, dict)), {})
    return "meeting_name" in first or {"id_bigint", "weekday_tinyint"} <= first.keys()


def shape(rows: Sequence[Any], sunday: int | None = None) -> Shape:
    """How to read these rows; `sunday` is 0 or 1, or None to see it in the rows.

    Raises UnreadableFile where neither the rows nor anybody says what Sunday is.
    """
    if sunday is None:
        sunday = _sunday(rows)
    return Shape(partial(_as_guide, sunday=sunday), _NAMES, _CONTACT)


def codes(formats: Sequence[Any]) -> dict[str, str]:
    """What a server's formats are called, by key; the English name where there are several."""
    found: dict[str, str] = {}
    for each in formats:
        if isinstance(each, dict) and isinstance(each.get("key_string"), str):
            key, name = each["key_string"].strip(), str(each.get("name_string") or "")
            if key and (key not in found or each.get("lang_enum") == "en"):
                found[key] = name
    return found


def _sunday(rows: Sequence[Any]) -> int:
    told = [row for row in rows if isinstance(row, dict)]
    if told and all("weekday_tinyint_api" in row for row in told):
        return 1
    days = {str(row.get("weekday_tinyint", "")).strip() for row in told}
    if ("0" in days) != ("7" in days):
        return 0 if "0" in days else 1
    raise UnreadableFile(
        _("It cannot be seen whether Sunday is 0 or 1 in this file. Please say which.")
    )


def _as_guide(row: Row, *, sunday: int) -> Row:
    """One row in Meeting Guide's words. Raises NotRead and Unpublished."""
    if str(row.get("published", "1")).strip().lower() in {"0", "false"}:
        raise Unpublished
    return {
        "slug": _slug(row),
        "name": row.get("meeting_name"),
        "day": _day(row, sunday),
        "time": row.get("start_time"),
        "end_time": _end(row),
        "timezone": row.get("time_zone"),
        "location": row.get("location_text"),
        "address": row.get("location_street"),
        "city": row.get("location_municipality"),
        "state": row.get("location_province"),
        "postal_code": row.get("location_postal_code_1"),
        "country": _country(row.get("location_nation")),
        "regions": [
            each
            for each in (row.get("location_sub_province"), row.get("location_neighborhood"))
            if each and isinstance(each, str)
        ],
        "latitude": row.get("latitude"),
        "longitude": row.get("longitude"),
        "location_notes": row.get("location_info"),
        "notes": row.get("comments"),
        "types": row.get("formats"),
        "attendance_option": _VENUE.get(str(row.get("venue_type") or "").strip()),
        "approximate": "no" if str(row.get("location_street") or "").strip() else "yes",
    }


def _slug(row: Row) -> str:
    number = str(row.get("id_bigint") or "").strip()
    if not re.fullmatch(r"[1-9][0-9]{0,18}", number):
        raise NotRead("slug", _("It has no number, so it could not be found again."))
    server = str(row.get("root_server_id") or "").strip()
    return f"meeting-{server}-{number}" if server.isdigit() else f"meeting-{number}"


def _day(row: Row, sunday: int) -> int:
    name = "weekday_tinyint"
    if "weekday_tinyint_api" in row:
        name, sunday = "weekday_tinyint_api", 1
    said = str(row.get(name, "")).strip()
    day = int(said) - sunday if re.fullmatch(r"[0-7]", said) else -1
    if not 0 <= day <= 6:
        told = {"first": sunday, "last": sunday + 6}
        raise NotRead("day", _("A day is %(first)d for Sunday to %(last)d for Saturday.") % told)
    return day


def _end(row: Row) -> str | None:
    """When it is over, from its beginning and how long it lasts; None where it does not say."""
    lasts = _minutes(row.get("duration_time"), "end_time")
    begins = _minutes(row.get("start_time"), "time")
    if not lasts or begins is None:
        return None
    end = (begins + lasts) % DAY_MINUTES
    return f"{end // 60:02}:{end % 60:02}"


def _minutes(said: Any, name: str) -> int | None:
    words = str(said or "").strip()
    if not words:
        return None
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", words)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return int(match[1]) * 60 + int(match[2])
    raise NotRead(name, _("A time looks like 19:30, and lasts less than a day."))


def _country(said: Any) -> str:
    words = str(said or "").strip()
    return _COUNTRIES.get(words.lower(), words)
