"""One listing in two formats is one listing; told again by us, it is the same.

1,513 real meetings of New York, as Meeting Guide JSON and as their source keeps them. Skipped where
the files are not (they are never shipped).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from beside import wall
from beside.exchange import commands, formats
from beside.exchange.meeting_guide import Listing, Manner
from beside.groups.models import Group

DATA = Path(__file__).parents[3] / "shared" / "data" / "meetings"
GUIDE, BMLT = DATA / "new-york-meeting-guide.json", DATA / "bmlt-sample-meetings.json"
CODES, FORMATS = DATA / "new-york-format-codes.json", DATA / "bmlt-sample-formats.json"
pytestmark = pytest.mark.skipif(not BMLT.exists(), reason=f"needs the real listings in {DATA}")
NEW_YORK = Manner(zone="America/New_York")


def said(listing: Listing) -> tuple[object, ...]:
    """What both files tell of a meeting. (Only one has notes, or says the country everywhere.)"""
    place = listing.place
    return (
        listing.name, listing.days, listing.at, listing.minutes, listing.zone, listing.way,
        place.name, place.address, place.neighbourhood, place.town, place.postcode,
        place.latitude, place.longitude, place.directions, place.approximate,
        listing.safety, listing.access, listing.languages,
    )  # fmt: skip


def test_both_files_tell_the_same_1513_meetings():
    guide = formats.read(
        GUIDE.read_bytes(), NEW_YORK, names=formats.code_names(json.loads(CODES.read_bytes()))
    )
    bmlt = formats.read(
        BMLT.read_bytes(), NEW_YORK, names=formats.code_names(json.loads(FORMATS.read_bytes()))
    )
    assert (guide.refused, bmlt.refused) == ((), ())
    assert (len(guide.listings), len(bmlt.listings), bmlt.unpublished) == (1513, 1513, 42)
    assert sorted(map(said, guide.listings), key=repr) == sorted(map(said, bmlt.listings), key=repr)


def test_a_copy_of_the_database_without_the_second_column_of_days_is_the_same():
    rows = json.loads(BMLT.read_bytes())
    whole = formats.read(json.dumps(rows).encode(), NEW_YORK)
    for row in rows:
        del row["weekday_tinyint_api"]
    assert formats.read(json.dumps(rows).encode(), NEW_YORK).listings == whole.listings
    for row in rows:
        row["weekday_tinyint"] = str(row["weekday_tinyint"] + 1)  # as the public interface has it
    assert formats.read(json.dumps(rows).encode(), NEW_YORK).listings == whole.listings


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "codes"), [(GUIDE, CODES), (BMLT, FORMATS)])
def test_told_again_and_brought_in_again_nothing_changes(file, codes, tmp_path, capsys):
    brought = ["meetings", str(file), "--codes", str(codes), "--source", "New York"]
    assert commands.main([*brought, "--zone", "America/New_York", "--yes"]) == 0
    with wall.house("test.count"):
        assert Group.objects.count() == 1513
    capsys.readouterr()
    assert commands.main(["show", "New York"]) == 0
    again = tmp_path / "again.json"
    again.write_text(capsys.readouterr().out)
    assert len(json.loads(again.read_bytes())) == 1513
    told = ["meetings", str(again), "--source", "New York", "--replace"]
    assert commands.main(told) == 1  # nobody says yes
    words = " ".join(capsys.readouterr().out.split())
    assert "0 would be added 0 would be changed 1513 are as they were 0 would be closed" in words
    assert "0 cannot be read" in words
