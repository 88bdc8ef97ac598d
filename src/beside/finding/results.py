"""From matches to what stands in the list: one page of groups with the meeting that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from beside.finding import reasons
from beside.finding.matching import WRITING, Match, Wish
from beside.groups.models import Group
from beside.groups.words import Experience, Way
from beside.meetings.models import Meeting
from beside.meetings.places import places_left
from beside.meetings.rhythm import lasting, places, rhythm

PAGE = 20


@dataclass(frozen=True)
class Result:
    """One group in the list. `meeting` is None where nobody has to wait for a date."""

    group: Group
    meeting: Meeting | None
    why: str
    ways: list[str]
    tone: str
    experiences: list[str]
    rhythm: str
    far: str
    free: str

    @property
    def in_writing(self) -> bool:
        """Whether what is offered here is to read along."""
        return self.meeting is None and WRITING in self.group.ways


def page(matches: Sequence[Match], after: str) -> tuple[list[Match], str]:
    """The matches that stand behind `after` (a key), as many as a page holds, and the last key.

    The key is that of the last group shown. Where it stands no more, the list begins again.
    """
    begin = next((n + 1 for n, match in enumerate(matches) if match.candidate.key == after), 0)
    shown = list(matches[begin : begin + PAGE])
    more = len(matches) > begin + PAGE
    return shown, shown[-1].candidate.key if more else ""


def tell(matches: Sequence[Match], wish: Wish, *, zone: ZoneInfo, place: str) -> list[Result]:
    """What these matches look like in the list; three questions, however many there are."""
    groups = {group.key: group for group in Group.objects.filter(key__in=_keys(matches))}
    meetings = _meetings(matches, groups)
    free = places_left(meetings.values())
    found = []
    for match in matches:
        group = groups.get(match.candidate.key)
        if group is not None:
            meeting = meetings.get(group.pk) if match.slot else None
            left = free.get(meeting.pk) if meeting and meeting.takes_visitors else None
            found.append(_result(match, group, meeting, wish, zone, place, left))
    return found


def _keys(matches: Sequence[Match]) -> list[str]:
    return [match.candidate.key for match in matches]


def _meetings(matches: Sequence[Match], groups: dict[str, Group]) -> dict[int, Meeting]:
    """By group, the meeting at the moment that fits."""
    wanted = {
        groups[match.candidate.key].pk: datetime.fromtimestamp(match.slot.next, UTC)
        for match in matches
        if match.slot and match.candidate.key in groups
    }
    rows = (
        Meeting.objects.going_ahead()
        .filter(group__in=wanted, starts_at__in=set(wanted.values()))
        .select_related("venue", "schedule")
    )
    return {row.group_id: row for row in rows if row.starts_at == wanted[row.group_id]}


def _result(
    match: Match,
    group: Group,
    meeting: Meeting | None,
    wish: Wish,
    zone: ZoneInfo,
    place: str,
    left: int | None,
) -> Result:
    ways = [meeting.way] if meeting else [way for way in group.ways if way == WRITING] or group.ways
    brings = [each for each in Experience if each.value in group.experiences]
    # What was ticked stands first, so that it is seen.
    brings.sort(key=lambda each: each.value not in match.shared)
    said = ""
    if meeting is not None:
        minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
        how = rhythm(meeting.schedule.rule) if meeting.schedule else ""
        said = " · ".join(filter(None, [how, lasting(minutes)]))
    return Result(
        group=group,
        meeting=meeting,
        why=reasons.why(match, wish, zone=zone, place=place),
        ways=[str(Way(way).label) for way in ways],
        tone={Way.IN_PERSON: "sun", Way.WRITING: "dusk"}.get(Way(ways[0]), "brand") if ways else "",
        experiences=[str(each.label) for each in brings[:3]],
        rhythm=said,
        far=reasons.kilometres(match.km) if match.km is not None else "",
        free=places(left),
    )
