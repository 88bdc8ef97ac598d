"""Words that were sent after a session had ended: the answer carries them until they can be sent.

They stand in that page alone, in the form with which their writer signs in again: in no row, no
address, no cookie and no log. Signed in, their writer finds them in a box and sends them once more.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

FIELD = "kept"  # of the form that carries them
_SECRET = re.compile(r"pass|code|token|login|credential|secret|^kept$", re.IGNORECASE)
_CHOICE = re.compile(r"[a-z0-9_.:-]*")  # a key, a day, an hour, "on": nothing that somebody wrote
_MOST = 100  # fields


@dataclass(frozen=True)
class Kept:
    """What was sent, and to which page of ours. Nothing that proves who somebody is is kept."""

    to: str
    fields: tuple[tuple[str, str], ...]

    @property
    def words(self) -> list[tuple[str, str]]:
        """The fields in which somebody wrote."""
        return [each for each in self.fields if _written(*each)]

    @property
    def rest(self) -> list[tuple[str, str]]:
        """What was chosen or pressed."""
        return [each for each in self.fields if not _written(*each)]

    @property
    def in_a_form(self) -> str:
        """All of it as the value of one hidden field."""
        return json.dumps({"to": self.to, "fields": self.fields})


def sent(request: HttpRequest) -> Kept | None:
    """What this request brings, if there are words in it; a part of a page brings none."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return None
    told = [(name, value) for name, values in request.POST.lists() for value in values]
    return _kept(request.path, told)


def carried(request: HttpRequest) -> Kept | None:
    """What the form of somebody who signs in again carries."""
    try:
        told = json.loads(request.POST.get(FIELD, ""))
        to, fields = str(told["to"]), [(str(name), str(value)) for name, value in told["fields"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    ours = to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    return _kept(to, fields) if ours else None


def _kept(to: str, told: list[tuple[str, str]]) -> Kept | None:
    fields = tuple(each for each in told if not _SECRET.search(each[0]))[:_MOST]
    kept = Kept(to, fields)
    return kept if kept.words else None


def _written(name: str, value: str) -> bool:
    return bool(value.strip()) and (name == "words" or not _CHOICE.fullmatch(value))
