"""What stands beside a meeting on a page, for whoever may read it: why it changed, who holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from beside.meetings.models import Holding, Meeting, Said
from beside.meetings.rows import HOLDS
from beside.people.models import Person


def put_words(meetings: Iterable[Meeting], person: Person | None) -> None:
    """Put the words beside each changed meeting, as far as this person is told why.

    One question; none where nothing was changed.
    """
    changed: dict[int, list[Meeting]] = {}
    for meeting in meetings:
        if meeting.sequence:
            changed.setdefault(meeting.pk, []).append(meeting)
    if not changed:
        return
    for said in Said.objects.visible_to(person).filter(meeting__in=changed):
        for meeting in changed[said.meeting_id]:
            meeting.said = said.words


def put_holders(meetings: Iterable[Meeting], person: Person | None) -> None:
    """Put beside each meeting who facilitates it, as far as this person may know; one question."""
    rows = list(meetings)
    if not rows:
        return
    seen = Holding.objects.visible_to(person).filter(meeting__in=rows, part__in=HOLDS)
    found: dict[int, list[Holding]] = defaultdict(list)
    for holding in seen.select_related("persona").order_by("pk"):
        found[holding.meeting_id].append(holding)
    for meeting in rows:
        meeting.holders = found[meeting.pk]
