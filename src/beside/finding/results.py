"""From matches to what stands in the list: one page of groups with the meeting that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from beside.finding import reasons
from beside.finding.matching import WRITING, Match, Wish
from beside.groups.models import Group
from beside.groups.words import Experience, Way, in_words
from beside.meetings.models import Meeting
from beside.meetings.places import places_left
from beside.meetings.rhythm import places, rhythm

PAGE = 20
TONES = {Way.IN_PERSON.value: "sun", Way.WRITING.value: "dusk"}


@dataclass(frozen=True)
class Result:
    """One group in the list. `meeting` is None where nobody has to wait for a date."""

    group: Group
    meeting: Meeting | None
    why: str
    face: str
    chips: list[tuple[str, str]]  # words, and their tone
    rhythm: str
    where: str
    is_full: bool  # this time; who waits may be offered a place

    @property
    def in_writing(self) -> bool:
        """Whether what is offered here is to read along."""
        return self.meeting is None and WRITING in self.group.ways

    @property
    def offers(self) -> tuple[str, str]:
        """What the link to its face says, and as which kind of button."""
        if self.group.is_elsewhere:
            return _("See where it is"), "ghost"
        if self.in_writing:
            return _("Read along"), "soft"
        if not self.group.visits:
            return _("How to come"), "soft"
        return (_("Wait for a place"), "soft") if self.is_full else (_("Visit once"), "")


def tell(
    found: Sequence[tuple[Match, Group]], wish: Wish, *, zone: ZoneInfo, place: str
) -> list[Result]:
    """What these groups look like in the list; two questions, however many there are."""
    meetings = _meetings(found)
    free = places_left(meetings.values())
    told = []
    for match, group in found:
        meeting = meetings.get(group.pk) if match.slot else None
        left = free.get(meeting.pk) if meeting and meeting.takes_visitors else None
        told.append(_result(match, group, meeting, wish, zone, place, left))
    return told


def _meetings(found: Sequence[tuple[Match, Group]]) -> dict[int, Meeting]:
    """By group, the meeting at the moment that fits."""
    wanted = {
        group.pk: datetime.fromtimestamp(match.slot.next, UTC)
        for match, group in found
        if match.slot
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
    brings = [each for each in reasons.EXPERIENCES if each in group.experiences]
    # What was ticked stands first, so that it is seen.
    brings.sort(key=lambda each: each not in match.shared)
    tone = TONES.get(ways[0], "brand") if ways else ""
    chips = [(words, tone) for way in ways for words in in_words(Way, [way])]
    chips += [(words, "") for each in brings[:3] for words in in_words(Experience, [each])]
    chips += [(words, "") for words in group.access_in_words]
    chips += [(words, "sun") for words in [places(left)] if words]
    return Result(
        group=group,
        meeting=meeting,
        why=reasons.why(match, wish, zone=zone, place=place),
        face=reverse("groups:face", args=[group.slug]),
        chips=chips,
        rhythm=_rhythm(meeting) if meeting else "",
        where=_where(meeting, match.km) if meeting else "",
        is_full=left == 0,
    )


def _rhythm(meeting: Meeting) -> str:
    how = rhythm(meeting.schedule.rule) if meeting.schedule else ""
    return " · ".join(filter(None, [how, meeting.lasts]))


def _where(meeting: Meeting, km: float | None) -> str:
    """ "Hackney Central Library, Hackney, London · 1.8 km"."""
    venue = meeting.venue
    if venue is None:
        return ""
    said = venue.face
    return f"{said} · {reasons.kilometres(km)}" if km is not None else said
