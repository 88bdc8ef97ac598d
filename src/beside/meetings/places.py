"""How many places are left, as much as everybody may know."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beside.meetings.models import Meeting

MANY = 3


def places_left(meetings: Iterable[Meeting]) -> dict[int, int]:
    """By number of meeting: 0, 1, 2, or 3 for "3 or more"; meetings without a limit are left out.

    One question for all. More than three is never told, so that nobody can count who comes.
    """
    numbers = [meeting.pk for meeting in meetings]
    with connection.cursor() as cursor:
        cursor.execute("select meeting, free from places_left(%s::bigint[])", [numbers])
        return dict(cursor.fetchall())


def in_words(free: int | None) -> str:
    """ "2 places left", "No place left this time"; nothing while there are enough."""
    if free is None or free >= MANY:
        return ""
    if free == 0:
        return _("No place left this time")
    return ngettext("%(n)d place left", "%(n)d places left", free) % {"n": free}
