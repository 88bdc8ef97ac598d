"""A place that somebody typed: a town, a part of it, or a postcode where some group meets."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import Avg, Q, QuerySet

from beside.finding.matching import Point
from beside.kernel.text import tidy
from beside.meetings.models import Venue

LONGEST = 80
KINDS = ("postcode", "neighbourhood", "town")


@dataclass(frozen=True)
class Place:
    """A place and the middle of the venues that are there."""

    name: str
    point: Point


def find(words: str) -> Place | None:
    """Where that is, or None when no venue of ours is there."""
    typed = _plain(words)
    if not typed:
        return None
    somewhere = functools.reduce(operator.or_, (_is(kind, typed) for kind in KINDS))
    known = _on_the_map().filter(somewhere).aggregate(
        **{f"{kind}_{axis}": Avg(axis, filter=_is(kind, typed))
           for kind in KINDS for axis in ("latitude", "longitude")}
    )  # fmt: skip
    for kind in KINDS:
        latitude, longitude = known[f"{kind}_latitude"], known[f"{kind}_longitude"]
        if latitude is not None and longitude is not None:
            return Place(tidy(words)[:LONGEST], (latitude, longitude))
    return None


def nearly(words: str, most: int = 3) -> list[str]:
    """Towns, and parts of them, that are spelled almost so."""
    typed, known = _plain(words), _known()
    close = get_close_matches(typed, known, n=most, cutoff=0.6)
    begun = [name for name in known if len(typed) > 2 and name.startswith(typed)]
    return [known[name] for name in dict.fromkeys([*begun, *close])][:most]


def _on_the_map() -> QuerySet[Venue]:
    return Venue.objects.exclude(Q(latitude=None) | Q(longitude=None))


def _is(kind: str, typed: str) -> Q:
    same = Q(**{f"{kind}__iexact": typed})
    # "E9" is the first half of "E9 6SR"; "10003" the first half of "10003-1234".
    halves = Q(postcode__istartswith=f"{typed} ") | Q(postcode__istartswith=f"{typed}-")
    return same | halves if kind == "postcode" else same


def _known() -> dict[str, str]:
    """All places that have a name, by their plain spelling."""
    rows = _on_the_map().values_list("neighbourhood", "town").distinct()
    return {_plain(name): name for row in rows for name in row if name}


def _plain(words: str) -> str:
    return " ".join(tidy(words)[:LONGEST].casefold().split())
