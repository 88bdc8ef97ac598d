"""What the database alone can tell of meetings and venues, as much as one may know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.db import connection

from beside.meetings.models import Meeting


def places_left(meetings: Iterable[Meeting]) -> dict[int, int]:
    """By number of meeting: 0, 1, 2, or 3 for "3 or more"; meetings without a limit are left out.

    One question for all. More than three is never told, so that nobody can count who comes.
    """
    numbers = [meeting.pk for meeting in meetings]
    with connection.cursor() as cursor:
        cursor.execute("select meeting, free from places_left(%s::bigint[])", [numbers])
        return dict(cursor.fetchall())


def kept_venues() -> list[int]:
    """The numbers of the venues that whoever asks keeps as a facilitator.

    The database is asked, because a group may meet there that this person does not see.
    """
    return _asked("kept_venues")


def venues_to_meet_at() -> list[int]:
    """The numbers of the venues at which whoever asks may plan as a facilitator.

    Those they keep, and those whose door is public: meeting somewhere shows them the door.
    """
    return _asked("venues_to_meet_at")


def _asked(question: Literal["kept_venues", "venues_to_meet_at"]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {question}()")
        found: list[int] = cursor.fetchone()[0]
        return found
