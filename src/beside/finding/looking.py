"""From what is public to one page of groups: a few questions to the database, however many."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from beside.finding import matching, results
from beside.finding.asking import AHEAD, Asking, instants
from beside.finding.matching import Candidate, Match, Slot, Wish, part_of
from beside.finding.models import Occasion
from beside.groups.models import Group


def look(wish: Wish, zone: ZoneInfo, after: str) -> tuple[int, list[tuple[Match, Group]], str]:
    """How many groups fit, those of one page behind the key `after`, and the last key if more do.

    The database counts and puts in order; only the page's groups are looked at closely.
    """
    asked = Asking(zone)
    count, keys = asked.page(wish, after, results.PAGE + 1)
    page = keys[: results.PAGE]
    groups = {group.key: group for group in Group.objects.listed().filter(key__in=page)}
    shown = matching.find(candidates(groups.values(), zone, asked.now), wish) if groups else []
    found = [(match, groups[match.candidate.key]) for match in shown]
    return count, found, page[-1] if len(keys) > results.PAGE else ""


def counts(wishes: Sequence[Wish], zone: ZoneInfo) -> list[int]:
    """How many groups fit each of these wishes."""
    asked = Asking(zone)
    return [asked.count(wish) for wish in wishes]


def candidates(groups: Iterable[Group], zone: ZoneInfo, now: datetime) -> list[Candidate]:
    """What is known of these groups, with their coming meetings on the clock of `zone`, seen from
    `now` (aware). One question; `matching.find` decides."""
    chosen = list(groups)
    slots: dict[int, list[Slot]] = defaultdict(list)
    since = instants(zone, now)
    for each in Occasion.objects.filter(group__in=[group.pk for group in chosen]):
        slots[each.group_id] += _slots(each, since, zone)
    return [
        Candidate(
            group.key,
            frozenset(group.experiences),
            frozenset(group.ways),
            frozenset(group.safety),
            frozenset(group.access),
            frozenset(group.languages),
            group.is_elsewhere,
            tuple(slots[group.pk]),
        )
        for group in chosen
    ]


def _slots(occasion: Occasion, since: Sequence[datetime], zone: ZoneInfo) -> list[Slot]:
    """Its next meeting behind each of these moments."""
    starts, until = occasion.starts, since[0] + AHEAD
    found = {starts[at] for each in since if (at := bisect(starts, each)) < len(starts)}
    point = (
        (occasion.latitude, occasion.longitude)
        if occasion.latitude is not None and occasion.longitude is not None
        else None
    )
    return [
        Slot(
            (local := begins.astimezone(zone)).weekday(),
            part_of(local.hour),
            occasion.way,
            begins.timestamp(),
            point,
            frozenset(occasion.offers),
        )
        for begins in sorted(found)
        if begins < until
    ]
