"""The feed says what is true of open weekly groups, and nothing that a stranger may not know."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.exchange import feed
from beside.exchange.clock import note_changes
from beside.exchange.meeting_guide import Manner, read
from beside.groups.models import Group
from beside.groups.words import Entry
from beside.kernel import clock
from beside.meetings.clock import look_ahead
from beside.meetings.models import Door, Meeting, Schedule, Venue
from tests.cast import PARTS

pytestmark = pytest.mark.django_db
ADDRESS = "/feeds/meeting-guide.json"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def still(cast):
    with clock.at(NOW), wall.house("test.empty"):
        Meeting.objects.all().delete()
        Schedule.objects.all().delete()
    with clock.at(NOW):
        yield


def group(slug, **more):
    told = {"experiences": ["grief"], "languages": ["en"], "ways": ["in_person"], "about": "Tea."}
    with wall.house("test.group"):
        return Group.objects.create(slug=slug, name=f"Group {slug}", **told | more)


def meets(of, day="TU", door=None, **more):
    """A weekly rule in a room, whose door is public, private or not told."""
    with wall.house("test.rule"):
        place = Venue.objects.create(
            name="Riverside Hall", neighbourhood="Homerton", town="London", postcode="E9 6SR",
            country="GB", latitude=51.54, longitude=-0.04,
        )  # fmt: skip
        if door is not None:
            Door.objects.create(
                venue=place, address="1 Mill Road, London E9 6SR", latitude=51.54321,
                longitude=-0.04321, directions="The green door.", public=door,
            )  # fmt: skip
        told = {"zone": "Europe/London", "first_on": date(2026, 1, 6), "at": time(18, 30),
                "minutes": 90, "frequency": "weekly", "byday": [day], "way": "in_person",
                "venue": place}  # fmt: skip
        return Schedule.objects.create(group=of, **told | more)


def lines(client):
    answer = client.get(ADDRESS)
    return {line["slug"]: line for line in json.loads(b"".join(answer.streaming_content))}


def test_an_open_group_that_meets_weekly_is_told_with_its_public_door(client):
    meets(group("tea", safety=["women"], access=["step_free", "quiet"]), door=True)
    line = lines(client)["tea"]
    assert line == {
        "slug": "tea",
        "name": "Group tea",
        "day": 2,
        "time": "18:30",
        "end_time": "20:00",
        "timezone": "Europe/London",
        "types": ["GRIEF", "QUIET-SPACE", "W", "X", "EN"],
        "attendance_option": "in_person",
        "location": "Riverside Hall",
        "formatted_address": "1 Mill Road, London E9 6SR",
        "city": "London",
        "postal_code": "E9 6SR",
        "country": "GB",
        "regions": ["London", "Homerton"],
        "latitude": 51.54321,
        "longitude": -0.04321,
        "location_notes": "The green door.",
        "approximate": "no",
        "notes": "Tea.",
        "url": "http://testserver/groups/tea/",
        "entity": line["entity"],
        "entity_url": "http://testserver/",
        "updated": "2026-11-25 12:00:00",
    }


@pytest.mark.parametrize("door", [False, None])
def test_where_the_door_is_not_public_only_the_neighbourhood_is_told(client, door):
    meets(group("tea"), door=door)
    line = lines(client)["tea"]
    assert line["approximate"] == "yes"
    assert line["formatted_address"] == "Homerton, London, GB"
    assert (line["latitude"], line["longitude"]) == (51.54, -0.04)
    assert not {"postal_code", "location_notes"} & line.keys()
    assert "Mill" not in json.dumps(line)
    assert "green" not in json.dumps(line)


def test_a_call_leads_to_the_public_page_and_never_into_a_room(client):
    meets(group("call"), way="call", venue=None)
    line = lines(client)["call"]
    assert line["conference_url"] == line["url"] == "http://testserver/groups/call/"
    assert (line["approximate"], line["formatted_address"]) == ("yes", "London")
    assert "ONL" in line["types"]
    assert "conference_phone" not in line


@pytest.mark.parametrize(
    "rule",
    [
        {"interval": 2},
        {"frequency": "monthly", "byday": ["2TU"]},
        {"frequency": "once", "byday": [], "first_on": date(2026, 12, 1)},
        {"frequency": "daily", "byday": [], "interval": 3},
        {"count": 8},
        {"fixed": True},
        {"until": date(2026, 11, 24)},
        {"first_on": date(2026, 12, 8)},
        {"ended_at": NOW - timedelta(days=1)},
    ],
)
def test_what_every_week_would_not_be_true_of_is_left_out(client, rule):
    meets(group("tea"), **rule)
    assert lines(client) == {}


@pytest.mark.parametrize(
    "face",
    [
        {"entry": Entry.REQUEST},
        {"entry": Entry.INVITATION},
        {"listed": False},
        {"closed_at": NOW},
        {"source": "Elsewhere", "source_slug": "tea"},
    ],
)
@pytest.mark.parametrize("part", ["nobody", "coordinator"])
def test_only_open_listed_groups_of_ours_are_told_whoever_asks(client, cast, face, part):
    if part == "coordinator":
        client.force_login(cast["coordinator"])
    meets(group("tea", **face))
    meets(group("open"))
    assert set(lines(client)) == {"open"}


def test_days_are_counted_from_sunday_and_several_stand_in_a_list(client):
    meets(group("one"), "SU")
    meets(group("more"), byday=["MO", "SA", "SU"])
    meets(group("all"), frequency="daily", byday=[])
    told = lines(client)
    assert (told["one"]["day"], told["more"]["day"]) == (0, [1, 6, 0])
    assert sorted(told["all"]["day"]) == [0, 1, 2, 3, 4, 5, 6]


def test_each_rule_keeps_its_address_when_another_begins_ends_or_follows(client):
    tea = group("tea")
    first = meets(tea, "TU")
    second = meets(tea, "FR", at=time(10, 0))
    assert {slug: line["day"] for slug, line in lines(client).items()} == {"tea": 2, "tea--2": 5}
    with wall.house("test.change"):
        Schedule.objects.filter(pk=first.pk).update(until=date(2026, 11, 24))
    assert {slug: line["day"] for slug, line in lines(client).items()} == {"tea--2": 5}
    meets(tea, "WE", follows=first, first_on=date(2026, 11, 25))
    assert {slug: line["day"] for slug, line in lines(client).items()} == {"tea": 3, "tea--2": 5}
    with wall.house("test.change"):
        Schedule.objects.filter(pk=second.pk).update(ended_at=NOW)
    assert set(lines(client)) == {"tea"}


def test_long_addresses_are_cut_and_stay_apart(client):
    for end in ("a", "b"):
        meets(group("x" * 79 + end))
    told = lines(client)
    assert len(told) == 2
    assert all(len(slug) <= 64 for slug in told)
    assert set(told) == set(lines(client))


def test_what_is_different_in_the_coming_weeks_is_said(client):
    rule = meets(group("tea"))
    day = date(2026, 12, 1)
    with wall.house("test.meetings"):
        for weeks, more in enumerate(
            [{"state": "cancelled"}, {"state": "moved", "on": date(2026, 12, 9)}, {"way": "call"},
             {"sequence": 1}]
        ):  # fmt: skip
            on = day + timedelta(weeks=weeks)
            starts = datetime.combine(on, time(18, 30), tzinfo=UTC)
            told = {"on": on, "way": "in_person", **more}
            Meeting.objects.create(
                group=rule.group, schedule=rule, original_on=on, at=time(18, 30),
                zone=rule.zone, starts_at=starts, ends_at=starts + timedelta(hours=1), **told,
            )  # fmt: skip
    assert lines(client)["tea"]["notes"].splitlines() == [
        "Tea.",
        "Not on Tue 1 December 2026.",
        "Not on Tue 8 December 2026, but on Wed 9 December 2026 at 18:30.",
        "On Tue 15 December 2026: Video or voice call.",
    ]


def test_another_venue_this_once_is_said_and_at_once(client):
    rule = meets(group("tea"))
    look_ahead()
    known = {"If-None-Match": client.get(ADDRESS).headers["ETag"]}
    with wall.house("test.elsewhere"):
        library = Venue.objects.create(name="Library", neighbourhood="Hackney", town="London")
        Door.objects.create(venue=library, address="1 High Street", public=True)
        day = Meeting.objects.filter(schedule=rule, original_on=date(2026, 12, 1))
        day.update(venue=library)
    answer = client.get(ADDRESS, headers=known)
    assert answer.status_code == 200
    assert lines(client)["tea"]["notes"].splitlines() == [
        "Tea.",
        "On Tue 1 December 2026: at Library, Hackney, London, 1 High Street.",
    ]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(ADDRESS, headers=known).status_code == 304
    with wall.house("test.private"):
        Door.objects.update(public=False)
    assert client.get(ADDRESS, headers=known).status_code == 200
    assert "High Street" not in lines(client)["tea"]["notes"]


def test_words_that_reach_a_person_are_not_told(client):
    meets(group("tea", about="Ring Ann: 020 7946 0000 or ann@example.org", facilitated_by="Ann B"))
    said = json.dumps(lines(client), ensure_ascii=False)
    assert "Ring Ann: … or …" in said
    assert "Ann B" not in said


def test_another_house_reads_it_as_it_was_told(client):
    meets(group("tea", experiences=["grief", "suicide_loss"], safety=["women", "older"],
                access=["step_free", "text_only", "signed"], languages=["cy", "en", "pl"]),
          door=True)  # fmt: skip
    meets(group("roughly"), byday=["MO", "SA"], door=False)
    meets(group("call"), way="call", venue=None)
    meets(group("both"), way="hybrid", door=False)
    reading = read(b"".join(client.get(ADDRESS).streaming_content), Manner())
    assert reading.refused == ()
    told = {each.slug: each for each in reading.listings}
    tea = told["tea"]
    assert tea.experiences == ("grief", "suicide_loss")
    assert tea.safety == ("older", "women")
    assert tea.access == ("signed", "step_free", "text_only")
    assert tea.languages == ("cy", "en", "pl")
    assert (tea.days, tea.at, tea.minutes, tea.zone) == ((1,), time(18, 30), 90, "Europe/London")
    ways = {slug: (each.way, each.place.approximate) for slug, each in told.items()}
    assert ways == {
        "tea": ("in_person", False),
        "roughly": ("in_person", True),
        "call": ("call", True),
        "both": ("hybrid", True),
    }


@pytest.mark.parametrize("part", PARTS)
def test_it_is_made_as_nobody_while_it_is_sent(client, cast, part):
    """The lines are made after the view: then nobody may still be looking as who asked."""
    person = cast.persons[part]
    if person:
        client.force_login(person)
    meets(group("tea"), door=False)
    asked_as = set()

    def note(execute, sql, params, many, context):
        with connection.connection.cursor() as cursor:
            cursor.execute("select current_setting('app.member_id', true), current_user")
            asked_as.add(cursor.fetchone())
        return execute(sql, params, many, context)

    answer = client.get(ADDRESS)
    looking = wall.acting_as(person.pk if person else None)
    with looking, connection.execute_wrapper(note):
        body = b"".join(answer.streaming_content)
    assert b"Mill" not in body
    assert asked_as <= {("", "beside_app"), (None, "beside_app")}
    assert asked_as


def test_the_questions_do_not_grow_with_the_groups(client):
    counts = []
    for first, last in ((0, 3), (3, 30)):
        for n in range(first, last):
            meets(group(f"tea-{n}"), door=True)
        with CaptureQueriesContext(connection) as queries:
            assert len(lines(client)) == last
        counts.append(sum(q["sql"].lstrip()[:6].lower() in {"select", "with o"} or
                          q["sql"].lstrip().startswith("with") for q in queries))  # fmt: skip
    assert counts == [7, 7]


def test_between_two_batches_nothing_is_held(client, monkeypatch):
    monkeypatch.setattr(feed, "AT_ONCE", 2)
    for n in range(5):
        meets(group(f"tea-{n}"))
    sizes = [len(batch) for batch in feed.batches(feed.Ours("http://here"))]
    assert sum(sizes) == 5
    assert max(sizes) <= 2
    assert len(lines(client)) == 5


def test_who_asks_again_hears_that_nothing_changed_and_at_once_when_something_did(client):
    rule = meets(group("tea"))
    first = client.get(ADDRESS)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Last-Modified" not in first.headers
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get(ADDRESS, headers=known)
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, "*")
    for change in (
        lambda: Schedule.objects.filter(pk=rule.pk).update(at=time(19, 0)),
        lambda: Group.objects.filter(slug="tea").update(about="Cake."),
        lambda: Venue.objects.update(town="Leeds"),
        lambda: Group.objects.filter(slug="tea").update(listed=False),
    ):
        with wall.house("test.change"):
            change()
        answer = client.get(ADDRESS, headers=known)
        assert answer.status_code == 200
        known = {"If-None-Match": answer.headers["ETag"]}
    assert client.head(ADDRESS).status_code == 200


def test_each_line_says_since_when_it_is_so(client):
    tea = meets(group("tea"))
    meets(group("cake"))
    assert note_changes() == 2
    with clock.at(NOW + timedelta(hours=2)):
        assert note_changes() == 0
        answer = client.get(ADDRESS)
        assert answer.headers["Last-Modified"] == "Wed, 25 Nov 2026 12:00:00 GMT"
        since = {"If-Modified-Since": answer.headers["Last-Modified"]}
        assert client.get(ADDRESS, headers=since).status_code == 304
        with wall.house("test.change"):
            Schedule.objects.filter(pk=tea.pk).update(minutes=60)
        assert client.get(ADDRESS, headers=since).status_code == 200
        told = lines(client)
        assert told["tea"]["updated"] == "2026-11-25 14:00:00"
        assert told["cake"]["updated"] == "2026-11-25 12:00:00"
        assert note_changes() == 1
    with clock.at(NOW + timedelta(hours=4)):
        assert lines(client)["tea"]["updated"] == "2026-11-25 14:00:00"
        with wall.house("test.change"):
            Group.objects.filter(slug="cake").update(listed=False)
        assert note_changes() == 1
