"""What became of a meeting, in one sentence without its full stop: for notices, texts and post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from beside.meetings.models import Meeting


def of_change(meeting: Meeting, spoken: Callable[[datetime], str]) -> str:
    """The latest change, with its hours as `spoken` says them."""
    when = spoken(meeting.starts_at)
    if meeting.state == Meeting.State.CANCELLED:
        return _("It does not take place: %(when)s") % {"when": when}
    if not meeting.differs:
        return _("It takes place after all: %(when)s") % {"when": when}
    was = meeting.was_starts_at or meeting.starts_at
    if was != meeting.starts_at:
        both = {"when": when, "was": spoken(was)}
        return _("It is moved to %(when)s. It was %(was)s") % both
    if meeting.was_way != meeting.way:
        way = {"when": when, "way": meeting.get_way_display()}
        return _("We meet in another way: %(way)s, %(when)s") % way
    return _("We meet at another place: %(when)s") % {"when": when}
