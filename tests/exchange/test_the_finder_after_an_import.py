"""The finder beside an independent computation over the same file: 1,513 real meetings of New York.

The computation here shares nothing with the product: its own distance, its own days and hours, read
from the raw rows. Skipped where the file is not (it is never shipped).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.exchange import commands
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Door, Meeting

DATA = Path(__file__).parents[3] / "shared" / "data" / "meetings"
LISTING = DATA / "new-york-meeting-guide.json"
CODES = DATA / "new-york-format-codes.json"
pytestmark = [
    pytest.mark.skipif(not LISTING.exists(), reason=f"needs the real listing at {LISTING}"),
]
UNION_SQUARE = (40.7359, -73.9911)
TOLD = ["meetings", str(LISTING), "--codes", str(CODES), "--source", "New York", "--yes"]
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # a Sunday morning in New York
WEEKDAY_EVENING = {"day": "weekdays", "part": "evening"}


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return json.loads(LISTING.read_text())


@pytest.fixture(scope="module")
def new_york(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database into which the file was brought once, for all tests here."""
    from tests import cluster

    with django_db_blocker.unblock():
        connection.close()
        before, name = connection.settings_dict["NAME"], cluster.clone(settings.HOME)
        connection.settings_dict["NAME"] = name
        try:
            with clock.at(NOW):
                assert commands.main(TOLD) == 0
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            cluster.drop(settings.HOME, name)


@pytest.fixture
def imported(new_york: str, db: None) -> Iterator[None]:
    with clock.at(NOW):
        yield


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres by the law of cosines in vectors, not by the product's formula."""

    def vector(point: tuple[float, float]) -> tuple[float, float, float]:
        lat, lng = math.radians(point[0]), math.radians(point[1])
        return math.cos(lat) * math.cos(lng), math.cos(lat) * math.sin(lng), math.sin(lat)

    a, b = vector(one), vector(other)
    cross = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    return 6371.0088 * math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(a, b, strict=True)))


def evening(row: dict[str, Any]) -> bool:
    return "17:00" <= row["time"] < "22:00"


def weekday(row: dict[str, Any]) -> bool:
    return row["day"] not in (0, 6)


def where(row: dict[str, Any]) -> tuple[float, float]:
    """Where its door is; about a kilometre around where its listing says so only roughly."""
    point = (row["latitude"], row["longitude"])
    return point if row["approximate"] == "no" else (round(point[0], 2), round(point[1], 2))


def found(**asked: Any) -> set[str]:
    """The source's slugs of every group that the finder lists, page by page."""
    asked = {"experience": "addiction", "way": "in_person", "zone": "America/New_York"} | asked
    client, slugs, after = Client(), [], ""
    while True:
        page = client.get("/find/", asked | {"after": after}).content.decode()
        slugs += re.findall(r'<h3><a href="/groups/([^/]+)/"', page)
        more = re.search(r"after=([a-z0-9]+)[^>]*>\s*More groups", page)
        if more is None:
            break
        after = more[1]
    assert len(slugs) == len(set(slugs))
    count = re.search(r">(\d+) groups? could be a fit", page)
    assert count is not None
    assert int(count[1]) == len(slugs)
    with wall.house("test.slugs"):
        return set(Group.objects.filter(slug__in=slugs).values_list("source_slug", flat=True))


def test_addiction_recovery_in_person_within_3_km_of_union_square_on_a_weekday_evening(
    imported, rows
):
    # "Near me" is sent to two decimals; the computation uses the same rounded point.
    point = (round(UNION_SQUARE[0], 2), round(UNION_SQUARE[1], 2))
    expected = {
        row["slug"]
        for row in rows
        if weekday(row) and evening(row) and apart(point, where(row)) <= 3
    }  # fmt: skip
    assert len(expected) > 20
    assert found(near="40.7359,-73.9911", km="3", **WEEKDAY_EVENING) == expected


def test_near_the_postcode_of_union_square(imported, rows):
    there = [row for row in rows if row.get("postal_code", "")[:5] == "10003"]
    point = (
        sum(round(row["latitude"], 2) for row in there) / len(there),
        sum(round(row["longitude"], 2) for row in there) / len(there),
    )
    expected = {
        row["slug"]
        for row in rows
        if weekday(row) and evening(row) and apart(point, where(row)) <= 3
    }  # fmt: skip
    assert len(expected) > 20
    assert found(place="10003", km="3", **WEEKDAY_EVENING) == expected


@pytest.mark.parametrize(
    ("day", "part", "first", "last"),
    [
        (1, "morning", "05:00", "12:00"),
        (0, "afternoon", "12:00", "17:00"),
        (5, "night", "22:00", "29:00"),
    ],
)
def test_every_day_and_part_of_the_day(imported, rows, day, part, first, last):
    def in_part(row: dict[str, Any]) -> bool:
        hour = row["time"] if row["time"] >= "05:00" else f"{int(row['time'][:2]) + 24}:00"
        return first <= hour < last

    expected = {row["slug"] for row in rows if row["day"] == day and in_part(row)}
    assert found(day=str((day - 1) % 7), part=part) == expected


def test_a_visitor_elsewhere_asks_for_evenings_on_their_own_clock(imported, rows):
    ours, theirs = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
    expected = set()
    for row in rows:
        hour, minute = map(int, row["time"].split(":"))
        for day in range(22, 30):  # the next eight days hold every weekly meeting once
            local = datetime(2026, 11, day, hour, minute, tzinfo=theirs)
            here = local.astimezone(ours)
            comes = local.isoweekday() % 7 == row["day"] and local > NOW
            if comes and here.weekday() == 0 and 17 <= here.hour < 22:
                expected.add(row["slug"])
    assert expected
    assert found(day="0", part="evening", zone="Europe/London") == expected


def test_women_and_step_free_by_the_listings_own_codes(imported, rows):
    women = {row["slug"] for row in rows if "W" in row.get("types", [])}
    assert found(safety="women") == women
    step_free = {row["slug"] for row in rows if "WC" in row.get("types", [])}
    assert found(access="step_free") == step_free


def test_everything_in_the_file_came_in(imported, rows):
    from beside.exchange.models import Row

    with wall.house("test.rows"):
        assert Group.objects.filter(source="New York").count() == len(rows) == 1513
        assert not Row.objects.filter(what="refused").exists()
        assert Meeting.objects.count() > 12_000
        # Eight say only roughly where they are: no door is claimed, and how to find it stays.
        roughly = [row for row in rows if row["approximate"] == "yes"]
        assert Door.objects.count() == 1513 - len(roughly) == 1505
        for row in roughly:
            assert row["location_notes"] in Group.objects.get(source_slug=row["slug"]).about


def test_again_changes_nothing_and_undo_leaves_nothing(imported, capsys):
    assert commands.main(TOLD) == 0
    assert "1513 are as they were" in capsys.readouterr().out
    assert commands.main(["undo", "2"]) == 0
    assert commands.main(["undo", "1"]) == 0
    with wall.house("test.rows"):
        assert Group.objects.count() == Meeting.objects.count() == 0


def test_the_finder_asks_the_database_as_often_for_many_groups_as_for_few(imported):
    asked = {"experience": "addiction", "way": "in_person", "near": "40.74,-73.99", "km": "3"}
    client = Client()
    counts = []
    for more in ({}, {"km": "50"}, {"km": "1"}):
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/find/", asked | more).status_code == 200
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
    assert counts[0] <= 15
