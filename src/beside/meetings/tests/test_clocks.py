"""When a country changes its clocks, only those are told whose own clock shows another hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from beside import wall
from beside.kernel import clock
from beside.meetings import actions, news
from beside.meetings.clock import keep_to_the_clocks
from beside.meetings.models import Meeting
from beside.meetings.tests.test_telling import changes_read, come, evening, told, zone_of
from beside.meetings.told import Told
from beside.notices.models import Notice
from tests.cast import Cast

HOUR = timedelta(hours=1)


def new_rules(meeting: Meeting, *, also: tuple[int, ...] = ()) -> None:
    """All that was counted for this meeting was counted by rules an hour off.

    And so was the evening of these persons, whose zones changed with it.
    """
    with transaction.atomic(), wall.house("test.old_rules"):
        row = Meeting.objects.get(pk=meeting.pk)
        before = row.starts_at - HOUR
        shifted: dict[str, Any] = {"starts_at": before, "ends_at": row.ends_at - HOUR}
        if row.was_starts_at:
            shifted["was_starts_at"] = row.was_starts_at - HOUR
        Meeting.objects.filter(pk=row.pk).update(**shifted)
        old = f"{row.key}@{news.word(before)}"
        for notice in Notice.objects.filter(kind=news.EVENING, dedupe=news.for_start(row)):
            notice.dedupe = old
            if notice.person_id in also and notice.due:
                notice.due -= HOUR
            notice.save()


def test_whoever_lives_by_another_clock_reads_their_new_hour_once(cast: Cast) -> None:
    meeting, eve = evening(cast)
    zone_of(cast["member"], "America/New_York")
    zone_of(cast["blocked"], "")
    for part in ("member", "greeter", "blocked"):
        come(cast, part, meeting)
    london = cast["greeter"].pk
    new_rules(meeting, also=(london, cast["blocked"].pk))
    assert keep_to_the_clocks() == 1
    assert keep_to_the_clocks() == 0
    (line,) = changes_read(cast["member"])
    assert line.startswith("The clocks change there. On your own clock it is at another hour now: ")
    there = f"{meeting.starts_at.astimezone(ZoneInfo('America/New_York')):%H:%M}"
    assert line.endswith(f"19:00 London time ({there} for you)")
    assert changes_read(cast["greeter"]) == changes_read(cast["blocked"]) == []
    with clock.at(eve):  # and they are reminded of the start as it is now
        assert changes_read(cast["greeter"])[0].startswith("Coming up: ")


def test_where_ones_own_zone_changed_too_it_is_as_it_was(cast: Cast) -> None:
    meeting, _eve = evening(cast)
    zone_of(cast["member"], "Europe/Isle_of_Man")
    come(cast, "member", meeting)
    new_rules(meeting, also=(cast["member"].pk,))
    keep_to_the_clocks()
    assert changes_read(cast["member"]) == []


@pytest.mark.parametrize("read", [False, True])
def test_what_was_said_of_it_before_stays_as_read_or_unread_as_it_was(
    cast: Cast, read: bool
) -> None:
    meeting, _eve = evening(cast)
    come(cast, "member", meeting)
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(meeting, "Rose", reach="call", contact="020 7946", by=ash)
        actions.book_guest(meeting, rose, by=ash)
        actions.cancel(meeting, by=ash)
    if read:
        with wall.house("test.read"):
            Notice.objects.filter(kind=news.CHANGED).update(seen=cast.now)
    before = told(cast, "facilitator", meeting)
    new_rules(meeting)
    keep_to_the_clocks()
    lines = [line.partition(":")[0] for line in changes_read(cast["member"])]
    assert lines == ([] if read else ["It does not take place"])
    told_ones, missed = (1, ["Rose"]) if read else (0, ["Marlow", "Rose"])
    assert before == Told(told_ones, 0, 1 - told_ones, 1, missed)
    assert told(cast, "facilitator", meeting) == before


def test_nobody_is_to_be_called_because_clocks_change(cast: Cast) -> None:
    meeting, _eve = evening(cast)
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(meeting, "Rose", reach="call", contact="020 7946", by=ash)
        actions.book_guest(meeting, rose, by=ash)
    new_rules(meeting)
    keep_to_the_clocks()
    assert told(cast, "facilitator", meeting) is None
