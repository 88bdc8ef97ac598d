"""What stands in whose calendar: fetched as a phone fetches it, and read by foreign readers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from icalendar import Calendar

from beside import wall
from beside.exchange import actions, policy
from beside.exchange import slots as calendar_slots
from beside.exchange.models import CalendarAddress
from beside.groups import actions as groups
from beside.groups.models import Group, Persona
from beside.groups.words import Entry, Way
from beside.kernel import clock
from beside.look import slots
from beside.meetings import actions as meetings
from beside.meetings.models import Door, Meeting
from beside.people import actions as people
from beside.people.export import everything
from tests.cast import PARTS, ZONE, Cast, in_hours
from tests.exchange import timetables
from tests.exchange.readers import by_ical_js, has_ical_js

NEUTRAL = {"label": "My phone", "shows": "neutral"}


def address_of(cast: Cast, part: str, **more: Any) -> str:
    """A new address of theirs, as a path."""
    with cast.looking_as(part) as person:
        _row, secret = actions.make_calendar(**{**NEUTRAL, **more}, by=person)
    return f"/calendar/{secret}.ics"


def words(path: str, **headers: str) -> str:
    """What a calendar is given that asks there, knowing nothing but the address."""
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return bytes(answer.getvalue()).decode()


def events(path: str) -> dict[datetime, Any]:
    """The events by when they begin, by a foreign reader."""
    read = Calendar.from_ical(words(path))
    return {event["DTSTART"].dt.astimezone(UTC): event for event in read.walk("VEVENT")}


def summaries(path: str) -> list[str]:
    return [str(event["SUMMARY"]) for _at, event in sorted(events(path).items())]


@dataclass
class Week:
    """A meeting as planned, one that is moved, one that is cancelled."""

    planned: Meeting
    moved: Meeting
    cancelled: Meeting


def change_a_week(cast: Cast) -> Week:
    with cast.looking_as("facilitator") as ash:
        rows = list(cast.schedule.meetings.order_by("starts_at").select_related("group")[:3])
        week = Week(*rows)
        to = (week.moved.starts_at + timedelta(days=1)).astimezone(ZoneInfo(ZONE))
        meetings.move(week.moved, on=to.date(), at=to.time(), said="The hall is busy.", by=ash)
        meetings.cancel(week.cancelled, "Ash is not well.", by=ash)
    return week


def test_planned_moved_and_cancelled_are_read_the_same_by_everybody(cast: Cast) -> None:
    path = address_of(cast, "member")
    before = {str(event["UID"]): at for at, event in events(path).items()}
    week = change_a_week(cast)
    found = events(path)
    assert {str(event["UID"]) for event in found.values()} == set(before)
    moved = found[week.moved.starts_at]
    assert before[str(moved["UID"])] == week.moved.was_starts_at
    assert (moved["SEQUENCE"], moved["STATUS"]) == (1, "CONFIRMED")
    gone = found[week.cancelled.starts_at]
    assert (gone["STATUS"], gone["SUMMARY"]) == ("CANCELLED", "Cancelled: Group meeting")
    assert gone["TRANSP"] == "TRANSPARENT"
    planned = found[week.planned.starts_at]
    assert (planned["SEQUENCE"], planned["SUMMARY"]) == (0, "Group meeting")
    assert planned["DTEND"].dt.astimezone(UTC) == week.planned.ends_at

    text = words(path)
    query = recurring_ical_events.of(Calendar.from_ical(text))
    a_year = query.between(cast.now - timedelta(days=1), cast.now + timedelta(days=365))
    assert {each["DTSTART"].dt.astimezone(UTC) for each in a_year} == set(found)
    if has_ical_js():
        (read,) = by_ical_js([text])
        assert {datetime.fromtimestamp(each["starts"], UTC) for each in read} == set(found)
        assert {each["zone"] for each in read} == {ZONE}


def test_a_neutral_calendar_names_no_group_no_person_and_nothing_of_elsewhere(cast: Cast) -> None:
    week = change_a_week(cast)
    text = words(address_of(cast, "member", place=False))
    with wall.house("test.leaks"):
        secret = {key for group in Group.objects.all() for key in (group.key, group.slug)}
        secret |= {word for group in Group.objects.all() for word in group.name.split()}
        secret |= set(Meeting.objects.values_list("key", flat=True))
        secret |= set(Persona.objects.values_list("name", flat=True))
        secret |= set(Persona.objects.values_list("key", flat=True))
    secret |= {"Ash is not well", "hall is busy", "testserver", "http", cast["member"].sign_in}
    secret -= {"The"}
    assert [word for word in secret if re.search(rf"\b{re.escape(word)}\b", text)] == []
    uids = set(re.findall(r"UID:(.*)", text))
    assert len(uids) > 3
    assert not uids & set(re.findall(r"UID:(.*)", words(address_of(cast, "member"))))
    assert cast.other_meeting.starts_at not in events(address_of(cast, "member"))
    assert week.planned.starts_at in events(address_of(cast, "member"))


def test_a_person_may_have_words_of_their_own_or_the_name(cast: Cast) -> None:
    own = words(address_of(cast, "member", shows="own", words="Choir"))
    assert set(re.findall(r"SUMMARY:(.*)\r", own)) == {"Choir"}
    assert "NAME:Choir" in own
    assert "meeting" not in own.lower()
    assert "LOCATION" not in own
    named = words(address_of(cast, "member", shows="name", place=True))
    assert set(re.findall(r"SUMMARY:(.*)\r", named)) == {"Tuesday Lanterns"}
    assert set(re.findall(r"LOCATION:(.*)\r", named)) == {"Video or voice call"}


def test_the_door_is_told_to_those_who_see_it_and_asked_for_it(cast: Cast) -> None:
    hall = cast.other_meeting.venue
    assert hall is not None
    with wall.house("test.door"):
        Door.objects.create(venue=hall, address="12 River Street")
    with cast.looking_as("stranger") as stranger:
        meetings.book_visit(cast.other_meeting, "Juniper", 3, by=stranger)
    for part in ("elsewhere", "stranger"):
        there = events(address_of(cast, part, place=True))[cast.other_meeting.starts_at]
        assert there["LOCATION"] == "Riverside Hall, 12 River Street, London"
    neutral = events(address_of(cast, "elsewhere"))[cast.other_meeting.starts_at]
    assert "LOCATION" not in neutral
    public = words(f"/groups/{cast.other_group.slug}/calendar.ics")
    assert "River Street" not in public
    assert "Homerton" in public


def test_a_visitor_has_the_visit_and_nothing_else(cast: Cast) -> None:
    path = address_of(cast, "visitor")
    assert set(events(path)) == {cast.meeting.starts_at}
    with cast.looking_as("visitor") as wren:
        meetings.not_tonight(cast.booking, by=wren)
    assert events(path) == {}


def test_leaving_a_group_empties_the_calendar_at_once(cast: Cast) -> None:
    path = address_of(cast, "member")
    with cast.looking_as("member") as marlow:
        meetings.book_seat(cast.meeting, by=marlow)
    assert len(events(path)) > 5
    with cast.looking_as("member") as marlow:
        groups.leave(cast.group, by=marlow)
    assert events(path) == {}


def test_a_stopped_address_finds_nothing_and_the_others_go_on(cast: Cast) -> None:
    stopped, kept = address_of(cast, "member", label="Old phone"), address_of(cast, "member")
    browser = Client()
    browser.force_login(cast["member"])
    with cast.looking_as("member") as marlow:
        row = CalendarAddress.objects.get(label="Old phone")
        assert set(CalendarAddress.objects.visible_to(marlow)) >= {row}
    page = browser.post(f"/me/calendars/{row.key}/stop/", follow=True).content.decode()
    assert "Stopped." in page
    assert "Old phone" not in page
    answer = Client().get(stopped)
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert words(kept)


def test_whoever_is_erased_has_no_calendar_any_more(cast: Cast) -> None:
    path = address_of(cast, "member", shows="own", words="Choir")
    with cast.looking_as("member") as marlow, transaction.atomic():
        people.erase(marlow, by=marlow)
    assert Client().get(path).status_code == 404
    with wall.house("test.erased"):
        assert not CalendarAddress.objects.filter(person=cast["member"]).exists()


def test_a_calendar_that_has_it_already_is_told_so(cast: Cast) -> None:
    path = address_of(cast, "member")
    first = Client().get(path)
    tag = first.headers["ETag"]
    for name, value in (
        ("Cache-Control", "no-store, private"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Type", "text/calendar; charset=utf-8"),
    ):
        assert first.headers[name] == value
    with clock.at(cast.now + timedelta(minutes=5)):
        again = Client().get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["ETag"]) == (304, tag)
    change_a_week(cast)
    changed = Client().get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_what_is_cancelled_stays_until_its_day_is_over_and_a_week(cast: Cast) -> None:
    path, week = address_of(cast, "member"), change_a_week(cast)
    for later in (timedelta(hours=1), timedelta(days=1), timedelta(days=6)):
        with clock.at(week.cancelled.ends_at + later):
            assert events(path)[week.cancelled.starts_at]["STATUS"] == "CANCELLED"
    with clock.at(week.cancelled.ends_at + timedelta(days=8)):
        assert week.cancelled.starts_at not in events(path)


def test_guessing_is_slowed_and_a_true_address_still_answers(cast: Cast) -> None:
    path = address_of(cast, "member")
    found = {Client().get(f"/calendar/guess{number}.ics").status_code for number in range(60)}
    assert found == {404}
    slow = Client().get("/calendar/guess.ics")
    assert slow.status_code == 429
    assert int(slow.headers["Retry-After"]) > 0
    assert words(path)


def test_why_something_changed_stands_in_a_calendar_that_names_the_group(cast: Cast) -> None:
    path = address_of(cast, "member", shows=CalendarAddress.Shows.NAME)
    week = change_a_week(cast)
    found = events(path)
    assert "Ash is not well." in found[week.cancelled.starts_at]["DESCRIPTION"]
    assert "The hall is busy." in found[week.moved.starts_at]["DESCRIPTION"]
    assert "not well" not in words(address_of(cast, "member"))


def test_an_open_group_has_a_calendar_for_everybody(cast: Cast) -> None:
    week = change_a_week(cast)
    path = f"/groups/{cast.group.slug}/calendar.ics"
    found = events(path)
    assert found[week.planned.starts_at]["SUMMARY"] == "Tuesday Lanterns"
    gone = found[week.cancelled.starts_at]
    assert gone["SUMMARY"] == "Cancelled: Tuesday Lanterns"
    assert gone["DESCRIPTION"] == "This one is cancelled."
    assert found[week.moved.starts_at]["DESCRIPTION"] == "Moved, this once."
    assert "private" not in Client().get(path).headers["Cache-Control"]
    assert set(events("/calendar.ics")) == {*found, cast.other_meeting.starts_at}


def test_when_it_changed_is_said_where_the_group_is_named_and_nowhere_else(cast: Cast) -> None:
    week = change_a_week(cast)
    public = events(f"/groups/{cast.group.slug}/calendar.ics")
    assert {at for at, event in public.items() if "LAST-MODIFIED" in event} == {
        week.moved.starts_at,
        week.cancelled.starts_at,
    }
    assert public[week.moved.starts_at]["LAST-MODIFIED"].dt == cast.now
    assert "LAST-MODIFIED" not in words(address_of(cast, "member"))
    assert words(address_of(cast, "member", shows="name")).count("LAST-MODIFIED") == 2


def test_a_place_that_is_called_otherwise_counts_as_a_change_in_calendars(cast: Cast) -> None:
    hall = cast.other_meeting.venue
    assert hall is not None
    with cast.looking_as("coordinator") as esi:
        before = meetings.Facts.of(hall, None)
        for now in (replace(before, transport="Bus 236"), replace(before, name="The Attic")):
            known = Meeting.objects.get(pk=cast.other_meeting.pk).changed_at
            meetings.change_venue(hall, now, read=before.mark, by=esi)
            before = now
    assert known is None
    assert Meeting.objects.get(pk=cast.other_meeting.pk).changed_at == cast.now


def test_whoever_asks_the_calendar_of_an_open_group_again_hears_of_a_change_at_once(
    cast: Cast,
) -> None:
    for path in (f"/groups/{cast.group.slug}/calendar.ics", "/calendar.ics"):
        first = Client().get(path)
        assert first.headers["Cache-Control"] == "public, no-cache"  # kept, and asked about
        known = {"If-None-Match": first.headers["ETag"]}
        assert Client().get(path, headers=known).status_code == 304
        with cast.looking_as("facilitator") as ash:
            moved = cast.meeting.starts_at + timedelta(hours=1)
            there = moved.astimezone(ZoneInfo(ZONE))
            cast.meeting = meetings.move(cast.meeting, on=there.date(), at=there.time(), by=ash)
        assert Client().get(path, headers=known).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"entry": Entry.REQUEST}, {"listed": False}, {"closed_at": datetime(2026, 1, 1, tzinfo=UTC)},
     {"source": "elsewhere"}],
)  # fmt: skip
def test_a_group_that_is_not_open_has_none(cast: Cast, change: dict[str, Any]) -> None:
    with wall.house("test.not_open"):
        Group.objects.filter(pk=cast.group.pk).update(**change)
    browser = Client()
    browser.force_login(cast["member"])
    for each in (Client(), browser):
        assert each.get(f"/groups/{cast.group.slug}/calendar.ics").status_code == 404
    assert "Lanterns" not in words("/calendar.ics")
    face = browser.get(f"/groups/{cast.group.slug}/").content.decode()
    assert "calendar.ics" not in face


@pytest.mark.parametrize(
    ("zone", "month"),
    [("Europe/London", 3), ("America/New_York", 10), ("Australia/Lord_Howe", 3)],
)
def test_page_listing_and_calendar_say_one_hour_while_the_clocks_change(
    cast: Cast, zone: str, month: int
) -> None:
    begins = datetime(2027, month, 8, 12, tzinfo=UTC)
    with clock.at(begins):
        with cast.looking_as("coordinator") as esi:
            group = groups.open_group(name="Half Past Six", by=esi)
            wish = meetings.Wish(
                zone=zone, first_on=date(2027, month, 9), at=time(18, 30), minutes=60,
                frequency="weekly", byday=("SU",), way=Way.CALL,
            )  # fmt: skip
            meetings.plan(group, wish, by=esi)
        found = sorted(events(f"/groups/{group.slug}/calendar.ics"))
        face = Client().get(f"/groups/{group.slug}/").content.decode()
        feed = json.loads(bytes(Client().get("/feeds/meeting-guide.json").getvalue()))
    sundays = [date(2027, month, 9) + timedelta(days=ahead) for ahead in range(60)]
    sundays = [day for day in sundays if day.weekday() == 6]
    truth = [timetables.instant(datetime.combine(day, time(18, 30)), zone) for day in sundays]
    assert found == [at for at in truth if at < begins + timedelta(days=60)]
    assert len({f"{at:%H:%M}" for at in found}) == 2  # in universal time, the change is seen
    for day in sundays[:4]:
        assert f"Sun {day.day} {day:%b}, 18:30" in face
    (line,) = [each for each in feed if each["name"] == "Half Past Six"]
    assert (line["day"], line["time"], line["timezone"]) == (0, "18:30", zone)


def test_one_meeting_is_a_file_in_neutral_words(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast["member"])
    page = browser.get(f"/g/{cast.group.key}/meetings/").content.decode()
    path = f"/g/{cast.group.key}/meetings/{cast.meeting.key}/calendar.ics"
    assert path in page
    for each in (cast.meeting, cast.later):  # every meeting of the list has its own
        assert page.count(f"/meetings/{each.key}/calendar.ics") == 1
    answer = browser.get(path)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    (event,) = Calendar.from_ical(answer.getvalue()).walk("VEVENT")
    assert event["DTSTART"].dt.astimezone(UTC) == cast.meeting.starts_at
    assert event["SUMMARY"] == "Group meeting"
    assert "LOCATION" not in event
    with cast.looking_as("facilitator") as ash:
        meetings.cancel(cast.meeting, by=ash)
    (again,) = Calendar.from_ical(browser.get(path).getvalue()).walk("VEVENT")
    assert (again["UID"], again["STATUS"]) == (event["UID"], "CANCELLED")


def test_the_page_makes_an_address_shows_it_once_and_works_without_script(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast["member"])
    assert "/me/calendars/" in browser.get("/me/").content.decode()
    made = browser.post(
        "/me/calendars/", {"label": " Kitchen \n tablet ", "shows": "own", "words": "Choir"}
    ).content.decode()
    found = re.search(r'value="(http://testserver(/calendar/[a-z0-9]{32}\.ics))"', made)
    assert found is not None
    assert f'href="webcal:{found[1].partition(":")[2]}"' in made
    assert summaries(found[2])[0] == "Choir"
    again = browser.get("/me/calendars/").content.decode()
    assert found[2] not in again
    assert "Kitchen tablet" in again
    assert "last fetched" in again
    with cast.looking_as("member") as marlow:
        row = CalendarAddress.objects.get()
        assert found[2][10:42].encode() not in bytes(row.secret_hash)
        assert b"Choir" not in bytes(row.words_sealed)
        assert everything(marlow)["calendars"][0]["words"] == "Choir"


@pytest.mark.parametrize(
    "said",
    [{"label": "", "shows": "neutral"}, {"label": "x", "shows": "all"}, {"label": "x"},
     {"label": "x", "shows": "own", "words": "  "}],
)  # fmt: skip
def test_a_form_that_is_not_whole_makes_nothing(cast: Cast, said: dict[str, str]) -> None:
    browser = Client()
    browser.force_login(cast["member"])
    assert "Not sent yet" in browser.post("/me/calendars/", said).content.decode()
    with cast.looking_as("member"):
        assert not CalendarAddress.objects.exists()


def test_the_name_of_the_group_comes_with_a_plain_warning(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast["member"])
    made = browser.post("/me/calendars/", {"label": "x", "shows": "name"}).content.decode()
    assert "This calendar names your groups." in made


def test_there_are_at_most_ten(cast: Cast) -> None:
    for _ in range(policy.MOST_CALENDARS):
        address_of(cast, "member")
    with pytest.raises(PermissionDenied):
        address_of(cast, "member")
    browser = Client()
    browser.force_login(cast["member"])
    page = browser.post("/me/calendars/", NEUTRAL).content.decode()
    assert "You have ten addresses" in page


def test_nobody_stops_or_forgets_the_address_of_somebody_else(cast: Cast) -> None:
    address_of(cast, "member")
    with cast.looking_as("member"):
        row = CalendarAddress.objects.get()
    ash = cast["facilitator"]
    acts: list[Callable[[], object]] = [
        lambda: actions.stop_calendar(row, by=ash),
        lambda: actions.note_calendar(row, by=ash),
        lambda: actions.forget_calendars(cast["member"], by=ash),
    ]
    for act in acts:
        with cast.looking_as("facilitator"), pytest.raises(PermissionDenied):
            act()


def test_an_address_is_seen_by_its_person_alone_in_code_and_database(cast: Cast) -> None:
    for part in ("member", "visitor", "coordinator"):
        address_of(cast, part)
    said, shown = {}, {}
    for part, person in cast.everybody().items():
        with wall.house("test.twin"):
            said[part] = set(CalendarAddress.objects.visible_to(person).values_list("pk"))
        with cast.looking_as(part):
            shown[part] = set(CalendarAddress.objects.values_list("pk"))
    assert said == shown
    assert tuple(said) == PARTS
    assert {part: len(rows) for part, rows in said.items() if rows} == {
        "member": 1, "visitor": 1, "coordinator": 1,
    }  # fmt: skip


def test_a_longer_calendar_asks_the_database_no_more(cast: Cast) -> None:
    path = address_of(cast, "elsewhere", place=True)
    words(path)
    with CaptureQueriesContext(connection) as few:
        assert len(events(path)) == 1
    with cast.looking_as("other_facilitator") as mags:
        for hours in (30, 60):
            in_hours(cast.now, hours, cast.other_group, mags)
    with CaptureQueriesContext(connection) as many:
        assert len(events(path)) == 3
    assert len(many) == len(few)


def test_what_stands_on_the_pages_of_others_asks_no_more_than_it_says(cast: Cast) -> None:
    with cast.looking_as("member") as marlow:
        request = RequestFactory().get(f"/g/{cast.group.key}/meetings/")
        request.user = marlow
        request.resolver_match = resolve(request.path)
        shown: dict[str, Any] = {
            "meeting.acts": (
                calendar_slots.add_to_calendar,
                Meeting.objects.get(key=cast.meeting.key),
            ),
            "group.face": (calendar_slots.subscribe, Group.objects.get(pk=cast.group.pk)),
            "me.more": (calendar_slots.mine, marlow),
        }
        for name, (function, thing) in shown.items():
            (declared,) = [each.queries for each in slots.parts(name) if each.function is function]
            with CaptureQueriesContext(connection) as asked:
                assert "calendar" in function(request, thing)
            assert len(asked) <= declared, name


def test_somebody_on_a_shared_device_is_told_who_else_would_see(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast["member"])
    made = browser.post("/me/calendars/", NEUTRAL).content.decode()
    assert "others can reach this device" in made


def test_whoever_left_was_removed_or_never_came_has_an_empty_calendar(cast: Cast) -> None:
    for part in ("removed", "left", "stranger"):
        assert events(address_of(cast, part)) == {}


def test_what_is_made_online_this_once_says_so(cast: Cast) -> None:
    path = address_of(cast, "elsewhere")
    with cast.looking_as("other_facilitator") as mags:
        meetings.meet_differently(cast.other_meeting, Way.CALL, by=mags)
    event = events(path)[cast.other_meeting.starts_at]
    assert event["DESCRIPTION"] == "This once: Video or voice call."
    assert event["SEQUENCE"] == 1


def test_a_meeting_nobody_may_see_is_no_file_either(cast: Cast) -> None:
    with wall.house("test.hidden"):
        Group.objects.filter(pk=cast.group.pk).update(listed=False)
    path = f"/g/{cast.group.key}/meetings/{cast.meeting.key}/calendar.ics"
    answers = {}
    for part in ("stranger", "member"):
        browser = Client()
        browser.force_login(cast[part])
        answers[part] = browser.get(path).status_code
    assert answers == {"stranger": 404, "member": 200}
