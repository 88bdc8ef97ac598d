"""Hours and clocks in words, with the zone's city whenever two zones are possible. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beside.care.hours import Hours
from beside.look import moments

ANSWER_BY = gettext_lazy("answer by %(hour)s")
WAS_DUE = gettext_lazy("answer was due: %(hour)s")
WAITS = gettext_lazy("nobody is there; its clock begins: %(hour)s")
NO_HOURS = gettext_lazy("nobody has offered hours")


def hour(moment: datetime, zone: ZoneInfo, *, now: datetime, reader: ZoneInfo | None) -> str:
    """ "21:10", "tomorrow 09:00" or "Tue 24 Nov, 09:00", on the reader's clock if it is known."""
    at = reader or zone
    there, today = moment.astimezone(at), now.astimezone(at).date()
    said = in_words(there, moments.HOUR)
    if there.date() == today + timedelta(days=1):
        said = _("tomorrow %(hour)s") % {"hour": said}
    elif there.date() != today:
        said = _("%(day)s, %(hour)s") % {"day": moments.day(there), "hour": said}
    return said if reader else moments.zoned(said, zone)


def who_reads(
    hours: Hours, zone: ZoneInfo, *, now: datetime, reader: ZoneInfo | None, title: str
) -> list[str]:
    """Whether somebody reads now, in one or two sentences; `title` is the duty worker's."""

    def at(moment: datetime) -> str:
        return hour(moment, zone, now=now, reader=reader)

    if hours.reads and hours.turns_at:
        return [
            _("Someone from the team reads here until %(hour)s.") % {"hour": at(hours.turns_at)}
        ]
    if hours.turns_at is None:
        said = [_("Nobody from the team is reading now.")]
    else:
        words = _("Nobody from the team is reading now; we read again: %(hour)s.")
        said = [words % {"hour": at(hours.turns_at)}]
    if hours.on_duty and hours.duty_until:
        words = _("For what cannot wait, the %(title)s is on duty until %(hour)s.")
        said.append(words % {"title": title, "hour": at(hours.duty_until)})
    return said
