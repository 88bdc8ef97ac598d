"""Changing the rows of meetings, as the house: what is kept, and what must not meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from psycopg.types.range import TimestamptzRange

from beside.groups.models import Persona, Wearer
from beside.kernel import clock
from beside.kernel.text import tidy
from beside.meetings.models import Holding, Meeting, Said, Schedule, Taken
from beside.meetings.recurrence import instant

SAID = 200  # signs
HOLDS = (Holding.Part.LEAD, Holding.Part.CO, Holding.Part.SUBSTITUTE)


class VenueTaken(Exception):
    """Another meeting is at this place at this time."""


class HeldElsewhere(Exception):
    """Whoever would facilitate holds another meeting at this time."""


@dataclass(frozen=True)
class Before:
    """How a meeting stood before an act."""

    starts_at: datetime
    way: str
    venue: int | None
    cancelled: bool


def remember(meeting: Meeting) -> Before:
    """How it stands; and kept, before the first change, so that an old link can show it."""
    if meeting.was_starts_at is None:
        meeting.was_starts_at = meeting.starts_at
        meeting.was_way, meeting.was_venue_id = meeting.way, meeting.venue_id
    cancelled = meeting.state == Meeting.State.CANCELLED
    return Before(meeting.starts_at, meeting.way, meeting.venue_id, cancelled)


def keep_change(meeting: Meeting, before: Before, words: str) -> None:
    """Save one change with what it was, and what is said about it. Raises as `keep`."""
    cancelled = meeting.state == Meeting.State.CANCELLED
    change, still = Meeting.Change, Meeting.Change.AFTER_ALL in meeting.changes
    found = {
        change.CANCELLED: cancelled and not before.cancelled,
        change.AFTER_ALL: not cancelled and (before.cancelled or still),
        change.HOUR: meeting.starts_at != before.starts_at,
        change.WAY: meeting.way != before.way,
        change.PLACE: meeting.venue_id != before.venue,
        change.WORDS: bool(tidy(words)) and not says(meeting, words),
    }
    meeting.changes = [name.value for name, is_so in found.items() if is_so]
    meeting.stood_at = before.starts_at
    count_change(meeting)
    if cancelled or before.cancelled:
        meeting.after_all = None if cancelled else meeting.sequence
    keep(meeting)
    say([meeting], words)


def keep(meeting: Meeting) -> None:
    """Save a changed meeting with the hours of whoever holds it.

    Raises VenueTaken and HeldElsewhere; then nothing was changed.
    """
    try:
        with transaction.atomic():
            meeting.save()
            during = hours(meeting)
            Holding.objects.filter(meeting=meeting).update(during=during)
            Taken.objects.filter(holding__meeting=meeting).delete()
            Taken.objects.bulk_create(_taken(meeting))
    except IntegrityError as clash:
        raise _said(clash)(meeting.key) from clash


def count_change(meeting: Meeting) -> None:
    """One change more, now: calendars and notices go by it."""
    meeting.sequence += 1
    meeting.changed_at = clock.now()


def cancelled(meeting: Meeting, reason: str) -> None:
    """The meeting does not take place; its row stays, so that everybody can see it."""
    before = remember(meeting)
    meeting.state = Meeting.State.CANCELLED
    keep_change(meeting, before, reason)


def say(meetings: Sequence[Meeting], words: str) -> None:
    """Keep what is said about the latest change, behind a wall of its own."""
    if said := tidy(words)[:SAID]:
        Said.objects.bulk_create(
            [Said(meeting=meeting, words=said) for meeting in meetings],
            update_conflicts=True,
            unique_fields=["meeting"],
            update_fields=["words"],
        )
    else:
        Said.objects.filter(meeting__in=meetings).delete()


def says(meeting: Meeting, words: str) -> bool:
    """Whether just these words stand there already."""
    there = Said.objects.filter(meeting=meeting).values_list("words", flat=True).first()
    return (there or "") == tidy(words)[:SAID]


def all_cancelled(meetings: Sequence[Meeting], reason: str) -> None:
    """The same for many that go ahead, in a handful of statements; their rows are locked."""
    rows = Meeting.objects.filter(pk__in=[each.pk for each in meetings])
    first = {"was_starts_at": F("starts_at"), "was_way": F("way"), "was_venue": F("venue")}
    rows.filter(was_starts_at=None).update(**first)
    state, changes = Meeting.State.CANCELLED, [Meeting.Change.CANCELLED.value]
    counted = {"sequence": F("sequence") + 1, "changed_at": clock.now()}
    rows.update(state=state, changes=changes, after_all=None, **counted)
    Taken.objects.filter(holding__meeting__in=rows).delete()
    say(meetings, reason)
    for each in meetings:
        remember(each)
        each.state, each.changes, each.after_all = state, changes, None
        count_change(each)


def set_right(meeting: Meeting) -> bool:
    """Count a meeting's instants anew from its local hour; False where something stands there.

    What was said of it is as true as before, now under the next number.
    """
    before = meeting.stood_at = meeting.starts_at
    meeting.starts_at = instant(datetime.combine(meeting.on, meeting.at), meeting.zone)
    meeting.ends_at += meeting.starts_at - before
    if meeting.was_starts_at is not None:
        meeting.was_starts_at += meeting.starts_at - before
    count_change(meeting)
    if meeting.after_all == meeting.sequence - 1:
        meeting.after_all = meeting.sequence
    try:
        keep(meeting)
    except (VenueTaken, HeldElsewhere):
        return False
    return True


def hold(meeting: Meeting, persona: Persona, part: str) -> Holding:
    """Write down who holds a meeting; nobody holds two at a time. Raises HeldElsewhere."""
    try:
        with transaction.atomic():
            holding, _new = Holding.objects.update_or_create(
                meeting=meeting,
                persona=persona,
                defaults={"part": part, "during": hours(meeting)},
            )
            Taken.objects.filter(holding__meeting=meeting).delete()
            Taken.objects.bulk_create(_taken(meeting))
    except IntegrityError as clash:
        raise _said(clash)(meeting.key) from clash
    return holding


def hold_as_planned(schedule: Schedule) -> list[Holding]:
    """Whoever usually facilitates holds the coming meetings of a rule that nobody holds yet.

    Meetings at whose time they hold another one stay uncovered, and so do those that somebody left
    open. Returns what is held by this, the next first.
    """
    if schedule.lead is None:
        return []
    held = Holding.objects.filter(meeting__schedule=schedule).values("meeting")
    coming = Meeting.objects.to_come().going_ahead().filter(schedule=schedule, left_open=False)
    found = []
    for meeting in coming.exclude(pk__in=held):
        try:
            found.append(hold(meeting, schedule.lead, Holding.Part.LEAD))
        except HeldElsewhere:
            continue
    return found


def hand_over(meetings: Sequence[Meeting], lead: int | None) -> None:
    """Whoever usually facilitated (their persona) no longer does; for whoever does from here on.

    Who stands in for one day still does. The rows are saved by whoever changes their rule.
    """
    theirs = Holding.objects.filter(persona=lead, part=Holding.Part.LEAD)
    theirs.filter(meeting__in=[each.pk for each in meetings]).delete()
    for each in meetings:
        each.left_open = False


def leave_open(holding: Holding) -> None:
    """They do not hold it after all; it waits for somebody to say that they do."""
    Holding.objects.filter(pk=holding.pk).delete()
    Meeting.objects.filter(pk=holding.meeting_id).update(left_open=True)
    holding.meeting.left_open = True


def let_go_of(persona: Persona) -> list[Meeting]:
    """What a name would have held is held by nobody, and no rule names it any more.

    Returns the coming meetings that go ahead and that nobody facilitates now, the next first.
    """
    Schedule.objects.filter(lead=persona).update(lead=None)
    theirs = Holding.objects.filter(persona=persona, meeting__starts_at__gt=clock.now())
    facilitated = list(theirs.filter(part__in=HOLDS).values_list("meeting", flat=True))
    theirs.delete()
    held = Holding.objects.filter(part__in=HOLDS).values("meeting")
    found = Meeting.objects.to_come().going_ahead().filter(pk__in=facilitated)
    return list(found.exclude(pk__in=held).select_related("group"))


def _taken(meeting: Meeting) -> list[Taken]:
    """The hours of everybody who holds a meeting that goes ahead."""
    if meeting.state == Meeting.State.CANCELLED:
        return []
    holdings = Holding.objects.filter(meeting=meeting, part__in=HOLDS)
    wearers = Wearer.objects.filter(persona__in=holdings.values("persona"))
    person = dict(wearers.values_list("persona", "person"))
    during = hours(meeting)
    return [
        Taken(holding=each, person_id=person[each.persona_id], during=during)
        for each in holdings
        if each.persona_id in person
    ]


def hours(meeting: Meeting) -> TimestamptzRange:
    """From its start to its end, for a column."""
    return TimestamptzRange(meeting.starts_at, meeting.ends_at)


def _said(clash: IntegrityError) -> type[Exception]:
    """Which of two constraints spoke. Anything else is a fault of ours and stays what it is."""
    diag = getattr(clash.__cause__, "diag", None)
    name = getattr(diag, "constraint_name", "")
    if name == "nobody_holds_two_meetings_at_a_time":
        return HeldElsewhere
    if name == "a_venue_holds_one_meeting_at_a_time":
        return VenueTaken
    raise clash
