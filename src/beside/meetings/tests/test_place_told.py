"""Whoever is booked hears in time that the door is another, once, if the door is theirs to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings import actions, news
from beside.meetings.actions import Facts
from beside.meetings.models import Guest, Manner, Meeting, Venue
from beside.meetings.points import Point
from beside.meetings.tests.crowd import crowd, reachable
from beside.meetings.tests.test_telling import come, reads
from beside.meetings.tests.test_texting import sheet
from beside.meetings.tests.test_venues import said
from beside.meetings.told import Told, told_of_places
from beside.notices.clock import deliver, send_texts
from beside.notices.models import Notice
from beside.people.models import Person
from tests.cast import NAMES, PARTS, Cast, in_hours
from tests.gateway import Gateway

LOFT = Facts(
    name="The Loft",
    town="London",
    access=("step_free", "quiet"),
    address="12 River Street",
    directions="The blue door, second bell",
    point=Point(51.5462, -0.0443),
)
MOVED = replace(LOFT, address="14 Mill Road", directions="The yard behind the bakery")


@pytest.fixture
def loft(cast: Cast) -> Iterator[Venue]:
    """The group meets there twice soon, and the member is booked for both."""
    with cast.looking_as("facilitator") as ash:
        venue = actions.add_venue(LOFT, by=ash)
        cast.meeting, cast.later = (
            in_hours(cast.now, hours, cast.group, ash, way=Way.IN_PERSON, venue=venue)
            for hours in (30, 60)
        )
    for meeting in (cast.meeting, cast.later):
        come(cast, "member", meeting)
    with clock.at(cast.now + timedelta(hours=1)):
        yield venue


def change(cast: Cast, loft: Venue, before: Facts, now: Facts, *, tell: bool = True) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.change_venue(loft, now, read=before.mark, tell=tell, by=ash)


def hears(person: Person) -> list[str]:
    return [line for line in reads(person) if line.startswith("The address")]


def left() -> list[int]:
    with transaction.atomic(), wall.house("test.left"):
        return list(Notice.objects.filter(kind=news.PLACE_CHANGED).values_list("person", flat=True))


def test_whoever_is_booked_there_is_told_once_however_much_changed(cast: Cast, loft: Venue) -> None:
    come(cast, "facilitator", cast.meeting)
    reachable(cast["member"], "marlow@example.net")
    change(cast, loft, LOFT, replace(MOVED, point=Point(51.5, 0.0), access=("quiet",)))
    (line,) = hears(cast["member"])
    assert line.startswith("The address or the way in has changed: ")
    assert left() == [cast["member"].pk]  # neither whoever changed it nor anybody else
    deliver()
    assert [letter.to for letter in mail.outbox] == [["marlow@example.net"]]
    assert "Mill" not in mail.outbox[0].body
    assert "Loft" not in mail.outbox[0].body


def test_what_was_sent_twice_is_told_once(cast: Cast, loft: Venue) -> None:
    for _twice in range(2):
        change(cast, loft, LOFT, replace(MOVED, directions="The yard,\r\nbehind the bakery"))
    assert left() == [cast["member"].pk]


@pytest.mark.parametrize(
    "now",
    [
        replace(LOFT, transport="Bus 425", quiet_space="Upstairs", neighbourhood="Homerton"),
        replace(LOFT, address="12  river street", access=("step_free", "quiet", "signed")),
    ],
)
def test_a_note_or_a_capital_is_told_to_nobody(cast: Cast, loft: Venue, now: Facts) -> None:
    change(cast, loft, LOFT, now)
    assert left() == []


@pytest.mark.parametrize(
    "now",
    [
        replace(LOFT, address="14 Mill Road"),
        replace(LOFT, directions="The green door"),
        replace(LOFT, point=Point(51.5, 0.0)),
        replace(LOFT, access=("quiet",)),
    ],
)
def test_each_thing_that_leads_elsewhere_is_told(cast: Cast, loft: Venue, now: Facts) -> None:
    change(cast, loft, LOFT, now)
    assert left() == [cast["member"].pk]


def test_a_slip_that_is_put_right_is_told_to_nobody_and_takes_no_news_away(
    cast: Cast, loft: Venue
) -> None:
    change(cast, loft, LOFT, MOVED)
    change(cast, loft, MOVED, replace(MOVED, address="14 Mill Rd"), tell=False)
    assert left() == [cast["member"].pk]
    assert len(hears(cast["member"])) == 1


def test_of_two_changes_only_the_later_is_read(cast: Cast, loft: Venue) -> None:
    change(cast, loft, LOFT, MOVED)
    with clock.at(cast.now + timedelta(hours=2)):
        change(cast, loft, MOVED, LOFT)
        assert left() == [cast["member"].pk] * 2
        assert len(hears(cast["member"])) == 1


def test_a_visitor_hears_of_the_door_only_when_the_door_is_theirs_to_know(
    cast: Cast, loft: Venue
) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.keep_manner(
            cast.group,
            door_after=Manner.DoorAfter.GREETED,
            supporters=False,
            offer_minutes=60,
            attendance_days=30,
            by=ash,
        )
    with cast.looking_as("visitor") as visitor:
        booking = actions.book_visit(cast.meeting, *NAMES["visitor"], by=visitor)
    change(cast, loft, LOFT, MOVED)
    assert hears(cast["visitor"]) == []
    assert left() == [cast["member"].pk]
    with cast.looking_as("greeter") as noor:
        actions.greet(booking, "Hello, I will be at the door.", by=noor)
    with clock.at(cast.now + timedelta(hours=2)):
        change(cast, loft, MOVED, LOFT)
        (line,) = hears(cast["visitor"])
    assert line.startswith("The address or the way in has changed: ")


def test_whoever_is_not_coming_is_not_told(cast: Cast, loft: Venue) -> None:
    for meeting in (cast.meeting, cast.later):
        booking = come(cast, "member", meeting)
        with cast.looking_as("member") as marlow:
            actions.not_tonight(booking, by=marlow)
    come(cast, "greeter", cast.meeting)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.meeting, "Ash is ill.", by=ash)
    change(cast, loft, LOFT, MOVED)
    assert left() == []


def told(cast: Cast, part: str, meeting: Meeting) -> Told | None:
    with cast.looking_as(part) as person, transaction.atomic():
        return told_of_places([Meeting.objects.get(pk=meeting.pk)], person).get(meeting.pk)


def test_who_facilitates_reads_who_was_told_and_nobody_else_does(cast: Cast, loft: Venue) -> None:
    reachable(cast["member"], "marlow@example.net")
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(cast.later, "Rose", reach="call", contact="020 7946", by=ash)
        with clock.at(cast.now):
            actions.book_guest(cast.later, rose, by=ash)
    with clock.at(cast.now):
        come(cast, "greeter", cast.meeting)
    change(cast, loft, LOFT, MOVED)
    come(cast, "blocked", cast.meeting)  # has read it as it is now
    assert told(cast, "facilitator", cast.meeting) == Told(0, 1, 1, 0, ["Noor"])
    assert told(cast, "facilitator", cast.later) == Told(0, 1, 0, 1, ["Rose"])
    deliver()
    assert told(cast, "facilitator", cast.later) == Told(1, 0, 0, 1, ["Rose"])
    reading = {part: told(cast, part, cast.meeting) for part in PARTS if part != "nobody"}
    assert reading.pop("facilitator") == Told(1, 0, 1, 0, ["Noor"])
    assert reading.pop("coordinator") == Told(1, 0, 1, 0, [])
    assert set(reading.values()) == {None}
    browser = Client()
    browser.force_login(cast["facilitator"])
    for address in ("", f"{cast.meeting.key}/change/"):
        page = browser.get(f"/g/{cast.group.key}/meetings/{address}").content.decode()
        assert "The address or the way in has changed." in page
        assert "Noor" in page


# Without an account ----------------------------------------------------------------------------


@pytest.fixture
def rose(there: Gateway, noon: Cast, loft: Venue) -> Gateway:
    """She asked for texts, was booked for both meetings before, and read what was texted then."""
    with noon.looking_as("facilitator") as ash, clock.at(noon.now):
        guest = actions.welcome_guest(
            noon.later, "Rose", reach="text", contact="07400 123456", by=ash
        )
        for meeting in (noon.meeting, noon.later):
            actions.book_guest(meeting, guest, by=ash)
        send_texts()
        there.asked.clear()
    return there


def test_whoever_has_no_account_is_texted_once_and_not_the_door(
    noon: Cast, loft: Venue, rose: Gateway
) -> None:
    change(noon, loft, LOFT, MOVED)
    assert told(noon, "facilitator", noon.later) == Told(0, 1, 1, 0, ["Marlow"])
    send_texts()
    send_texts()
    ((number, words),) = rose.texts
    assert number == "+447400123456"
    assert words.startswith("The address or the way in has changed: ")
    assert words.endswith("London time. Before you set out, ask whoever booked for you.")
    for secret in ("Mill", "River", "bakery", noon.group.name, "Ash", "Rose"):
        assert secret not in words
    for meeting in (noon.meeting, noon.later):
        assert told(noon, "facilitator", meeting) == Told(1, 0, 1, 0, ["Marlow"])
        assert "The way in: texted <time" in sheet(noon, meeting)


def test_a_text_about_the_way_in_that_did_not_go_is_said(
    noon: Cast, loft: Venue, rose: Gateway, settings: Any
) -> None:
    rose.status = 400
    change(noon, loft, LOFT, MOVED)
    send_texts()
    assert told(noon, "facilitator", noon.later) == Told(0, 0, 2, 0, ["Marlow", "Rose"])
    assert "The way in: <b>not reachable: ring.</b>" in sheet(noon, noon.later)
    with clock.at(noon.now + timedelta(hours=2)):
        change(noon, loft, MOVED, LOFT)
        settings.TEXT_GATEWAY_URL = ""
        assert told(noon, "facilitator", noon.later) == Told(0, 0, 1, 1, ["Marlow", "Rose"])


def test_only_the_latest_way_in_is_texted_and_only_to_whoever_still_comes(
    noon: Cast, loft: Venue, rose: Gateway
) -> None:
    change(noon, loft, LOFT, MOVED)
    with clock.at(noon.now + timedelta(hours=2)):
        change(noon, loft, MOVED, LOFT)
        send_texts()
        assert len(rose.texts) == 1
        change(noon, loft, LOFT, replace(LOFT, directions="The red door"))
        with noon.looking_as("facilitator") as ash:
            actions.forget_guest(Guest.objects.get(), by=ash)
        send_texts()
    assert len(rose.texts) == 1


def test_the_page_of_the_meeting_says_so_and_counts_as_having_read_it(
    cast: Cast, loft: Venue
) -> None:
    change(cast, loft, LOFT, MOVED)
    browser = Client()
    browser.force_login(cast["member"])
    page = browser.get(f"/g/{cast.group.key}/visit/{cast.meeting.key}/").content.decode()
    assert "The address or the way in has changed" in page
    assert "14 Mill Road" in page
    assert hears(cast["member"]) == []


def test_whoever_edits_chooses_on_the_form(cast: Cast, loft: Venue) -> None:
    browser, address = Client(), f"/venues/{loft.key}/change/"
    browser.force_login(cast["facilitator"])
    page = browser.get(address).content.decode()
    assert "Tell those who are booked" in page
    assert 'name="tell"' in page
    assert "Tell those who are booked" not in browser.get("/venues/add/").content.decode()
    answer = browser.post(address, said(MOVED, read=LOFT.mark), follow=True)
    assert "is told." not in answer.content.decode()
    assert left() == []
    answer = browser.post(address, said(LOFT, read=MOVED.mark, tell="on"), follow=True)
    assert "Whoever is booked there and may know the door is told." in answer.content.decode()
    assert left() == [cast["member"].pk]


def test_many_are_told_with_as_few_questions_as_a_few(cast: Cast, loft: Venue) -> None:
    counts = []
    for facts in ((LOFT, MOVED), (MOVED, LOFT)):
        crowd(cast.later, 3, first=3 * len(counts))
        with cast.looking_as("facilitator") as ash, CaptureQueriesContext(connection) as asked:
            actions.change_venue(loft, facts[1], read=facts[0].mark, by=ash)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 40
