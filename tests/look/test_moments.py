"""A moment is told in words that leave no doubt about whose clock is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from beside.kernel import clock
from beside.look import moments

LONDON, NEW_YORK, WARSAW = (
    ZoneInfo(key) for key in ("Europe/London", "America/New_York", "Europe/Warsaw")
)
EVENING = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_reader_whose_zone_is_not_known_reads_the_city() -> None:
    assert moments.spoken(EVENING, LONDON, now=NOW) == "Tue 24 Nov, 18:30 London time"


def test_a_reader_in_another_zone_reads_both_times() -> None:
    said = moments.spoken(EVENING, LONDON, now=NOW, reader=NEW_YORK)
    assert said == "Tue 24 Nov, 18:30 London time (13:30 for you)"


def test_a_reader_for_whom_it_is_another_day_reads_the_day_too() -> None:
    said = moments.spoken(EVENING, NEW_YORK, now=NOW, reader=ZoneInfo("Asia/Tokyo"))
    assert said == "Tue 24 Nov, 13:30 New York time (Wed 25 Nov, 03:30 for you)"


def test_a_reader_whose_clock_shows_the_same_is_not_bothered_with_a_city() -> None:
    assert moments.spoken(EVENING, LONDON, now=NOW, reader=ZoneInfo("Europe/Lisbon")) == (
        "Tue 24 Nov, 18:30"
    )


def test_another_year_is_said() -> None:
    later = EVENING + timedelta(days=365)
    assert moments.spoken(later, LONDON, now=NOW, reader=LONDON) == "Wed 24 Nov 2027, 18:30"


def test_summer_and_winter_are_each_told_in_their_own_time() -> None:
    summer = datetime(2026, 7, 7, 17, 30, tzinfo=UTC)
    said = moments.spoken(summer, LONDON, now=NOW, reader=WARSAW)
    assert said == "Tue 7 Jul, 18:30 London time (19:30 for you)"


@given(st.sampled_from(["Etc/GMT+5", "UTC", "Etc/UTC", "Etc/GMT-14"]))
def test_nobody_has_to_read_an_offset(key: str) -> None:
    said = moments.spoken(EVENING, ZoneInfo(key), now=NOW)
    assert said == "Tue 24 Nov, 18:30 universal time"


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=48), "48 min ago"),
        (timedelta(hours=1, minutes=50), "1 h ago"),
        (timedelta(hours=11), "11 h ago"),
        (timedelta(hours=20), "yesterday, 16:00"),
        (timedelta(days=5), "Tue 17 Nov"),
    ],
)
def test_how_long_ago_is_said_calmly(gone: timedelta, words: str) -> None:
    assert moments.since(NOW - gone, now=NOW, zone=LONDON) == words


def test_the_tags_write_what_machines_can_read_beside_the_words() -> None:
    with clock.at(NOW):
        page = Template('{% when soon "Europe/London" %} {% ago past %}').render(
            Context({"soon": EVENING, "past": NOW - timedelta(minutes=3)})
        )
    assert page == (
        '<time datetime="2026-11-24T18:30:00+00:00" data-zone="Europe/London">'
        "Tue 24 Nov, 18:30 London time</time> "
        '<time datetime="2026-11-22T11:57:00+00:00">3 min ago</time>'
    )


def test_a_device_that_is_away_from_its_reader_can_say_the_city_after_all() -> None:
    with clock.at(NOW):
        page = Template('{% when soon "Europe/London" "Europe/London" %}').render(
            Context({"soon": EVENING})
        )
    assert page == (
        '<time datetime="2026-11-24T18:30:00+00:00" data-zone="Europe/London"'
        ' data-reader="Europe/London" data-zoned="Tue 24 Nov, 18:30 London time">'
        "Tue 24 Nov, 18:30</time>"
    )
