"""From what is public to one page of groups: a few questions to the database, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Q, QuerySet, Value

from beside.finding import asking, matching, results
from beside.finding.asking import Asking
from beside.finding.matching import Candidate, Match, Point, Slot, Wish, part_of
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting, Schedule


def look(wish: Wish, zone: ZoneInfo, after: str) -> tuple[int, list[tuple[Match, Group]], str]:
    """How many groups fit, those of one page behind the key `after`, and the last key if more do.

    The database counts and puts in order; only the page's groups are looked at closely.
    """
    seldom = _seldom()
    count, keys = Asking(zone, seldom).page(wish, after, results.PAGE + 1)
    page = keys[: results.PAGE]
    groups = {group.key: group for group in Group.objects.listed().filter(key__in=page)}
    shown = matching.find(candidates(wish, zone, groups.values(), seldom), wish) if groups else []
    found = [(match, groups[match.candidate.key]) for match in shown]
    return count, found, page[-1] if len(keys) > results.PAGE else ""


def counts(wishes: Sequence[Wish], zone: ZoneInfo) -> list[int]:
    """How many groups fit each of these wishes."""
    asked = Asking(zone, _seldom())
    return [asked.count(wish) if wish.says else Group.objects.listed().count() for wish in wishes]


def candidates(
    wish: Wish,
    zone: ZoneInfo,
    groups: Iterable[Group] | None = None,
    seldom: list[int] | None = None,
) -> list[Candidate]:
    """What is known of these groups (of all that are listed, if none are named), with their coming
    meetings on the clock of `zone`. One question, two without groups; `matching.find` decides."""
    chosen = list(Group.objects.listed() if groups is None else groups)
    slots = _slots(
        wish, zone, _seldom() if seldom is None else seldom, [each.pk for each in chosen]
    )
    return [
        Candidate(
            group.key,
            frozenset(group.experiences),
            frozenset(group.ways),
            frozenset(group.safety),
            frozenset(group.access),
            frozenset(group.languages),
            group.is_elsewhere,
            tuple(slots.get(group.pk, ())),
        )
        for group in chosen
    ]


def _slots(
    wish: Wish, zone: ZoneInfo, seldom: list[int], groups: list[int]
) -> dict[int, list[Slot]]:
    """By group: when and where each of its coming meetings is. A point is the exact one where the
    door is public, else the rounded one of the venue's face."""
    where = ["venue__latitude", "venue__longitude", "venue__door__public",
             "venue__door__latitude", "venue__door__longitude"]  # fmt: skip
    coming = _coming(seldom).filter(group__in=groups).order_by("starts_at", "pk")
    rows = coming.values_list(
        "group", "starts_at", "way",
        # What is not asked is not looked up.
        "venue__access" if wish.access else Value(None, ArrayField(CharField())),
        *(where if wish.point else ()),
    )  # fmt: skip
    found: dict[int, list[Slot]] = defaultdict(list)
    for group, starts, way, offers, *point in rows:
        local = starts.astimezone(zone)
        found[group].append(
            Slot(
                local.weekday(),
                part_of(local.hour),
                way,
                starts.timestamp(),
                _point(*point) if point else None,
                frozenset(offers or ()),
            )
        )
    return found


def _point(
    latitude: float | None,
    longitude: float | None,
    public: bool | None,  # noqa: FBT001 - a column
    exact_latitude: float | None,
    exact_longitude: float | None,
) -> Point | None:
    chosen = (exact_latitude, exact_longitude) if public else (latitude, longitude)
    return None if chosen[0] is None or chosen[1] is None else (chosen[0], chosen[1])


def _coming(seldom: list[int]) -> QuerySet[Meeting]:
    """Enough of the coming meetings to know when each group meets next."""
    now = clock.now()
    soon = Q(starts_at__lt=now + asking.TWICE) | Q(schedule=None) | Q(schedule__in=seldom)
    ahead = Q(starts_at__gt=now, starts_at__lt=now + asking.AHEAD)
    return Meeting.objects.going_ahead().filter(ahead, soon)


def _seldom() -> list[int]:
    """The schedules that do not meet every week."""
    often = Q(frequency__in=[Schedule.Frequency.DAILY, Schedule.Frequency.WEEKLY], interval=1)
    return list(Schedule.objects.filter(ended_at=None).exclude(often).values_list("pk", flat=True))
