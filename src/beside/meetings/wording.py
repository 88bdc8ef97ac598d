"""What became of a meeting, without the last full stop: for notices, texts and post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from beside.meetings.models import Meeting

Change = Meeting.Change


def of_change(
    meeting: Meeting, spoken: Callable[[datetime], str], *, knows_after_all: bool = False
) -> str:
    """A sentence for each thing that differs from what had been said, or changed; and when it is.

    Hours as `spoken` says them. That it takes place after all is left out where the reader knows.
    Empty where nothing is left: there is nothing to read then.
    """
    when = spoken(meeting.starts_at)
    if meeting.state == Meeting.State.CANCELLED:
        return _("It does not take place: %(when)s") % {"when": when}
    sentences = _how_and_where(meeting, knows_after_all=knows_after_all)
    if meeting.moved_from is not None:
        both = {"when": when, "was": spoken(meeting.moved_from)}
        return ". ".join([_("It is moved to %(when)s. It was %(was)s") % both, *sentences])
    if Change.HOUR in meeting.changes:
        again = _("It is at its first hour again: %(when)s") % {"when": when}
        return ". ".join([again, *sentences])
    if sentences:
        return ". ".join([*sentences, _("It begins %(when)s") % {"when": when}])
    if Change.WORDS in meeting.changes:
        return _("Something to know about %(when)s") % {"when": when}
    return ""


def _how_and_where(meeting: Meeting, *, knows_after_all: bool) -> list[str]:
    """That it takes place after all, in which way, and at which place."""
    changes, sentences = meeting.changes, []
    if Change.AFTER_ALL in changes and not knows_after_all:
        sentences.append(_("It takes place after all"))
    way = {"way": meeting.get_way_display()}
    if meeting.differs and meeting.was_way != meeting.way:
        sentences.append(_("We meet in another way: %(way)s") % way)
    elif Change.WAY in changes:
        sentences.append(_("We meet as we said first: %(way)s") % way)
    other_room = Change.PLACE in changes and meeting.venue_id is not None
    if other_room and meeting.venue_id == meeting.was_venue_id:
        sentences.append(_("We meet at the place that we said first"))
    elif meeting.is_in_another_room or (other_room and Change.WAY not in changes):
        sentences.append(_("We meet at another place"))
    return sentences
