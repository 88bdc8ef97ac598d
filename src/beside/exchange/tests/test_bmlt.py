"""A BMLT file is read like any other: the right day, or a question; row by row, or a reason."""

from __future__ import annotations

import json
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.exchange import commands, formats
from beside.exchange.meeting_guide import Manner, UnreadableFile
from beside.groups.models import Group

LONDON = Manner(zone="Europe/London")
GOOD = {
    "id_bigint": "7",
    "meeting_name": "Morning Walk",
    "weekday_tinyint": "7",
    "start_time": "07:30:00",
    "duration_time": "00:45:00",
    "venue_type": "1",
    "formats": "O,WC",
    "location_text": "Riverside Hall",
    "location_street": "1 Mill Road",
    "location_municipality": "London",
    "location_neighborhood": "Homerton",
    "location_sub_province": "London",
    "location_postal_code_1": "E9 6SR",
    "location_nation": "UK",
    "location_info": "The green door.",
    "latitude": "51.54321",
    "longitude": "-0.04321",
    "published": "1",
}
FORMATS = [
    {"key_string": "WC", "name_string": "Rollstuhl", "lang_enum": "de"},
    {"key_string": "WC", "name_string": "Wheelchair", "lang_enum": "en"},
    {"key_string": "O", "name_string": "Open", "lang_enum": "en"},
]


def read(*rows, **told):
    return formats.read(json.dumps(rows).encode(), LONDON, **told)


def one(**more):
    reading = read(GOOD | more)
    assert reading.refused == ()
    return reading.listings[0]


def refusal(**more):
    reading = read(GOOD | more, sunday=1)
    assert reading.listings == ()
    assert reading.refused[0].reason
    return reading.refused[0].field


def test_a_file_is_known_by_its_rows_and_read_whole():
    walk = one()
    assert (walk.slug, walk.name, walk.days, walk.at, walk.minutes) == (
        "meeting-7", "Morning Walk", (5,), time(7, 30), 45,
    )  # fmt: skip
    place = walk.place
    assert (place.name, place.address) == ("Riverside Hall", "1 Mill Road, London, E9 6SR")
    assert (place.neighbourhood, place.town, place.country) == ("Homerton", "London", "GB")
    assert (place.latitude, place.longitude, place.approximate) == (51.54321, -0.04321, False)


def test_both_conventions_for_the_day():
    def days(*said, **told):
        rows = [GOOD | {"id_bigint": n + 1, "weekday_tinyint": day} for n, day in enumerate(said)]
        return [each.days[0] for each in read(*rows, **told).listings]

    assert days(1, 2, 7) == [6, 0, 5]  # the interface: 1 is Sunday
    assert days(0, 1, 6) == [6, 0, 5]  # a copy of the database: 0 is Sunday
    assert days(2, 3, sunday=1) == [0, 1]
    assert days(2, 3, sunday=0) == [1, 2]


@pytest.mark.parametrize("said", [(2, 3), (0, 7)])
def test_a_day_that_could_be_either_is_asked_and_not_guessed(said):
    rows = [GOOD | {"id_bigint": n + 1, "weekday_tinyint": day} for n, day in enumerate(said)]
    with pytest.raises(UnreadableFile, match="Sunday is 0 or 1"):
        read(*rows)


def test_the_second_column_of_days_settles_it():
    assert one(weekday_tinyint=1, weekday_tinyint_api=2).days == (0,)


def test_what_is_not_published_is_left_out_and_counted():
    reading = read(GOOD, GOOD | {"id_bigint": 8, "published": 0})
    assert (len(reading.listings), reading.unpublished, reading.refused) == (1, 1, ())


@pytest.mark.parametrize(
    ("venue", "way"), [("1", "in_person"), (2, "call"), ("3", "hybrid"), (None, "in_person")]
)
def test_how_people_meet(venue, way):
    assert one(venue_type=venue).way == way


def test_a_meeting_that_closed_its_room_and_meets_in_a_call():
    assert one(venue_type=None, formats="VM,TC").way == "call"
    assert refusal(venue_type=None, formats="TC") == "formats"


def test_formats_are_read_by_their_names_beside_the_meetings_or_in_a_file_of_their_own():
    together = json.dumps({"meetings": [GOOD], "formats": FORMATS}).encode()
    assert formats.read(together, LONDON).listings[0].access == ("step_free",)
    names = formats.code_names(FORMATS)
    assert read(GOOD, names=names).listings[0].access == ("step_free",)


def test_what_reaches_a_person_is_left_out():
    reading = read(
        GOOD
        | {
            "contact_name_1": "Ann B",
            "email_contact": "ann@example.org",
            "phone_meeting_number": "020 7946 0000",
            "virtual_meeting_link": "https://x.example/1",
            "virtual_meeting_additional_info": "Passcode 1234",
            "comments": "Ask ann@example.org",
        }
    )
    assert "Ann B" not in repr(reading.listings)
    assert "1234" not in repr(reading.listings)
    assert reading.listings[0].about == "Ask …"
    assert sum(reading.dropped.values()) == 5


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"weekday_tinyint": "Friday"}, "weekday_tinyint"),
        ({"weekday_tinyint": 9}, "weekday_tinyint"),
        ({"weekday_tinyint": None}, "weekday_tinyint"),
        ({"start_time": "25:00:00"}, "start_time"),
        ({"start_time": "half past"}, "start_time"),
        ({"duration_time": "24:00:00"}, "duration_time"),
        ({"duration_time": ["1"]}, "duration_time"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"meeting_name": ""}, "meeting_name"),
        ({"meeting_name": {"en": "Walk"}}, "meeting_name"),
        ({"id_bigint": ""}, "id_bigint"),
        ({"id_bigint": "-1"}, "id_bigint"),
        ({"latitude": "north"}, "latitude"),
        ({"longitude": 999}, "longitude"),
        ({"location_street": "", "location_text": "", "location_info": ""}, "location_street"),
    ],
)
def test_a_row_that_cannot_be_read_says_which_field_and_why(more, field):
    assert refusal(**more) == field


def test_a_number_that_comes_twice_is_refused_the_second_time():
    assert [each.field for each in read(GOOD, GOOD).refused] == ["id_bigint"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), ANYTHING))
def test_whatever_a_field_holds_the_row_is_read_or_refused(more):
    reading = read(GOOD | more, GOOD | {"id_bigint": "8"}, sunday=1)
    told = len(reading.listings) + len(reading.refused) + reading.unpublished
    assert told == 2
    assert all(each.reason for each in reading.refused)


@pytest.mark.django_db
def test_the_operator_is_asked_what_sunday_is_and_nothing_is_half_done(tmp_path, capsys):
    file = tmp_path / "bmlt.json"
    file.write_text(json.dumps([GOOD | {"weekday_tinyint": 3}]))
    told = ["meetings", str(file), "--zone", "Europe/London", "--yes"]
    assert commands.main(told) == 1
    assert "Sunday is 0 or 1" in capsys.readouterr().err
    assert Group.objects.count() == 0
    assert commands.main([*told, "--format", "bmlt", "--sunday", "1"]) == 0
    assert "1 would be added" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_file_of_200_mb_is_refused_without_being_read(tmp_path, capsys):
    file = tmp_path / "large.json"
    with file.open("wb") as opened:
        opened.truncate(200 * 1024 * 1024)  # holes: it takes no room on the disk
    assert commands.main(["meetings", str(file), "--yes"]) == 1
    assert "larger than 50 MB" in capsys.readouterr().err
