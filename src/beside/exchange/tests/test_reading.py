"""What is read in a listing, and what is refused, with its row, its field and the reason."""

from __future__ import annotations

import gzip
import json
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.exchange.codes import Codes, by_name
from beside.exchange.meeting_guide import MOST, Manner, UnreadableFile, read

GOOD = {
    "name": "Morning Walk",
    "slug": "morning-walk",
    "day": 1,
    "time": "07:30",
    "end_time": "08:15",
    "timezone": "Europe/London",
}


def one(**more):
    """The only listing in a file with this one row."""
    reading = read(json.dumps([GOOD | more]).encode())
    assert reading.refused == ()
    return reading.listings[0]


def refusal(**more):
    """Field of the only refusal in a file with this one row."""
    reading = read(json.dumps([GOOD | more]).encode())
    assert reading.listings == ()
    return reading.refused[0].field


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (0, (6,)),
        (1, (0,)),
        (6, (5,)),
        ("3", (2,)),
        ("Friday", (4,)),
        ("sun", (6,)),
        (2.0, (1,)),
        ([1, 3, 5], (0, 2, 4)),
        (["1", 1], (0,)),
    ],
)
def test_a_day_is_read_however_a_listing_writes_it(day, days):
    assert one(day=day).days == days


@pytest.mark.parametrize("day", [7, -1, "someday", 1.5, True, {}, [0, 9], "fr"])
def test_a_day_that_is_none_is_refused(day):
    assert refusal(day=day) == "day"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("19:30", time(19, 30)),
        ("19:30:00", time(19, 30)),
        ("7:30 PM", time(19, 30)),
        ("12:00 am", time(0)),
        ("00:00", time(0)),
    ],
)
def test_a_time_is_read_with_seconds_or_as_americans_write_it(said, at):
    assert one(time=said).at == at


@pytest.mark.parametrize("said", ["25:00", "19:61", "noon", "19.30", [], "-1:00"])
def test_a_time_that_is_none_is_refused(said):
    assert refusal(time=said) == "time"


def test_a_meeting_past_midnight_ends_the_next_day():
    assert one(time="23:30", end_time="00:30").minutes == 60


def test_without_an_end_it_lasts_an_hour():
    assert one(end_time=None).minutes == 60


def test_no_day_and_no_time_is_by_appointment_and_one_without_the_other_is_refused():
    assert one(day=None, time=None).days == ()
    assert refusal(time=None) == "time"
    assert refusal(day=None) == "day"


def test_words_lose_their_html_and_their_entities():
    read_as = one(name="Tea &amp; <b>Talk</b>", notes="<p>Bring &quot;nothing&quot;</p>")
    assert (read_as.name, read_as.about) == ("Tea & Talk", 'Bring "nothing"')


def test_nothing_that_reaches_a_person_is_read():
    told = {
        "contact_1_name": "Mo",
        "contact_1_phone": "020 7946 0123",
        "feedback_emails": ["a@b.example"],
        "notes": "Ask Mo, mo@example.org or 020 7946 0123.",
        "conference_url": "https://x.example/1",
    }
    reading = read(json.dumps([GOOD | told]).encode())
    words = repr(reading.listings)
    assert "0123" not in words
    assert "@" not in words
    assert "x.example" not in words
    assert set(reading.dropped) == {
        "contact_1_name",
        "contact_1_phone",
        "feedback_emails",
        "conference_url",
    }


def test_numbers_may_come_as_words_and_nowhere_is_no_place():
    assert one(latitude="51.5", longitude="-0.05").place.latitude == 51.5
    assert one(latitude=0, longitude=0).place.latitude is None
    assert one(latitude=51.5).place.latitude is None


@pytest.mark.parametrize("said", ["north", 91, "nan", "inf", [], True])
def test_degrees_that_are_none_are_refused(said):
    assert refusal(latitude=said, longitude=1) == "latitude"


@pytest.mark.parametrize(
    ("more", "way"),
    [
        ({}, "in_person"),
        ({"types": ["ONL"]}, "hybrid"),
        ({"types": ["TC", "ONL"]}, "call"),
        ({"types": ["ONL"], "approximate": "yes"}, "call"),
        ({"conference_url": "https://x.example/1", "approximate": "yes"}, "call"),
    ],
)
def test_how_people_meet_follows_from_the_codes_and_the_address(more, way):
    assert one(**more).way == way


def test_a_meeting_that_nobody_could_get_to_is_refused():
    assert refusal(types=["TC"]) == "types"
    assert refusal(approximate="yes") == "approximate"


@pytest.mark.parametrize("name", ["name", "slug", "timezone"])
def test_what_a_listing_must_say_is_asked_for(name):
    assert refusal(**{name: ""}) == name


def test_an_unknown_zone_is_refused_and_a_missing_one_is_the_organisations():
    assert refusal(timezone="Europe/Atlantis") == "timezone"
    raw = json.dumps([GOOD | {"timezone": ""}]).encode()
    assert read(raw, Manner(zone="Europe/Dublin")).listings[0].zone == "Europe/Dublin"


def test_the_same_slug_twice_is_refused_the_second_time():
    reading = read(json.dumps([GOOD, GOOD | {"name": "Another"}]).encode())
    assert [(r.row, r.slug, r.field) for r in reading.refused] == [(2, "morning-walk", "slug")]
    assert len(reading.listings) == 1


def test_codes_mean_what_their_own_listing_calls_them():
    assert one(types=["W", "X", "POL"]).safety == ("women",)
    assert one(types=["B"]).safety == ()  # Big Book, in the standard
    own = Codes.named({"B": "Beginners", "WC": "Wheelchair", "ES": "Espanol", "NC": "No Children"})
    meaning = own.of(["B", "WC", "ES", "NC", "unknown"])
    assert (set(meaning.safety), set(meaning.access), set(meaning.languages)) == (
        {"newcomers"},
        {"step_free"},
        {"es"},
    )
    assert by_name("Women").safety == {"women"}
    assert by_name("Men").safety == {"men"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[{",
        b'{"a": 1}',
        b"null",
        b'"words"',
        b"\xff\xfe[]",
        b"PK\x03\x04",
        gzip.compress(b"[]"),
        b"[" * 100_000,
        json.dumps([GOOD]).encode()[:-30],
        b" " * (MOST + 1),
        b"1" * 5000,
    ],
    ids=[
        "empty",
        "broken",
        "object",
        "null",
        "words",
        "utf16",
        "zip",
        "gzip",
        "deep",
        "cut",
        "huge",
        "digits",
    ],
)
def test_a_file_that_is_no_listing_is_refused_in_a_plain_sentence(raw):
    with pytest.raises(UnreadableFile) as told:
        read(raw)
    assert str(told.value).endswith(".")


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3)
    ),
    max_leaves=6,
)
_fields = st.sampled_from(
    [
        "name",
        "slug",
        "day",
        "time",
        "end_time",
        "timezone",
        "types",
        "latitude",
        "longitude",
        "city",
        "regions",
        "address",
        "postal_code",
        "country",
        "notes",
        "location",
        "approximate",
        "conference_url",
    ]
)


@given(st.lists(st.dictionaries(_fields, _anything) | _anything, max_size=5))
def test_whatever_a_row_holds_it_is_read_or_refused_and_never_lost(rows):
    reading = read(json.dumps(rows).encode())
    numbers = [listing.row for listing in reading.listings] + [r.row for r in reading.refused]
    assert sorted(numbers) == list(range(1, len(rows) + 1))
    assert all(r.reason for r in reading.refused)


@given(st.text(alphabet="<>&;/#ablgtmp 0123456789@.+()-\n", max_size=60))
def test_words_that_were_read_are_read_the_same_again(said):
    first = read(json.dumps([GOOD | {"notes": said, "location_notes": said}]).encode())
    told = first.listings[0]
    again = one(notes=told.about, location_notes=told.place.directions)
    assert (again.about, again.place.directions) == (told.about, told.place.directions)
