"""The finder's answers by the long way: every group, and every single meeting of the coming weeks.

And what its table should hold, counted from groups, meetings and venues with none of its SQL.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from beside import wall
from beside.finding.asking import AHEAD
from beside.finding.matching import IN_A_ROOM, Candidate, Match, Point, Slot, part_of
from beside.finding.models import Occasion
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting

A_WEEK = 7 * 24 * 60 * 60  # seconds


def known(match: Match) -> tuple[Any, ...]:
    """All that is said of a match, whichever meetings were looked at for it."""
    slot = match.slot
    when = slot and (slot.next, slot.day, slot.part, slot.way, slot.point)
    return match.candidate.key, when, match.km, match.shared, match.fit


def by_the_long_way(zone: ZoneInfo) -> list[Candidate]:
    """All listed groups, with all their coming meetings on the clock of `zone`."""
    now = clock.now()
    slots: dict[int, list[Slot]] = defaultdict(list)
    for meeting in _going_ahead().filter(starts_at__gt=now, starts_at__lt=now + AHEAD):
        local = meeting.starts_at.astimezone(zone)
        point, access = _where(meeting)
        slots[meeting.group_id].append(
            Slot(local.weekday(), part_of(local.hour), meeting.way, meeting.starts_at.timestamp(),
                 point, frozenset(access))
        )  # fmt: skip
    return [
        Candidate(
            group.key, frozenset(group.experiences), frozenset(group.ways),
            frozenset(group.safety), frozenset(group.access), frozenset(group.languages),
            group.is_elsewhere, tuple(slots[group.pk]),
        )
        for group in Group.objects.listed()
    ]  # fmt: skip


def wrong_occasions(since: datetime) -> tuple[list[Any], list[Any]]:
    """What the finder's table lacks and has too much, of all that begins from `since` (aware)."""
    with wall.house("test.occasions"):
        there = sorted(filter(None, (_of(each, since) for each in Occasion.objects.all())))
        wanted = sorted(_wanted(since))
    return [each for each in wanted if each not in there], [
        each for each in there if each not in wanted
    ]


def _of(occasion: Occasion, since: datetime) -> tuple[Any, ...] | None:
    coming = [each for each in occasion.starts if each >= since]
    if not coming:
        return None
    point = occasion.latitude, occasion.longitude
    return (
        occasion.key, occasion.way, coming, str((None, None) if None in point else point),
        sorted(set(occasion.offers)), occasion.group_ways, occasion.access, occasion.experiences,
        occasion.languages, occasion.safety, occasion.ours,
    )  # fmt: skip


def _wanted(since: datetime) -> list[tuple[Any, ...]]:
    alike: dict[Any, list[datetime]] = defaultdict(list)
    for meeting in _going_ahead().filter(starts_at__gte=since).order_by("starts_at"):
        point, access = _where(meeting)
        hour = int(meeting.starts_at.timestamp()) % A_WEEK
        alike[meeting.group_id, meeting.way, point, tuple(access), hour].append(meeting.starts_at)
    wanted = []
    for group in Group.objects.listed():
        facts = (
            group.ways,
            group.access,
            group.experiences,
            group.languages,
            group.safety,
            group.source == "",
        )
        wanted += [
            (group.key, way, starts, str(point or (None, None)),
             sorted({*group.access, *access}), *facts)
            for (pk, way, point, access, _hour), starts in alike.items()
            if pk == group.pk
        ]  # fmt: skip
    return wanted


def _going_ahead() -> Any:
    return Meeting.objects.going_ahead().select_related("venue__door")


def _where(meeting: Meeting) -> tuple[Point | None, list[str]]:
    """Where one goes, as exactly as everybody may know, and the access there."""
    venue = meeting.venue
    if venue is None or meeting.way not in IN_A_ROOM:
        return None, []
    door = getattr(venue, "door", None)
    place = door if door and door.public else venue
    exact = place.latitude, place.longitude
    return (None if None in exact else exact), venue.access  # type: ignore[return-value]
