"""A timetable for paper: by weekday, in words, and true for the next two weeks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from beside import wall
from beside.groups.models import Group
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings import actions, timetable
from beside.meetings.actions import Wish
from beside.meetings.models import Door, Meeting, Schedule, Venue
from beside.meetings.occurrences import make_ahead
from beside.meetings.recurrence import instant
from beside.meetings.tests.test_pages import counted, signed_in
from beside.meetings.timetable import Sheet, sheet
from tests.cast import ZONE, Cast

LONDON = ZoneInfo(ZONE)
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def paper(cast: Cast) -> Iterator[Cast]:
    """The cast on a Monday morning, with no timetable yet."""
    with wall.house("test.none"):
        Meeting.objects.all().delete()
        Schedule.objects.all().delete()
    with clock.at(NOW):
        yield cast


def meets(group: Group, byday: str = "TU", **more: Any) -> Schedule:
    """A rule of the group, weekly at 18:30 in London unless said otherwise; with its rows."""
    given: dict[str, Any] = {
        "zone": ZONE,
        "first_on": date(2026, 1, 6),
        "at": time(18, 30),
        "minutes": 75,
        "frequency": "weekly",
        "byday": byday.split(),
        "way": Way.IN_PERSON,
        **more,
    }
    with wall.house("test.rule"):
        rule = Schedule.objects.create(group=group, **given)
        make_ahead(rule, NOW + timedelta(days=60))
    return rule


def changed(rule: Schedule, day: date, **more: Any) -> None:
    with wall.house("test.change"):
        meeting = Meeting.objects.get(schedule=rule, original_on=day)
        for name, value in more.items():
            setattr(meeting, name, value)
        meeting.sequence += 1
        meeting.starts_at = instant(datetime.combine(meeting.on, meeting.at), meeting.zone)
        meeting.ends_at = meeting.starts_at + timedelta(minutes=75)
        meeting.save()


def told(made: Sheet) -> list[tuple[str, list[tuple[str, str, list[str]]]]]:
    return [
        (day, [(line.hour, f"{line.group}: {line.rhythm}", line.notes) for line in lines])
        for day, lines in made.days
    ]


def of(*groups: Group, **more: Any) -> Sheet:
    with wall.acting_as(None):
        return sheet(Group.objects.filter(pk__in=[each.pk for each in groups]), LONDON, **more)


def test_rules_stand_under_their_weekdays_in_words(paper: Cast) -> None:
    lanterns, table = paper.group, paper.other_group
    meets(lanterns, "TU TH")
    meets(table, "2TU", frequency="monthly", at=time(9))
    meets(table, "", frequency="daily", at=time(7), way=Way.TELEPHONE)
    meets(table, "SU", interval=2, first_on=date(2026, 12, 6))
    meets(table, "", frequency="once", first_on=date(2026, 12, 3), at=time(20))
    assert told(of(lanterns, table)) == [
        ("Every day", [("07:00", "The Long Table: Every day", [])]),
        (
            "Tuesday",
            [
                ("09:00", "The Long Table: Second Tuesday of the month", []),
                ("18:30", "Tuesday Lanterns: Every Tuesday and Thursday", []),
            ],
        ),
        (
            "Thursday",
            [
                ("18:30", "Tuesday Lanterns: Every Tuesday and Thursday", []),
                ("20:00", "The Long Table: Once, on 3 December 2026", []),
            ],
        ),
        ("Sunday", [("18:30", "The Long Table: Every other Sunday, from 6 December 2026", [])]),
    ]


def test_what_is_over_is_not_printed(paper: Cast) -> None:
    meets(paper.group, until=date(2026, 11, 22))
    meets(paper.group, count=8)
    meets(paper.group, "", frequency="once", first_on=date(2026, 11, 22))
    meets(paper.group, ended_at=NOW - timedelta(days=1))
    meets(paper.group, "WE", until=date(2026, 11, 25))
    assert [day for day, _lines in of(paper.group).days] == ["Wednesday"]


def test_a_rare_rhythm_is_printed_with_its_next_days_and_a_course_with_its_last(
    paper: Cast,
) -> None:
    rule = meets(paper.group, "TH", interval=2, first_on=date(2026, 11, 12))
    meets(paper.other_group, "SA", count=8, first_on=date(2026, 12, 5), fixed=True)
    meets(paper.other_group, "-1SU", frequency="monthly")
    changed(rule, date(2026, 12, 24), state="cancelled")  # printed, though a month ahead
    thursday, saturday, sunday = (
        lines[0] for _day, lines in of(paper.group, paper.other_group).days
    )
    assert (thursday.dates, thursday.notes) == (
        "Thu 26 Nov, Thu 10 Dec, Thu 24 Dec",
        ["Not on Thu 24 Dec: cancelled."],
    )
    assert (saturday.dates, saturday.rhythm) == (
        "",
        "Every Saturday, 8 times, from 5 December 2026, until 23 January 2027",
    )
    assert sunday.dates == "Sun 29 Nov, Sun 27 Dec, Sun 31 Jan"
    page = Client().get(f"/groups/{paper.group.slug}/timetable/").content.decode()
    assert "Next: Thu 26 Nov, Thu 10 Dec, Thu 24 Dec" in page


def test_an_old_rule_ends_where_the_new_one_begins_on_paper_and_on_the_face(paper: Cast) -> None:
    old = meets(paper.group)
    wish = Wish(
        zone=ZONE, first_on=date(2026, 12, 8), at=time(19), minutes=75, frequency="weekly",
        byday=("TU",), way=Way.IN_PERSON,
    )  # fmt: skip
    with wall.house("test.rows"):
        third = Meeting.objects.get(schedule=old, original_on=date(2026, 12, 8))
    with paper.looking_as("facilitator") as ash:
        actions.change_from(third, wish, by=ash)
    assert told(of(paper.group)) == [
        (
            "Tuesday",
            [
                ("18:30", "Tuesday Lanterns: Every Tuesday, until 1 December 2026", []),
                ("19:00", "Tuesday Lanterns: Every Tuesday, from 8 December 2026", []),
            ],
        )
    ]

    def face() -> str:
        return Client().get(f"/groups/{paper.group.slug}/").content.decode()

    before = "Every Tuesday at 18:30 London time, 75 minutes"
    after = "Every Tuesday at 19:00 London time, 75 minutes"
    assert f"{before}, until 1 December 2026." in face()
    assert f"{after}, from 8 December 2026." in face()
    with clock.at(datetime(2026, 12, 9, 9, tzinfo=UTC)):
        assert before not in face()
        assert f"{after}. " in face()


def test_a_rule_that_is_over_stands_on_no_face(paper: Cast) -> None:
    meets(paper.group, until=date(2026, 11, 22))
    meets(paper.group, "", frequency="once", first_on=date(2026, 11, 22))
    meets(paper.group, "WE", until=date(2026, 11, 25))
    words = Client().get(f"/groups/{paper.group.slug}/").content.decode()
    assert words.count(" at 18:30 London time, 75 minutes") == 1
    assert "Every Wednesday at 18:30 London time, 75 minutes, until 25 November 2026." in words


def test_what_differs_within_two_weeks_is_said_and_never_why(paper: Cast) -> None:
    rule = meets(paper.group)
    changed(rule, date(2026, 11, 24), state="cancelled")
    changed(rule, date(2026, 12, 1), state="moved", on=date(2026, 12, 2), at=time(19))
    changed(rule, date(2026, 12, 8), state="cancelled")  # more than two weeks ahead
    other = meets(paper.other_group, "WE")
    changed(other, date(2026, 12, 2), way=Way.CALL)
    with wall.acting_as(None):
        hall = Venue.objects.get(name="Riverside Hall")
    changed(other, date(2026, 11, 25), venue=hall)
    assert told(of(paper.group, paper.other_group)) == [
        (
            "Tuesday",
            [
                (
                    "18:30",
                    "Tuesday Lanterns: Every Tuesday",
                    [
                        "Not on Tue 24 Nov: cancelled.",
                        "Tue 1 Dec: moved to Wed 2 Dec, 19:00.",
                    ],
                )
            ],
        ),
        (
            "Wednesday",
            [
                (
                    "18:30",
                    "The Long Table: Every Wednesday",
                    [
                        "Wed 25 Nov: at Riverside Hall, Homerton, London.",
                        "Wed 2 Dec: Video or voice call.",
                    ],
                )
            ],
        ),
    ]
    words = Client().get("/timetable/").content.decode()
    assert "Not on Tue 24 Nov: cancelled." in words
    assert "Ash is ill." not in words
    assert "Printed on 23 November 2026." in words
    assert "All hours are London time." in words


def test_a_meeting_without_a_rule_stands_on_its_day(paper: Cast) -> None:
    starts = instant(datetime(2026, 12, 4, 17, 0), ZONE)  # noqa: DTZ001 - on the wall clock
    with wall.house("test.once"):
        Meeting.objects.create(
            group=paper.group, on=date(2026, 12, 4), at=time(17), zone=ZONE, way=Way.CALL,
            starts_at=starts, ends_at=starts + timedelta(hours=1),
        )  # fmt: skip
    expected = [("17:00", "Tuesday Lanterns: Once, on 4 December 2026", [])]
    assert told(of(paper.group)) == [("Friday", expected)]


def test_two_zones_are_named_at_each_hour(paper: Cast) -> None:
    meets(paper.group)
    meets(paper.other_group, zone="America/New_York")
    made = of(paper.group, paper.other_group)
    assert made.city == ""
    assert [line.hour for line in made.days[0][1]] == [
        "18:30 New York time",
        "18:30 London time",
    ]


def test_an_exact_address_is_printed_only_where_everybody_may_know_it(paper: Cast) -> None:
    with wall.house("test.doors"):
        hall = Venue.objects.get(name="Riverside Hall")
        Door.objects.create(venue=hall, address="12 River Street")
        library = Venue.objects.create(name="Library", neighbourhood="Dalston")
        Door.objects.create(venue=library, address="1 High Street", public=True)
    meets(paper.group, venue=hall)
    meets(paper.group, "WE", venue=library)
    pages = [
        Client().get(f"/groups/{paper.group.slug}/timetable/"),
        signed_in(paper, "member").get(f"/g/{paper.group.key}/meetings/timetable/"),
        signed_in(paper, "coordinator").get("/timetable/"),
    ]
    for page in pages:
        words = page.content.decode()
        assert "Riverside Hall" in words
        assert "1 High Street" in words
        assert "12 River Street" not in words


def test_whose_timetable_is_whose(paper: Cast) -> None:
    meets(paper.group)
    with wall.house("test.groups"):
        hall = Venue.objects.get(name="Riverside Hall")
        hidden = Group.objects.create(name="Wednesday Wool", slug="wool", listed=False)
        listing = Group.objects.create(
            name="Elsewhere", slug="elsewhere", source="a listing", source_slug="e"
        )
        closed = Group.objects.create(name="Over", slug="over", closed_at=NOW)
    for number, group in enumerate((hidden, listing, closed, paper.other_group)):
        meets(group, "WE", venue=hall, at=time(10 + 2 * number))
    names = ("Tuesday Lanterns", "The Long Table", "Wednesday Wool", "Elsewhere", "Over")

    def printed(part: str, page: str) -> set[str]:
        client = Client() if part == "nobody" else signed_in(paper, part)
        words = client.get(page).content.decode()
        return {name for name in names if f">{name}<" in words}

    here = f"/venues/{hall.key}/timetable/"
    for part in ("nobody", "member", "duty_worker"):
        assert printed(part, "/timetable/") == {"Tuesday Lanterns", "The Long Table"}
        assert printed(part, here) == {"The Long Table"}
    everything = {"Tuesday Lanterns", "The Long Table", "Wednesday Wool"}
    assert printed("coordinator", "/timetable/") == everything
    assert printed("coordinator", here) == {"The Long Table", "Wednesday Wool"}
    for slug in ("wool", "elsewhere", "over"):
        assert signed_in(paper, "coordinator").get(f"/groups/{slug}/timetable/").status_code == 404


def test_letters_can_be_large_and_nothing_needs_a_script(paper: Cast) -> None:
    meets(paper.group)
    page = f"/groups/{paper.group.slug}/timetable/"
    assert 'class="sheet"' in Client().get(page).content.decode()
    large = unescape(Client().get(page + "?size=large").content.decode())
    assert 'class="sheet large"' in large
    assert 'aria-current="true">Large letters' in large
    assert "hidden>" in large  # the button that needs a script is not there without one


def test_thirty_groups_ask_no_more_than_three(paper: Cast) -> None:
    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            with wall.house("test.grow"):
                group = Group.objects.create(name=f"Group {number}", slug=f"group-{number}")
                venue = Venue.objects.create(name=f"Place {number}")
                Door.objects.create(venue=venue, address=f"{number} Street", public=True)
            changed(meets(group, venue=venue), date(2026, 11, 24), state="cancelled")

    grow(0, 3)
    coordinator = signed_in(paper, "coordinator")
    coordinator.get("/timetable/")
    for client, questions in ((Client(), 7), (coordinator, 10)):
        assert counted(lambda client=client: client.get("/timetable/")) == questions
    grow(3, 30)
    for client, questions in ((Client(), 7), (coordinator, 10)):
        assert counted(lambda client=client: client.get("/timetable/")) == questions
    assert Client().get("/timetable/").content.decode().count("Not on Tue 24 Nov") == 30


# Many groups ------------------------------------------------------------------------------------


@pytest.fixture
def many(paper: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Seven groups, where three rules make one sheet and two lines make a page."""
    monkeypatch.setattr(timetable, "WHOLE", 3)
    monkeypatch.setattr(timetable, "A_PAGE", 2)
    for number in range(7):
        with wall.house("test.many"):
            group = Group.objects.create(name=f"Group {number}", slug=f"group-{number}")
            town = ("London", "Leeds")[number % 2]
            venue = Venue.objects.create(name=f"Hall {number}", neighbourhood="Ash", town=town)
        meets(group, "MO TU" if number < 5 else "TU", venue=venue, at=time(9 + number, 0))
    return paper


def shown(page: str) -> list[str]:
    return re.findall(r">(Group \d)</h3>", Client().get(page).content.decode())


def later(page: str) -> str:
    found = re.search(r'class="btn soft" href="([^"]*)"', Client().get(page).content.decode())
    return f"/timetable/{unescape(found[1])}" if found else ""


def test_a_long_timetable_is_looked_through_day_by_day(many: Cast) -> None:
    assert shown("/timetable/") == ["Group 0", "Group 1"]  # today is a Monday
    pages, page = [], "/timetable/?day=1"
    while page:
        pages.append(shown(page))
        page = later(page)
    assert pages == [
        ["Group 0", "Group 1"],
        ["Group 2", "Group 3"],
        ["Group 4", "Group 5"],
        ["Group 6"],
    ]
    assert shown("/timetable/?day=1&after=120000-") == ["Group 3", "Group 4"]
    assert shown("/timetable/?day=2") == shown("/timetable/?day=-1") == []


def test_one_place_is_printed_whole(many: Cast) -> None:
    meets(many.group, "FR")
    leeds = Client().get("/timetable/?place=LEEDS").content.decode()
    assert sorted(set(shown("/timetable/?place=LEEDS"))) == ["Group 1", "Group 3", "Group 5"]
    assert "Later on this day" not in leeds
    assert "too many groups" not in leeds
    assert shown("/timetable/?place=ash") == ["Group 0", "Group 1"]  # seven again
    assert shown("/timetable/?place=Nowhere") == []


def test_a_long_timetable_says_what_differs_and_what_is_only_once(many: Cast) -> None:
    with wall.house("test.once"):
        rule = Schedule.objects.get(group__slug="group-0")
        alone = Meeting.objects.filter(schedule=rule, original_on=date(2026, 11, 24)).get()
        alone.pk, alone.key, alone.schedule, alone.original_on = None, "once", None, None
        alone.venue, alone.at = None, time(8, 0)
        alone.save()
    changed(rule, date(2026, 11, 24), state="cancelled")
    page = unescape(Client().get("/timetable/?day=1").content.decode())
    assert "Not on Tue 24 Nov: cancelled." in page
    assert "Once, on 24 November 2026" in page
    assert shown("/timetable/?day=1") == ["Group 0", "Group 0"]
    assert shown(later("/timetable/?day=1")) == ["Group 1", "Group 2"]


def test_every_line_stands_on_some_page_and_under_the_same_heading(many: Cast) -> None:
    for rule in (
        {"frequency": "daily", "byday": ""},
        {"frequency": "daily", "byday": "", "interval": 3},
        {"frequency": "monthly", "byday": "-1SU"},
        {"frequency": "monthly", "byday": "", "first_on": date(2026, 1, 31)},
        {"frequency": "weekly", "byday": ""},
        {"frequency": "weekly", "byday": "MO TH", "interval": 2},
        {"frequency": "weekly", "byday": "WE", "until": date(2026, 11, 1)},
        {"frequency": "weekly", "byday": "WE", "count": 2},
        {"frequency": "once", "byday": "", "first_on": date(2026, 12, 5)},
        {"frequency": "once", "byday": "", "first_on": date(2026, 11, 5)},
    ):
        meets(many.group, at=time(7, 0), **rule)
    with wall.acting_as(None):
        groups = Group.objects.listed()
        whole = {
            (day, line.group.slug, line.at, line.rhythm)
            for day, lines in sheet(groups, LONDON).days
            for line in lines
        }
        parts = set()
        for day in timetable.HEADINGS:
            after, more = "", True
            while more:
                made = timetable.part(groups, LONDON, day, after)
                for name, lines in made.days:
                    parts |= {(name, line.group.slug, line.at, line.rhythm) for line in lines}
                after, more = made.after, bool(made.after)
    assert parts == whole


def test_rules_that_are_over_end_no_page_too_early(many: Cast) -> None:
    with wall.house("test.over"):
        over = Schedule.objects.filter(group__slug__in=["group-0", "group-1", "group-2"])
        over.update(count=3)  # in January
    pages, page = [], "/timetable/?day=1"
    while page:
        pages.append(shown(page))
        page = later(page)
    assert [name for names in pages for name in names] == [
        f"Group {number}" for number in range(3, 7)
    ]


def test_strange_days_and_places_are_answered_calmly(many: Cast) -> None:
    for asked in ({"day": "9"}, {"after": "256199-x"}, {"after": "1"}, {"place": "x" * 500}):
        assert Client().get("/timetable/", asked).status_code == 200


@pytest.mark.parametrize("part", ["nobody", "coordinator"])
def test_a_page_of_a_long_timetable_asks_the_same_for_one_line_and_three(
    many: Cast, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client() if part == "nobody" else signed_in(many, part)
    client.get("/timetable/")
    for lines in (1, 3):
        monkeypatch.setattr(timetable, "A_PAGE", lines)
        asked = counted(lambda: client.get("/timetable/", {"day": "1"}))
        assert asked == {"nobody": 8, "coordinator": 11}[part]
