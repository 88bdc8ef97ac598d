"""One meeting in each of thirty zones, in the weeks in which the clocks change: whatever speaks of
it says the same instant. Pages, notices, the data beside a public page, and calendars."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from icalendar import Calendar

from beside import wall
from beside.exchange import actions as exchange
from beside.groups.words import Way
from beside.kernel import clock
from beside.look.moments import city
from beside.meetings import actions
from beside.meetings.models import Meeting
from beside.notices.models import Notice
from beside.notices.reading import words_of
from beside.people.models import Person
from tests.cast import ZONE, Cast
from tests.exchange import timetables
from tests.exchange.timetables import ZONES, shown

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)  # New York, Europe, Chile, Lord Howe, Cairo change now
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SAID = re.compile(r'<time datetime="([^"]+)"[^>]*>([^<]+)</time>')


@dataclass
class Told:
    """A meeting, and when it really is, counted without the product."""

    meeting: Meeting
    truth: datetime


@pytest.fixture
def around_the_world(cast: Cast) -> list[Told]:
    """Each other day in another zone, the member booked; every third is moved to another hour."""
    dice, told = random.Random("said everywhere"), []
    with clock.at(NOW):
        for number, zone in enumerate(ZONES):
            day = date(2027, 3, 3) + timedelta(days=number * 2)
            with cast.looking_as("facilitator") as ash:
                local = _hour(dice, day, zone)
                meeting = actions.add_meeting(
                    cast.group, on=day, at=local.time(), zone=zone, minutes=75, way=Way.CALL,
                    places=8, by=ash,
                )  # fmt: skip
            with cast.looking_as("member") as marlow:
                actions.book_seat(meeting, by=marlow)
            if number % 3 == 0:
                local = _hour(dice, day, zone)
                with cast.looking_as("facilitator") as ash:
                    actions.move(meeting, on=day, at=local.time(), by=ash)
            with cast.looking_as("member"), transaction.atomic():
                fresh = Meeting.objects.get(pk=meeting.pk)
            told.append(Told(fresh, timetables.instant(local, zone)))
    return told


def _hour(dice: random.Random, day: date, zone: str) -> datetime:
    """A time that the clocks show on that day, and show once."""
    while True:
        local = datetime.combine(day, time(dice.randint(7, 21), dice.choice((0, 15, 30))))
        if len(timetables.instants(local, zone)) == 1:
            return local


def read(words: str) -> datetime:
    """The local moment that a person reads in them."""
    found = re.search(r"(\w{3}) (\d+) (\w{3}), (\d\d):(\d\d)", words)
    assert found, words
    weekday, day, month, hour, minute = found.groups()
    said = date(2027, MONTHS.index(month) + 1, int(day))
    assert f"{said:%a}" == weekday, words
    return datetime.combine(said, time(int(hour), int(minute)))


def own_hour(words: str) -> str:
    """ "14:30" of "18:30 New York time (14:30 for you)"."""
    found = re.search(r"\((?:.*, )?(\d\d:\d\d) for you\)", words)
    return found[1] if found else ""


def says(words: str, each: Told) -> None:
    """These words are that instant where it is, and for somebody in London where they say so."""
    assert read(words) == shown(each.truth, each.meeting.zone), words
    here = shown(each.truth, ZONE)
    assert own_hour(words) in {"", f"{here:%H:%M}"}, words
    alone = here == shown(each.truth, each.meeting.zone)
    assert alone or own_hour(words) or f" {city(ZoneInfo(each.meeting.zone))} time" in words, words


def test_whatever_speaks_of_a_meeting_says_the_same_instant(
    cast: Cast, around_the_world: list[Told], client: Client
) -> None:
    truth = [each.truth for each in around_the_world]
    assert [each.meeting.starts_at for each in around_the_world] == truth
    notices_say_it(cast, around_the_world)
    data_beside_the_public_page_says_it(cast, truth, client)
    calendars_say_it(cast, truth, client)
    pages_say_it(cast, around_the_world, client)


def pages_say_it(cast: Cast, told: list[Told], client: Client) -> None:
    """The group's page shows some weeks at a time: it is looked at again as time goes on."""
    said: dict[datetime, str] = {}
    for days in range(0, 2 * len(ZONES), 7):
        with clock.at(NOW + timedelta(days=days)):
            client.force_login(cast["member"])
            page = client.get(f"/g/{cast.group.key}/meetings/").content.decode()
        for moment, words in SAID.findall(page):
            said.setdefault(datetime.fromisoformat(moment), words)
    for each in told:
        says(said[each.truth], each)


def notices_say_it(cast: Cast, told: list[Told]) -> None:
    lines = _notices(cast["member"])
    assert len(lines) >= len(told)
    for each in told:
        for line in lines[each.meeting.key]:
            says(line.partition(" It was ")[0], each)


def _notices(person: Person) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with clock.at(NOW), wall.acting_as(person.pk), transaction.atomic():
        for notice in Notice.objects.visible_to(person):
            words = words_of(notice, person)
            if words and "meeting" in notice.args:
                found.setdefault(notice.args["meeting"], []).append(str(words.line))
    return found


def data_beside_the_public_page_says_it(cast: Cast, truth: list[datetime], client: Client) -> None:
    with clock.at(NOW):
        page = client.get(f"/groups/{cast.group.slug}/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    events = json.loads(found[1])["@graph"]
    begins = {datetime.fromisoformat(each["startDate"]).astimezone(UTC) for each in events}
    assert set(truth) <= begins


def calendars_say_it(cast: Cast, truth: list[datetime], client: Client) -> None:
    with cast.looking_as("member") as marlow:
        _row, secret = exchange.make_calendar(label="My phone", shows="neutral", by=marlow)
    for path in (f"/groups/{cast.group.slug}/calendar.ics", f"/calendar/{secret}.ics"):
        with clock.at(NOW):
            answer = client.get(path)
        read: Any = Calendar.from_ical(bytes(answer.getvalue()).decode())
        begins = {event["DTSTART"].dt.astimezone(UTC) for event in read.walk("VEVENT")}
        assert set(truth) <= begins, path
