"""No text wakes anybody, and nobody loses their turn because they slept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from beside import wall
from beside.kernel import clock
from beside.meetings import actions, reminding
from beside.meetings.clock import settle_lines
from beside.meetings.models import Booking, Manner, Meeting
from beside.meetings.tests.test_telling import reads, zone_of
from beside.meetings.tests.test_texting import sheet, welcome
from beside.notices import quiet
from beside.notices.clock import send_texts
from tests.cast import ZONE, Cast, in_hours
from tests.gateway import Gateway

LONDON = ZoneInfo(ZONE)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(cast: Cast, hour: int, minute: int = 0, days: int = 0) -> datetime:
    """An hour of this day, or some days later, where people are."""
    day: date = cast.now.astimezone(LONDON).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def meets(cast: Cast, moment: datetime, **more: Any) -> Meeting:
    with cast.looking_as("facilitator") as ash:
        return in_hours(moment, 0, cast.group, ash, **more)


def first_words(there: Gateway) -> list[str]:
    return [words.partition(":")[0] for _number, words in there.texts]


# Texts -----------------------------------------------------------------------------------------


def test_a_text_waits_for_the_morning_and_the_sheet_says_when(noon: Cast, there: Gateway) -> None:
    meeting = meets(noon, at(noon, 19, days=3))
    welcome(noon, meeting)
    send_texts()
    with clock.at(at(noon, 21)):
        with noon.looking_as("facilitator") as ash:
            actions.cancel(meeting, by=ash)
        send_texts()
        assert first_words(there) == ["Your place is kept"]
        assert "The change: a text goes <time" in sheet(noon, meeting)
    with clock.at(at(noon, 7, 59, days=1)):
        send_texts()
        assert len(there.texts) == 1
    with clock.at(at(noon, 8, days=1)):
        send_texts()
    assert first_words(there) == ["Your place is kept", "It does not take place"]


@pytest.mark.parametrize(("hour", "minute", "goes"), [(8, 30, True), (9, 0, True), (9, 1, False)])
def test_what_is_needed_before_the_morning_goes_at_night(
    noon: Cast, there: Gateway, hour: int, minute: int, goes: bool
) -> None:
    meeting = meets(noon, at(noon, hour, minute, days=1))
    welcome(noon, meeting)
    send_texts()
    with clock.at(at(noon, 22)):
        with noon.looking_as("facilitator") as ash:
            actions.cancel(meeting, by=ash)
        send_texts()
    assert len(there.texts) == (2 if goes else 1)


def test_whoever_would_set_out_tonight_is_told_tonight_however_often_it_moved(
    noon: Cast, there: Gateway
) -> None:
    first = at(noon, 19, days=4)
    meeting = meets(noon, first)
    welcome(noon, meeting)
    send_texts()
    with noon.looking_as("facilitator") as ash:
        actions.move(meeting, on=at(noon, 23).astimezone(LONDON).date(), at=time(23), by=ash)
        send_texts()
        with clock.at(at(noon, 21, 30)):
            actions.move(meeting, on=first.astimezone(LONDON).date(), at=time(20), by=ash)
            send_texts()
    assert len(there.texts) == 3


# Offers ----------------------------------------------------------------------------------------


def a_place_frees(cast: Cast, moment: datetime, meeting: Meeting, part: str) -> Booking:
    """At this moment the greeter gives the only place back; this one of the cast waits first."""
    with cast.looking_as("greeter") as noor:
        taken = actions.book_seat(meeting, by=noor)
    with cast.looking_as(part) as person:
        waits = actions.wait_for_seat(meeting, by=person)
    with clock.at(moment), cast.looking_as("greeter") as noor:
        actions.not_tonight(taken, by=noor)
    with wall.house("test.waits"):
        waits.refresh_from_db()
    return waits


def test_nobody_loses_their_turn_in_the_night_and_the_order_stays(noon: Cast) -> None:
    meeting = meets(noon, at(noon, 19, days=2), places=1)
    evening = at(noon, 20, 30)
    first = a_place_frees(noon, evening, meeting, "member")
    with noon.looking_as("facilitator") as ash:
        second = actions.wait_for_seat(meeting, by=ash)
    assert first.offer_until == at(noon, 9, 30, days=1)
    with clock.at(evening + MINUTE):
        assert "09:30" in reads(noon["member"])[0]
        browser = Client()
        browser.force_login(noon["member"])
        page = browser.get(f"/g/{noon.group.key}/visit/{meeting.key}/").content.decode()
        assert "You need not answer at night." in page
    for moment, standings in (
        (at(noon, 3, days=1), ("offered", "waiting")),
        (at(noon, 9, 29, days=1), ("offered", "waiting")),
        (at(noon, 9, 30, days=1), ("lapsed", "offered")),
    ):
        with clock.at(moment):
            settle_lines()
            with transaction.atomic(), wall.house("test.order"):
                found = [Booking.objects.get(pk=each.pk).standing for each in (first, second)]
            assert tuple(found) == standings


def test_the_night_is_that_of_whoever_is_asked(noon: Cast) -> None:
    zone_of(noon["member"], "America/New_York")
    meeting = meets(noon, at(noon, 19, days=2), places=1)
    late = at(noon, 23)  # six in the evening for them
    waits = a_place_frees(noon, late, meeting, "member")
    assert waits.offer_until == late + 2 * HOUR


def test_an_offer_is_texted_in_the_morning_with_all_its_time(noon: Cast, there: Gateway) -> None:
    meeting = meets(noon, at(noon, 19, days=2), places=1)
    with noon.looking_as("greeter") as noor:
        taken = actions.book_seat(meeting, by=noor)
    with noon.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(meeting, "Rose", reach="text", contact="07400 123456", by=ash)
        actions.book_guest(meeting, rose, wait=True, by=ash)
    with clock.at(at(noon, 23)):
        with noon.looking_as("greeter") as noor:
            actions.not_tonight(taken, by=noor)
        send_texts()
        assert there.texts == []
    with clock.at(at(noon, 8, days=1)):
        settle_lines()
        send_texts()
    ((_number, words),) = there.texts
    assert "It is kept until " in words
    assert "10:00 London time" in words


def test_for_what_begins_soon_people_are_up(noon: Cast) -> None:
    with transaction.atomic(), wall.house("test.short"):
        Manner.objects.create(group=noon.group, offer_minutes=30)
    tonight = meets(noon, at(noon, 23), places=1)
    waits = a_place_frees(noon, at(noon, 21, 15), tonight, "member")
    assert waits.offer_until == at(noon, 21, 45)


MOMENTS = st.integers(0, 200_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
ZONES = st.sampled_from(["Europe/London", "Pacific/Apia", "America/St_Johns"]).map(ZoneInfo)
SPANS = st.integers(10, 2880).map(lambda n: n * MINUTE)


@given(MOMENTS, SPANS, st.integers(1, 20_000).map(lambda n: n * MINUTE), ZONES)
def test_an_offer_lasts_as_long_as_said_and_long_enough_awake(
    now: datetime, lasts: timedelta, ahead: timedelta, zone: ZoneInfo
) -> None:
    starts_at = now + ahead
    until = reminding.offered_until(now, lasts, starts_at, zone)
    assert until <= starts_at
    if until < starts_at:
        assert until >= now + lasts
        if ahead > 3 * HOUR:
            assert until >= quiet.awake_for(min(lasts, 2 * HOUR), now, zone)
    longer = reminding.offered_until(now, lasts + HOUR, starts_at, zone)
    assert longer >= until


@given(MOMENTS, SPANS, ZONES)
def test_by_day_an_offer_lasts_just_as_long_as_said(
    now: datetime, lasts: timedelta, zone: ZoneInfo
) -> None:
    until = reminding.offered_until(now, lasts, now + timedelta(days=9), zone)
    over = now + lasts - MINUTE
    if lasts <= 2 * HOUR and quiet.ends(now, zone) is quiet.ends(over, zone) is None:
        assert until == now + lasts
        assert not reminding.lasts_over_night(now, until, zone)
    elif lasts <= 2 * HOUR:
        assert reminding.lasts_over_night(now, until, zone)
