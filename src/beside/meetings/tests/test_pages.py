"""What people see of meetings, and how much it asks of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.kernel import clock
from beside.look import slots
from beside.meetings import actions
from beside.meetings import slots as ours
from beside.meetings.models import Booking, Meeting
from tests.cast import Cast, in_hours, member_of, somebody


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def visit_of(cast: Cast, meeting: Meeting) -> str:
    return f"/g/{cast.group.key}/visit/{meeting.key}/"


def test_a_visit_is_booked_greeted_answered_and_given_back(cast: Cast) -> None:
    sky, noor = signed_in(cast, "stranger"), signed_in(cast, "greeter")
    address = visit_of(cast, cast.meeting)
    assert "Book my visit" in sky.get(address).content.decode()
    booked = sky.post(
        address, {"name": "Sky", "pebble": "4", "listen_only": "on", "greet": "on"}, follow=True
    )
    assert "You come as" in booked.content.decode()
    with wall.house("test.find"):
        booking = Booking.objects.get(persona__name="Sky")
    say = f"/g/{cast.group.key}/say/{booking.key}/"
    assert sky.post(say, {"words": "Hello?"}).status_code == 403
    noor.post(say, {"words": "Hello Sky, the door is the blue one."})
    assert "the blue one" in sky.get(address).content.decode()
    sky.post(say, {"words": "Thank you, Noor."})
    page = noor.get(f"/g/{cast.group.key}/greet/{booking.key}/").content.decode()
    assert "Thank you, Noor." in page
    sky.post(address + "not-tonight/")
    assert "You said “not this time” before." in sky.get(address).content.decode()


def test_a_name_that_is_taken_is_said_and_nothing_is_lost(cast: Cast) -> None:
    answer = signed_in(cast, "stranger").post(
        visit_of(cast, cast.meeting), {"name": "marlow", "pebble": "4", "listen_only": "on"}
    )
    words = answer.content.decode()
    assert "has that name already" in words
    assert 'value="marlow"' in words
    assert "checked" in words


def test_a_visitor_sees_the_greeter_and_no_list_of_people(cast: Cast) -> None:
    with cast.looking_as("greeter") as noor:
        actions.greet(cast.booking, "Hello Wren.", by=noor)
    words = signed_in(cast, "visitor").get(visit_of(cast, cast.meeting)).content.decode()
    assert "Noor" in words
    for name in ("Marlow", "Hal", "Ash</b>"):
        assert name not in words


def test_a_member_is_led_to_the_meetings_of_the_group(cast: Cast) -> None:
    answer = signed_in(cast, "member").get(visit_of(cast, cast.meeting))
    assert (answer.status_code, answer["Location"]) == (302, f"/g/{cast.group.key}/meetings/")


@pytest.mark.parametrize(
    ("step", "leads_to"),
    [
        ("join", "/g/{key}/join/"),
        ("not_for_me", "/find/?experience=depression&experience=anxiety&way="),
        ("later", "/today/"),
    ],
)
def test_afterwards_somebody_chooses_what_comes_next(cast: Cast, step: str, leads_to: str) -> None:
    address = visit_of(cast, cast.meeting) + "afterwards/"
    assert signed_in(cast, "visitor").get(address).status_code == 404
    with clock.at(cast.meeting.ends_at):
        client = signed_in(cast, "visitor")
        assert "Did you feel heard?" in client.get(address).content.decode()
        answer = client.post(address, {"heard": "yes", "again": "no", "next": step})
    assert answer.status_code == 302
    assert answer["Location"].startswith(leads_to.format(key=cast.group.key))


def test_visit_again_leads_to_the_next_meeting(cast: Cast) -> None:
    client = signed_in(cast, "visitor")
    with clock.at(cast.meeting.ends_at):
        answer = client.post(visit_of(cast, cast.meeting) + "afterwards/", {"next": "again"})
    assert answer["Location"] == visit_of(cast, cast.later)


def test_forged_and_malformed_forms_are_answered_calmly(cast: Cast) -> None:
    client = signed_in(cast, "stranger")
    for sent in ({}, {"name": "\x00", "pebble": "1"}, {"name": "A", "pebble": "99"}):
        assert client.post(visit_of(cast, cast.meeting), sent).status_code == 200
    assert client.get(f"/g/{cast.other_group.key}/visit/{cast.meeting.key}/").status_code == 404
    assert client.post(visit_of(cast, cast.meeting) + "not-tonight/").status_code == 404
    say = f"/g/{cast.group.key}/say/{cast.booking.key}/"
    assert client.post(say, {"words": "Hi"}).status_code == 404


def test_a_facilitator_plans_moves_and_cancels_on_pages(cast: Cast) -> None:
    client = signed_in(cast, "facilitator")
    inside = f"/g/{cast.group.key}/meetings/"
    day = (cast.now + timedelta(days=3)).date().isoformat()
    planned = {
        "on": day,
        "at": "10:30",
        "minutes": "45",
        "rhythm": "monthly",
        "way": "call",
        "zone": "Europe/London",
    }
    dates = client.post(
        inside + "plan/", planned | {"look": "1"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert dates.count("<li>") == 6
    assert client.post(inside + "plan/", planned).status_code == 302
    change = f"{inside}{cast.meeting.key}/change/"
    moved = {"act": "move", "move-on": day, "move-at": "09:15"}
    assert client.post(change, moved).status_code == 302
    assert client.post(change, {"act": "cancel", "cancel-reason": "Snow."}).status_code == 302
    page = client.get(inside).content.decode()
    assert "Snow." in page
    assert ", 10:30" in page
    assert client.post(change, {"act": "after_all"}).status_code == 302
    assert "Snow." not in client.get(inside).content.decode()


def test_a_past_day_is_refused_in_words_before_and_after_sending(cast: Cast) -> None:
    client = signed_in(cast, "facilitator")
    inside = f"/g/{cast.group.key}/meetings/"
    past = {"on": "2020-01-06", "at": "10:30", "minutes": "45", "rhythm": "once", "way": "call"}
    past["zone"] = "Europe/London"
    said = "6 January 2020, 10:30 is over."
    look = client.post(inside + "plan/", past | {"look": "1"}, headers={"HX-Request": "true"})
    assert said in look.content.decode()
    answer = client.post(inside + "plan/", past)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    change = f"{inside}{cast.meeting.key}/change/"
    answer = client.post(change, {"act": "move", "move-on": "2020-01-01", "move-at": "09:00"})
    assert (answer.status_code, "1 January 2020, 09:00 is over." in answer.content.decode()) == (
        422,
        True,
    )


def test_who_changes_a_rule_reads_first_what_stays_as_it_was_said(cast: Cast) -> None:
    with wall.house("test.rows"):
        first, second, third, *_more = Meeting.objects.filter(schedule=cast.schedule).order_by("on")
    client = signed_in(cast, "facilitator")
    inside = f"/g/{cast.group.key}/meetings/"
    page = f"{inside}{first.key}/change/from-here-on/"
    assert "stays as it is" not in client.get(page).content.decode()
    moved = {"act": "move", "move-on": second.on.isoformat(), "move-at": "09:15"}
    client.post(f"{inside}{second.key}/change/", moved)
    client.post(f"{inside}{third.key}/change/", {"act": "cancel"})
    words = client.get(page).content.decode()
    assert "stays as it is" in words
    assert f"{second.on:%Y}, 09:15: moved</li>" in words
    assert words.count(": cancelled</li>") == 1


def test_the_dates_of_the_rule_as_it_is_stand_there_before_anything_is_changed(cast: Cast) -> None:
    page = f"/g/{cast.group.key}/meetings/{cast.later.key}/change/from-here-on/"
    words = signed_in(cast, "facilitator").get(page).content.decode()
    dates = [cast.later.on + timedelta(weeks=week) for week in range(6)]
    said = [f"{each:%A} {each.day} {each:%B %Y}, {cast.schedule.at:%H:%M}" for each in dates]
    shown = words[words.index('id="dates"') :]
    assert [day for day in said if day in shown] == said


def test_the_zone_of_the_reader_stands_beside_the_groups_own(cast: Cast) -> None:
    client = Client()
    face = f"/groups/{cast.group.slug}/"
    words = client.get(face).content.decode()
    assert "London time" in words
    assert "for you" not in words.replace("(%s for you)", "")
    told = client.get(face, {"zone": "America/New_York"}).content.decode()
    assert "for you)" in told.replace("(%s for you)", "")
    again = client.get(face).content.decode()
    assert "for you)" in again.replace("(%s for you)", "")
    assert client.get(face, {"zone": "Nowhere/Land"}).status_code == 200


def test_a_group_listed_elsewhere_promises_nothing(cast: Cast) -> None:
    with wall.house("test.elsewhere"):
        cast.group.source, cast.group.source_slug = "a public listing", "x"
        cast.group.source_on = cast.now.date()
        cast.group.save()
    words = Client().get(f"/groups/{cast.group.slug}/").content.decode()
    assert "a public listing" in words
    for promise in ("Visit once", "Read along", "Join", "What a first visit is like</h2>"):
        assert promise not in words


def three_of_everything(cast: Cast) -> None:
    """Two more meetings today, two more visitors, with words to each."""
    ash, noor = cast["facilitator"], cast["greeter"]
    with wall.acting_as(ash.pk):
        more = [in_hours(cast.now, hours, cast.group, ash) for hours in (5, 8)]
    for number, meeting in enumerate(more):
        person = somebody(f"more-{number}")
        with wall.acting_as(person.pk):
            booking = actions.book_visit(meeting, f"More {number}", 1, greet=True, by=person)
        with cast.looking_as("visitor") as visitor:
            own = actions.book_visit(meeting, "Wren", 3, by=visitor)
        with cast.looking_as("greeter"):
            actions.greet(booking, "Hello.", by=noor)
            actions.greet(own, "Hello.", by=noor)
        member_of(cast.group, somebody(f"member-{number}"), f"Member {number}")


def counted(look: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        look()
    return len(
        [each for each in asked if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "SET"))]
    )


@pytest.mark.parametrize(
    ("part", "page"),
    [
        ("greeter", "/g/{group}/meetings/"),
        ("member", "/g/{group}/meetings/"),
        ("facilitator", "/g/{group}/people/"),
        ("member", "/g/"),
        ("visitor", "/groups/{slug}/"),
    ],
)
def test_a_page_asks_as_much_for_three_as_for_one(cast: Cast, part: str, page: str) -> None:
    client = signed_in(cast, part)
    address = page.format(group=cast.group.key, slug=cast.group.slug)
    client.get(address)
    before = counted(lambda: client.get(address))
    three_of_everything(cast)
    assert counted(lambda: client.get(address)) == before


@pytest.mark.parametrize(
    ("name", "function", "part"),
    [
        ("group.face", ours.face, "visitor"),
        ("group.face", ours.face, "stranger"),
        ("group.side", ours.next_together, "member"),
        ("today.main", ours.today, "visitor"),
        ("today.main", ours.today, "member"),
        ("desk.list", ours.newcomers, "greeter"),
    ],
)
def test_a_slot_asks_no_more_than_it_declares(
    cast: Cast, name: str, function: slots.Filling, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = next(each.queries for each in slots.parts(name) if each.function is function)
    # What rooms put into "meeting.acts" is theirs to count.
    monkeypatch.setitem(slots._parts, "meeting.acts", [])
    request = RequestFactory().get("/")
    request.user = cast[part]
    thing = cast.group if name.startswith("group") else cast[part]
    for more in (False, True):
        if more:
            three_of_everything(cast)
        with cast.looking_as(part):
            assert counted(lambda: function(request, thing)) <= declared


def test_today_tells_of_tonight_of_words_and_of_how_it_was(cast: Cast) -> None:
    client = signed_in(cast, "visitor")
    with cast.looking_as("greeter") as noor:
        actions.greet(cast.booking, "Hello Wren.", by=noor)
    words = client.get("/today/").content.decode()
    assert "You said that you would like to listen." in words
    assert "wrote to you" in words
    assert "How was" not in words
    with clock.at(cast.meeting.ends_at):
        assert "How was" in signed_in(cast, "visitor").get("/today/").content.decode()
