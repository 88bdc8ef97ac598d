"""Nobody stands at the door of a room whose meeting was cancelled, moved or made another way."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client

from beside import wall
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings import actions as meetings
from beside.meetings.models import Venue
from beside.rooms import clock as rooms_clock
from beside.rooms.actions import rooms
from beside.rooms.tests.evening import Evening


def look(evening: Evening, part: str, *, waits: bool = False) -> str:
    """The door of the room as this one opens it, or as the page of who waits looks again."""
    browser = Client()
    browser.force_login(evening.cast[part])
    headers = {"HX-Request": "true"} if waits else {}
    return browser.get(f"/room/{evening.room.key}/door/", headers=headers).content.decode()


def moved(evening: Evening, **by: float) -> None:
    """Ash moves it, on the clock of its zone."""
    meeting = evening.cast.meeting
    to = (meeting.starts_at + timedelta(**by)).astimezone(ZoneInfo(meeting.zone))
    with evening.acting("facilitator") as ash:
        meetings.move(meeting, on=to.date(), at=to.time(), by=ash)


@pytest.mark.parametrize("part", ["visitor", "member"])
def test_a_door_says_first_that_the_meeting_is_cancelled(evening: Evening, part: str) -> None:
    evening.knock("blocked")
    assert "Today we keep to this" in look(evening, part)
    with evening.acting("facilitator") as ash:
        meetings.cancel(evening.cast.meeting, "Ash is ill.", by=ash)
    words = look(evening, part)
    assert "This meeting does not take place" in words
    assert "Ash is ill." in words
    assert "Today we keep to this" not in words
    waiting = look(evening, "blocked", waits=True)
    assert "This has changed." in waiting
    assert "is not here yet" not in waiting


def test_whoever_knocks_on_a_page_from_before_reads_what_became_of_it(evening: Evening) -> None:
    browser = Client()
    browser.force_login(evening.cast["member"])
    with evening.acting("facilitator") as ash:
        meetings.cancel(evening.cast.meeting, by=ash)
    answer = browser.post(f"/room/{evening.room.key}/door/", {"agree": "on"})
    assert answer.status_code == 200
    assert "This meeting does not take place" in answer.content.decode()


def test_a_door_says_that_the_meeting_is_moved_and_when_it_opens(evening: Evening) -> None:
    moved(evening, hours=1)
    words = look(evening, "member")
    assert "Moved." in words
    assert "The room opens" in words
    assert "Today we keep to this" not in words
    with clock.at(evening.cast.meeting.starts_at - timedelta(minutes=5)):
        assert "Today we keep to this" in look(evening, "member")


def test_a_door_says_that_the_meeting_is_somewhere_else_tonight(evening: Evening) -> None:
    with transaction.atomic(), wall.house("test.hall"):
        hall = Venue.objects.create(name="Library")
    with evening.acting("facilitator") as ash:
        meetings.meet_differently(evening.cast.meeting, Way.IN_PERSON, venue=hall, by=ash)
    words = look(evening, "visitor")
    assert "In person.</b> It was:" in words
    assert "The room opens" not in words
    assert "How to get there" in words


def test_a_room_that_closed_before_its_meeting_was_moved_is_there_again(evening: Evening) -> None:
    evening.sit_down("facilitator", "member")
    with evening.acting("facilitator") as ash:
        rooms.close(evening.room, by=ash)
    moved(evening, days=1)
    assert "The room opens" in look(evening, "member")
    rooms_clock.set_out_due()
    assert evening.state() == "closed"
    with clock.at(evening.cast.meeting.starts_at - timedelta(minutes=10)):
        for _twice in range(2):
            rooms_clock.set_out_due()
        assert evening.state() == "waiting"
        assert evening.seat("member").standing == "left"  # let in anew, as everybody
        assert evening.knock("member").standing == "knocking"
        with wall.acting_as(evening.cast["facilitator"].pk):
            assert "Come in and open the room" in look(evening, "facilitator")
