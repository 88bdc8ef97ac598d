"""The week of all groups, and holidays, as coordinators see them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings import actions, rows
from beside.meetings import weeks as weeks_of_all
from beside.meetings.clock import look_ahead
from beside.meetings.models import Holding, Meeting, Said, Schedule
from beside.meetings.views import weeks
from tests.cast import Cast, in_hours


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def test_a_coordinator_sees_what_nobody_holds_yet(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    day = cast.meeting.on.isoformat()
    page = esi.get("/week/", {"day": day}).content.decode()
    assert cast.group.name in page
    assert "no facilitator yet" in page
    with wall.house("test.hold"):
        for meeting in Meeting.objects.filter(on=cast.meeting.on):
            part = "facilitator" if meeting.group_id == cast.group.pk else "other_facilitator"
            rows.hold(meeting, cast.memberships[part].persona, Holding.Part.LEAD)
    page = esi.get("/week/", {"day": day}).content.decode()
    assert "no facilitator yet" not in page
    assert "has a facilitator" in page
    left = esi.get("/week/", {"day": day, "uncovered": ""}).content.decode()
    assert cast.group.name not in left


def test_strange_days_and_pages_are_answered_calmly(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    for asked in ({"day": "yesterday"}, {"day": "0001-01-01"}, {"after": "9" * 30}):
        assert esi.get("/week/", asked).status_code == 200
    assert signed_in(cast, "facilitator").get("/week/").status_code == 404


@pytest.mark.parametrize("more", [1, 12])
def test_the_week_asks_as_much_for_many_meetings_as_for_few(cast: Cast, more: int) -> None:
    with wall.acting_as(cast["facilitator"].pk):
        for number in range(more):
            in_hours(cast.now, 4 + number / 10, cast.group, cast["facilitator"])
    esi = signed_in(cast, "coordinator")
    esi.get("/week/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        esi.get("/week/", {"day": cast.meeting.on.isoformat()})
    assert len([q for q in asked if q["sql"].startswith("SELECT")]) == QUERIES


QUERIES = 8  # beside the numbers of the week, which are one


def test_holidays_show_what_would_be_cancelled_and_then_do_it(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    said = {
        "first": cast.now.date().isoformat(),
        "last": (cast.now.date() + timedelta(days=12)).isoformat(),
        "reason": "We rest over the holidays.",
    }
    shown = esi.post("/rest/", said | {"act": "look"}).content.decode()
    assert "These would be cancelled" in shown
    assert cast.other_group.name in shown
    assert COUNTED_BY_RHYTHM not in shown
    with wall.house("test.nothing_yet"):
        assert not Meeting.objects.filter(state="cancelled").exists()
    looked = hidden(shown)
    assert set(looked["shown"].split()) == {cast.group.key, cast.other_group.key}
    answer = esi.post("/rest/", said | looked | {"act": "rest", "group": [cast.group.key]})
    assert answer.status_code == 302
    with wall.house("test.rested"):
        rested = Meeting.objects.filter(state="cancelled")
        assert set(rested.values_list("group", flat=True)) == {cast.group.pk}
        words = Said.objects.filter(meeting__in=rested).values_list("words", flat=True)
        assert list(words) == [said["reason"]] * len(rested)


def hidden(shown: str) -> dict[str, str]:
    """What the page of holidays keeps from one look to the next."""
    return dict(re.findall(r'type="hidden" name="(looked|shown|spared)" value="([^"]*)"', shown))


def test_holidays_of_days_that_nobody_has_looked_at_are_shown_first(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    day = cast.meeting.on
    said = {"first": day.isoformat(), "last": day.isoformat(), "reason": "Rest."}
    looked = hidden(esi.post("/rest/", said | {"act": "look"}).content.decode())
    said["last"] = (day + timedelta(days=12)).isoformat()
    answer = esi.post("/rest/", said | looked | {"act": "rest"})
    assert "These would be cancelled" in answer.content.decode()
    with wall.house("test.nothing_yet"):
        assert not Meeting.objects.filter(state="cancelled").exists()


def test_a_group_that_was_left_out_on_one_page_meets_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weeks, "A_PAGE", 1)
    esi = signed_in(cast, "coordinator")
    said = {
        "first": cast.now.date().isoformat(),
        "last": (cast.now.date() + timedelta(days=12)).isoformat(),
        "reason": "Rest.",
    }
    first = hidden(esi.post("/rest/", said).content.decode())
    second = esi.post("/rest/", said | first | {"after": "1"}).content.decode()  # no tick was left
    left_out = hidden(second)
    assert left_out["spared"] == first["shown"]
    answer = esi.post(
        "/rest/", said | left_out | {"act": "rest", "group": [left_out["shown"]], "after": "1"}
    )
    assert answer.status_code == 302
    with wall.house("test.rested"):
        rested = Meeting.objects.filter(state="cancelled").values_list("group__key", flat=True)
        assert set(rested) == {left_out["shown"]}


def test_holidays_far_ahead_show_and_rest_every_meeting_in_them(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    first = cast.now.date() + timedelta(days=130)
    said = {
        "first": first.isoformat(),
        "last": (first + timedelta(days=20)).isoformat(),
        "reason": "We rest over Easter.",
    }
    week = f"/week/?day={first.isoformat()}"
    assert "not every meeting stands here yet" in esi.get(week).content.decode()
    shown = esi.post("/rest/", said | {"act": "look"}).content.decode()
    said |= hidden(shown)
    assert cast.group.name in shown
    assert "3 meetings" in shown
    assert COUNTED_BY_RHYTHM in shown
    esi.post("/rest/", said | {"act": "rest", "group": [cast.group.key]})
    with clock.at(cast.now + timedelta(days=100)):
        look_ahead()
    with wall.house("test.rested"):
        there = Meeting.objects.filter(group=cast.group, on__gte=first)
        within = there.filter(on__lte=first + timedelta(days=20))
        assert list(within.values_list("state", flat=True)) == ["cancelled"] * 3
        assert not there.exclude(pk__in=within).filter(state="cancelled").exists()


COUNTED_BY_RHYTHM = "Days more than 60 days ahead are counted by the rhythms of the groups."


def test_a_far_day_on_which_a_room_turns_out_to_be_taken_is_said_to_be_a_guess(cast: Cast) -> None:
    """Two groups whose rhythms want one room at one hour: two are counted, one is a meeting."""
    day = cast.now.date() + timedelta(days=130)
    with transaction.atomic(), wall.house("test.rules"):
        for _rule in range(2):
            Schedule.objects.create(
                group=cast.other_group, zone="UTC", first_on=day, at=time(9, 0), minutes=60,
                frequency="once", way="in_person", venue=cast.other_meeting.venue,
            )  # fmt: skip
    esi = signed_in(cast, "coordinator")
    said = {"first": day.isoformat(), "last": day.isoformat(), "reason": "Rest."}
    shown = esi.post("/rest/", said | {"act": "look"}).content.decode()
    assert "2 meetings" in shown
    assert COUNTED_BY_RHYTHM in shown
    chosen = {"act": "rest", "group": [cast.other_group.key]}
    done = esi.post("/rest/", said | hidden(shown) | chosen, follow=True).content.decode()
    assert "One meeting is cancelled." in done


def test_looking_at_far_holidays_writes_nothing_and_saying_them_only_those_days(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    first = cast.now.date() + timedelta(days=300)
    last = first + timedelta(days=20)
    said = {"first": first.isoformat(), "last": last.isoformat(), "reason": "Rest."}
    before = all_rows()
    with CaptureQueriesContext(connection) as asked:
        shown = esi.post("/rest/", said | {"act": "look"}).content.decode()
    assert "3 meetings" in shown
    assert not [
        q for q in asked if q["sql"].startswith(("INSERT", "UPDATE")) and "meeting" in q["sql"]
    ]
    assert all_rows() == before
    esi.post("/rest/", said | hidden(shown) | {"act": "rest", "group": [cast.group.key]})
    new = all_rows() - before
    assert len(new) == 3
    assert all(first <= on <= last for _key, on in new)


def test_a_day_that_clashes_or_was_changed_is_not_counted_twice_or_at_all(cast: Cast) -> None:
    first, last = cast.now.date() + timedelta(days=10), cast.now.date() + timedelta(days=75)
    day = cast.later.on + timedelta(days=70)  # no row yet
    with transaction.atomic(), wall.house("test.clash"):
        Schedule.objects.filter(pk=cast.schedule.pk).update(clashes=[day])
    with cast.looking_as("facilitator") as ash:
        second = Meeting.objects.filter(schedule=cast.schedule).order_by("starts_at")[1]
        actions.move(second, on=first, at=time(5, 5), by=ash)
    with cast.looking_as("coordinator"), transaction.atomic():
        found = weeks_of_all.would_rest(first, last, after=0, most=5)
    # Nine Tuesdays, say, from the second on: one is moved within, one clashes.
    on = [cast.later.on + timedelta(days=7 * week) for week in range(30)]
    expected = [each for each in on if first <= each <= last and each != day]
    assert found.groups == [(cast.group, len(expected))]
    assert (found.more, found.meetings) == (False, len(expected))
    with cast.looking_as("coordinator"), transaction.atomic():
        behind = weeks_of_all.would_rest(first, last, after=5, most=5)
    assert (behind.groups, behind.more, behind.meetings) == ([], False, len(expected))


def test_far_holidays_ask_no_more_for_many_rules_than_for_one(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    first = cast.now.date() + timedelta(days=200)
    last = first + timedelta(days=6)
    said = {"first": first.isoformat(), "last": last.isoformat(), "reason": "Rest.", "act": "look"}
    esi.post("/rest/", said)
    counts = []
    for more in (0, 3):
        with transaction.atomic(), wall.house("test.rules"):
            for number in range(more):
                rule = Schedule.objects.get(pk=cast.schedule.pk)
                rule.pk, rule.frequency, rule.byday = None, "daily", []
                rule.group = Group.objects.create(slug=f"far-{number}", name=f"Far {number}")
                rule.save(force_insert=True)
        with CaptureQueriesContext(connection) as asked:
            esi.post("/rest/", said)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def all_rows() -> set[tuple[str, date]]:
    with transaction.atomic(), wall.house("test.rows"):
        return set(Meeting.objects.values_list("key", "on"))


def test_holidays_more_than_a_year_ahead_are_refused_with_a_sentence(cast: Cast) -> None:
    far = (cast.now.date() + timedelta(days=400)).isoformat()
    answer = signed_in(cast, "coordinator").post(
        "/rest/", {"first": far, "last": far, "reason": "Rest."}
    )
    assert (answer.status_code, "At most a year ahead." in answer.content.decode()) == (422, True)


def test_holidays_that_end_before_they_begin_are_refused_with_a_sentence(cast: Cast) -> None:
    esi = signed_in(cast, "coordinator")
    said = {"first": "2026-12-24", "last": "2026-12-20", "reason": "Rest."}
    answer = esi.post("/rest/", said)
    assert answer.status_code == 422
    assert "before the first" in answer.content.decode()
