"""What search engines and the organisation's own site are told: open faces, and nothing more."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.groups.models import Group
from beside.groups.words import Entry
from beside.kernel import clock
from beside.meetings.clock import look_ahead
from beside.meetings.models import Door, Meeting, Schedule, Venue

from .test_feed import NOW, group, meets, still

pytestmark = pytest.mark.django_db
__all__ = ["still"]
TIMETABLE = "/embed/timetable/"


def graph(client, slug="tea"):
    page = client.get(f"/groups/{slug}/").content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[0])["@graph"] if found else []


def change(model, **fields):
    with wall.house("test.change"):
        model.objects.update(**fields)


def test_an_open_groups_rhythm_is_told_with_its_next_meeting(client):
    meets(group("tea"), door=True)
    look_ahead()
    (event,) = graph(client)
    assert (event["@type"], event["name"]) == ("Event", "Group tea")
    assert event["url"] == "http://testserver/groups/tea/"
    assert event["startDate"] == "2026-12-01T18:30+00:00"
    assert event["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")
    assert event["eventSchedule"] == {
        "@type": "Schedule",
        "repeatFrequency": "P1W",
        "startDate": "2026-01-06",
        "startTime": "18:30:00",
        "endTime": "20:00:00",
        "duration": "PT90M",
        "scheduleTimezone": "Europe/London",
        "byDay": ["https://schema.org/Tuesday"],
    }
    assert event["location"]["address"]["streetAddress"] == "1 Mill Road, London E9 6SR"
    assert event["location"]["geo"]["latitude"] == 51.54321


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"interval": 2}, {"repeatFrequency": "P2W"}),
        ({"frequency": "monthly", "byday": ["2TU"]}, {"repeatFrequency": "P1M", "byDay": ["2TU"]}),
        ({"frequency": "monthly", "byday": ["-1SU"]}, {"byDay": ["-1SU"]}),
        ({"frequency": "daily", "byday": [], "until": date(2026, 12, 1)},
         {"repeatFrequency": "P1D", "endDate": "2026-12-01"}),
    ],
)  # fmt: skip
def test_what_no_weekly_listing_can_say_is_said_here(client, rule, told):
    meets(group("tea"), **rule)
    look_ahead()
    (event,) = graph(client)
    assert told.items() <= event["eventSchedule"].items()


def test_a_summer_meeting_is_told_with_the_offset_of_summer(client):
    with clock.at(datetime(2026, 6, 3, 12, 0, tzinfo=ZoneInfo("Europe/London"))):
        meets(group("tea"))
        look_ahead()
        (event,) = graph(client)
        assert event["startDate"] == "2026-06-09T18:30+01:00"


def test_a_private_door_stays_private_and_a_call_leads_to_the_page(client):
    meets(group("tea"), door=False, way="hybrid")
    look_ahead()
    (event,) = graph(client)
    place, call = event["location"]
    assert place["address"] == {"@type": "PostalAddress", "addressLocality": "Homerton, London",
                                "addressCountry": "GB"}  # fmt: skip
    assert call == {"@type": "VirtualLocation", "url": "http://testserver/groups/tea/"}
    assert "Mill" not in json.dumps(event)


def test_a_meeting_that_is_off_is_an_exception_and_a_moved_one_stands_by_itself(client):
    meets(group("tea"))
    look_ahead()
    with wall.house("test.change"):
        first, second = Meeting.objects.order_by("starts_at")[:2]
        Meeting.objects.filter(pk=first.pk).update(state="cancelled")
        later = second.starts_at + timedelta(hours=1)
        Meeting.objects.filter(pk=second.pk).update(
            state="moved", starts_at=later, ends_at=later + timedelta(hours=1)
        )
    weekly, moved = graph(client)
    assert weekly["eventSchedule"]["exceptDate"] == ["2026-12-01", "2026-12-08"]
    assert weekly["startDate"] == "2026-12-15T18:30+00:00"
    assert moved["startDate"] == "2026-12-08T19:30+00:00"
    assert "eventSchedule" not in moved


@pytest.mark.parametrize("once", ["call", "elsewhere"])
def test_a_meeting_that_is_otherwise_this_once_says_nothing_of_the_others(client, once):
    rule = meets(group("tea"))
    look_ahead()
    with wall.house("test.change"):
        library = Venue.objects.create(name="Library", town="London")
        way, place = ("call", None) if once == "call" else ("in_person", library)
        first = Meeting.objects.order_by("starts_at")[0]
        Meeting.objects.filter(pk=first.pk).update(way=way, venue=place)
        Schedule.objects.filter(pk=rule.pk).update(clashes=[date(2026, 12, 22)])
        Meeting.objects.filter(original_on=date(2026, 12, 22)).delete()
    weekly, single = graph(client)
    assert weekly["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")
    assert weekly["location"]["name"] == "Riverside Hall"
    assert weekly["startDate"] == "2026-12-08T18:30+00:00"
    assert weekly["eventSchedule"]["exceptDate"] == ["2026-12-01", "2026-12-22"]
    assert single["startDate"] == "2026-12-01T18:30+00:00"
    assert single["location"].get("name") == (None if once == "call" else "Library")
    assert "eventSchedule" not in single


@pytest.mark.parametrize(
    "face", [{"entry": Entry.REQUEST}, {"entry": Entry.INVITATION}, {"source": "X"}]
)
def test_groups_that_are_not_open_are_not_told(client, face):
    meets(group("tea", source_slug="tea", **face))
    look_ahead()
    assert graph(client) == []


def test_words_of_a_group_cannot_leave_the_block(client):
    meets(group("tea", about="</script><script>alert(1)</script> & <!-- \u2028"))
    look_ahead()
    page = client.get("/groups/tea/").content.decode()
    assert "<script>alert" not in page
    assert graph(client)[0]["description"].startswith("</script><script>alert(1)")


# The timetable ------------------------------------------------------------------------------------


def test_the_timetable_says_when_where_and_whose_time_it_is(client):
    meets(group("tea"), door=False)
    meets(group("call"), "FR", way="call", venue=None, zone="America/New_York")
    look_ahead()
    page = client.get(TIMETABLE).content.decode()
    assert "Tuesday 1 December" in page
    assert "18:30 London time" in page
    assert "18:30 New York time" in page
    assert 'In person · <span data-words translate="no">Homerton, London</span>' in page
    assert "Mill" not in page
    assert "<script" not in page
    with wall.house("test.change"):
        Meeting.objects.filter(group__slug="tea").update(state="cancelled")
    assert client.get(TIMETABLE).content.decode().count("<strong>cancelled</strong>") == 2


def test_the_day_from_which_a_meeting_was_moved_says_where_it_went(client):
    meets(group("tea"))
    look_ahead()
    with wall.house("test.change"):
        first = Meeting.objects.order_by("starts_at")[0]
        later = first.starts_at + timedelta(days=1)
        Meeting.objects.filter(pk=first.pk).update(
            state="moved", on=date(2026, 12, 2), starts_at=later, was_starts_at=first.starts_at,
            ends_at=later + timedelta(hours=1),
        )  # fmt: skip
    page = " ".join(client.get(TIMETABLE).content.decode().split())
    old, new = page.index("Tuesday 1 December"), page.index(">Wednesday 2 December")
    assert old < page.index("<s>18:30 London time</s>") < new
    assert "<strong>moved to Wednesday 2 December, 18:30</strong>" in page
    assert page.count("moved to this time") == 1
    with wall.house("test.far"):
        far = first.starts_at + timedelta(days=30)
        Meeting.objects.filter(pk=first.pk).update(
            on=date(2026, 12, 31), starts_at=far, ends_at=far + timedelta(hours=1)
        )
    page = client.get(TIMETABLE).content.decode()
    assert "moved to Thursday 31 December, 18:30" in page
    assert "moved to this time" not in page


@pytest.mark.parametrize("part", ["nobody", "member", "coordinator"])
@pytest.mark.parametrize(
    "face",
    [{"listed": False}, {"entry": Entry.INVITATION}, {"closed_at": NOW}, {"source": "X"}],
)
def test_only_our_listed_groups_stand_in_it_whoever_asks(client, cast, part, face):
    if cast.persons[part]:
        client.force_login(cast.persons[part])
    meets(group("hidden", source_slug="x", **face))
    meets(group("asks", entry=Entry.REQUEST))
    look_ahead()
    page = client.get(TIMETABLE).content.decode()
    assert "Group asks" in page
    assert "Group hidden" not in page


def test_groups_can_be_chosen_and_light_or_dark(client):
    for slug in ("one", "two", "three"):
        meets(group(slug))
    look_ahead()
    page = client.get(f"{TIMETABLE}?group=one&group=two&theme=dark").content.decode()
    assert "Group one" in page
    assert "Group two" in page
    assert "Group three" not in page
    assert 'data-theme="dark"' in page
    assert 'data-theme=""' in client.get(f"{TIMETABLE}?theme=x&lang=%00").content.decode()


def test_nobody_may_frame_it_until_the_operator_says_who(client, settings):
    answer = client.get(TIMETABLE)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    settings.EMBED_ORIGINS = ["https://www.example.org", "https://x; script-src *", "*"]
    answer = client.get(TIMETABLE)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors https://www.example.org;" in policy + ";"
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in answer.headers
    assert not answer.cookies
    assert "frame-ancestors 'none'" in client.get("/find/").headers["Content-Security-Policy"]


def test_the_questions_do_not_grow_with_the_groups(client):
    counts = {TIMETABLE: [], "/find/": []}
    for first, last in ((0, 3), (3, 30)):
        for n in range(first, last):
            meets(group(f"tea-{n}"))
        look_ahead()
        for address, found in counts.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
    assert counts[TIMETABLE] == [3, 3]  # one, and the two of its savepoint
    assert counts["/find/"][0] == counts["/find/"][1]
    assert Door.objects.count() == 0
    assert Schedule.objects.count() == Group.objects.filter(slug__startswith="tea-").count() == 30
