"""Bringing a listing in, bringing it in again, and taking it out as if it had never been."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.core.exceptions import PermissionDenied

from beside import wall
from beside.exchange import commands, plans
from beside.exchange.actions import bring, undo
from beside.exchange.meeting_guide import read
from beside.exchange.models import Import, Row
from beside.exchange.policy import Operator
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Door, Meeting, Schedule, Venue
from tests.cast import PARTS

pytestmark = pytest.mark.django_db

WALK = {
    "name": "Morning Walk",
    "slug": "walk",
    "day": [1, 3],
    "time": "07:30",
    "end_time": "08:15",
    "timezone": "Europe/London",
    "city": "London",
    "postal_code": "E9 6SR",
    "regions": ["London", "Homerton"],
    "location": "Riverside Hall",
    "address": "1 Mill Road",
    "latitude": 51.54321,
    "longitude": -0.04321,
    "types": ["W", "X"],
    "approximate": "no",
    "notes": "Bring shoes.",
}
TEA = WALK | {
    "name": "Tea",
    "slug": "tea",
    "day": 5,
    "time": "19:00",
    "end_time": "20:30",
    "types": [],
}
CALL = {
    "name": "Evening Call",
    "slug": "call",
    "day": 0,
    "time": "20:00",
    "timezone": "Europe/London",
    "types": ["ONL"],
    "approximate": "yes",
    "conference_url": "https://x.example/1",
}
BROKEN = {"name": "Nowhere", "slug": "nowhere", "day": "someday", "time": "9:00"}
OPERATOR = Operator()


def come(*rows, source="Elsewhere", replace=False, by=OPERATOR):
    reading = read(json.dumps(rows).encode())
    with wall.house("test.plan"):
        plan = plans.make(reading, plans.Source(source, ("addiction",)), replace=replace)
    return bring(plan, file="listing.json", by=by)


def everything():
    """Every row that an import may touch, word for word."""
    with wall.house("test.everything"):
        return [
            serializers.serialize("json", model.objects.order_by("pk"))
            for model in (Group, Venue, Door, Schedule, Meeting)
        ]


def counts(done):
    return (done.added, done.updated, done.unchanged, done.closed, done.refused)


def test_a_listing_becomes_groups_that_are_listed_elsewhere_with_their_meetings():
    assert counts(come(WALK, TEA, CALL, BROKEN)) == (3, 0, 0, 0, 1)
    walk = Group.objects.get(source_slug="walk")
    assert (walk.source, walk.visits, walk.entry, walk.experiences) == (
        "Elsewhere",
        False,
        "open",
        ["addiction"],
    )
    assert (walk.safety, walk.access, walk.ways) == (["women"], ["step_free"], ["in_person"])
    coming = Meeting.objects.filter(group=walk)
    assert {meeting.on.weekday() for meeting in coming} == {0, 2}
    assert len(coming) in range(16, 19)  # two a week for 60 days
    venue = coming[0].venue
    assert (venue.name, venue.neighbourhood, venue.latitude) == (
        "Riverside Hall",
        "Homerton",
        51.54,
    )
    assert venue.door.latitude == 51.54321
    assert Meeting.objects.filter(group__source_slug="call")[0].venue is None


def test_bringing_the_same_file_again_changes_nothing_and_doubles_nothing():
    come(WALK, TEA, CALL, BROKEN)
    before = everything()
    assert counts(come(WALK, TEA, CALL, BROKEN)) == (0, 0, 3, 0, 1)
    assert everything() == before


def test_a_changed_row_changes_its_group_and_keeps_its_address():
    come(WALK, TEA)
    before = Group.objects.get(source_slug="walk")
    assert counts(come(WALK | {"day": 6, "name": "Saturday Walk"}, TEA)) == (0, 1, 1, 0, 0)
    after = Group.objects.get(source_slug="walk")
    assert (after.pk, after.key, after.slug) == (before.pk, before.key, before.slug)
    assert after.name == "Saturday Walk"
    assert {meeting.on.weekday() for meeting in Meeting.objects.filter(group=after)} == {5}


def test_two_sources_may_call_a_meeting_the_same():
    come(WALK)
    come(WALK, source="Another")
    assert Group.objects.filter(source_slug="walk").count() == 2


def test_what_is_gone_stays_until_it_is_said_that_the_file_replaces_all():
    come(WALK, TEA)
    assert counts(come(WALK)) == (0, 0, 1, 0, 0)
    assert Group.objects.listed().count() == 2
    assert counts(come(WALK, replace=True)) == (0, 0, 1, 1, 0)
    assert [group.source_slug for group in Group.objects.listed()] == ["walk"]
    assert counts(come(WALK, TEA)) == (0, 1, 1, 0, 0)
    assert Group.objects.listed().count() == 2


def test_a_row_that_cannot_be_read_any_more_closes_nothing():
    come(WALK, TEA)
    done = come(WALK, TEA | {"day": "someday"}, replace=True)
    assert counts(done) == (0, 0, 1, 0, 1)


def test_an_import_is_undone_exactly():
    untouched = everything()
    come(WALK, TEA, CALL)
    first = everything()
    with clock.at(clock.now() + timedelta(days=3)):
        changed = [
            WALK | {"time": "08:00", "location": "Library"},
            CALL | {"types": []} | {"approximate": "no", "conference_url": ""},
            {**TEA, "slug": "new"},
        ]
        second = come(*changed, replace=True)
        assert counts(second) == (1, 2, 0, 1, 0)
        assert everything() != first
        undo(second, by=OPERATOR)
        assert everything() == first
        undo(_the(1), by=OPERATOR)
        assert everything() == untouched


def _the(number):
    with wall.house("test.import"):
        return Import.objects.get(number=number)


def test_only_the_newest_import_of_a_source_can_be_undone():
    first = come(WALK)
    second = come(WALK, TEA)
    other = come(CALL, source="Another")
    with pytest.raises(PermissionDenied):
        undo(first, by=OPERATOR)
    undo(second, by=OPERATOR)
    undo(first, by=OPERATOR)
    undo(other, by=OPERATOR)
    with pytest.raises(PermissionDenied):
        undo(_the(other.number), by=OPERATOR)
    assert Group.objects.count() == 0


def test_every_refused_row_is_kept_with_its_field_and_reason(cast):
    done = come(WALK, BROKEN, "not a meeting")
    with cast.looking_as("coordinator") as esi:
        rows = Row.objects.visible_to(esi).filter(of=done, what="refused").order_by("number")
        assert [(row.number, row.slug, row.field) for row in rows] == [
            (2, "nowhere", "day"),
            (3, "", ""),
        ]
        assert all(row.reason for row in rows)


@pytest.mark.parametrize("part", PARTS)
def test_list_leave_and_database_agree_on_who_sees_imports(part, cast):
    come(WALK, BROKEN)
    sees = part == "coordinator"
    with cast.looking_as(part) as person:
        assert Import.objects.visible_to(person).count() == Import.objects.count() == sees
        assert Row.objects.visible_to(person).count() == Row.objects.count() == 2 * sees


@pytest.mark.parametrize("part", [part for part in PARTS if part != "coordinator"])
def test_nobody_else_brings_anything_in(part, cast):
    with cast.looking_as(part) as person, pytest.raises(PermissionDenied):
        come(WALK, by=person)


def test_a_coordinator_reads_the_report_and_undoes_it(client, cast):
    done = come(WALK, BROKEN)
    before = Group.objects.filter(source="").count()
    client.force_login(cast["coordinator"])
    assert "Elsewhere" in client.get("/imports/").content.decode()
    page = client.get(f"/imports/{done.number}/").content.decode()
    assert "nowhere" in page
    assert client.post(f"/imports/{done.number}/").status_code == 302
    assert "was undone" in client.get(f"/imports/{done.number}/").content.decode()
    assert Group.objects.count() == before


@pytest.mark.parametrize("part", ["stranger", "member", "facilitator", "duty_worker"])
def test_for_everybody_else_the_report_is_not_there(client, cast, part):
    done = come(WALK)
    client.force_login(cast[part])
    assert client.get("/imports/").status_code == 404
    assert client.post(f"/imports/{done.number}/").status_code == 404
    assert Group.objects.filter(source="Elsewhere").count() == 1


@pytest.fixture
def listing(tmp_path):
    path = tmp_path / "riverside.json"
    path.write_text(json.dumps([WALK, TEA, CALL, BROKEN]))
    return str(path)


def test_the_operator_sees_what_would_be_done_and_nothing_is_done_without_a_yes(listing, capsys):
    assert commands.main(["meetings", listing]) == 1
    said = capsys.readouterr().out
    assert "3 would be added" in said
    assert "1 cannot be read" in said
    assert "row 4 (nowhere), day:" in said
    assert "conference_url" in said
    assert Group.objects.count() == 0


def test_the_operator_brings_it_in_and_undoes_it_by_its_number(listing, capsys):
    assert commands.main(["meetings", listing, "--yes"]) == 0
    assert "./beside import undo 1" in capsys.readouterr().out
    assert Group.objects.get(source_slug="tea").source == "riverside"
    assert commands.main(["list"]) == 0
    assert commands.main(["undo", "1"]) == 0
    assert Group.objects.count() == 0
    assert commands.main(["undo", "1"]) == 1
    assert commands.main(["undo", "7"]) == 1
    assert "There was no import 7." in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_answered_in_a_sentence(tmp_path, capsys):
    broken = tmp_path / "broken.json"
    broken.write_text("[{")
    assert commands.main(["meetings", str(broken), "--yes"]) == 1
    assert commands.main(["meetings", str(tmp_path / "none.json"), "--yes"]) == 1
    said = capsys.readouterr().err
    assert "line 1, column 3" in said
    assert "cannot be opened" in said
