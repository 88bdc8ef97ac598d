"""Whoever facilitates is told as those who come are, and nobody is missed where nobody does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.groups import actions as groups
from beside.groups.words import Part, Way
from beside.kernel import clock
from beside.meetings import actions, news, rows
from beside.meetings.clock import look_ahead
from beside.meetings.models import Holding, Meeting
from beside.meetings.recurrence import DAYS
from beside.notices.models import Notice
from beside.notices.reading import page_of, words_of
from beside.people.models import Person
from tests.cast import ZONE, Cast, in_hours, persona_of


@pytest.fixture
def together(cast: Cast) -> Cast:
    """Noor facilitates too, beside Ash."""
    with cast.looking_as("coordinator") as esi:
        groups.change_part(cast.memberships["greeter"], Part.FACILITATOR, by=esi)
    return cast


def reads(person: Person) -> list[str]:
    with wall.acting_as(person.pk), transaction.atomic():
        latest = Notice.objects.visible_to(person).unseen().latest_first()
        found = [words_of(each, person) for each in latest]
    return [str(words.line).partition(":")[0] for words in found if words]


def seven_in_two_days(cast: Cast) -> Meeting:
    day = (cast.now.astimezone(ZoneInfo(ZONE)) + timedelta(days=2)).date()
    starts = datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE)) + timedelta(hours=19)
    with cast.looking_as("facilitator") as ash:
        return in_hours(starts, 0, cast.group, ash)


def holds(cast: Cast, part: str, meeting: Meeting, *, by: str) -> Holding:
    persona = persona_of(cast[part], cast.group)
    with cast.looking_as(by) as person:
        return actions.hold(meeting, persona, Holding.Part.LEAD, by=person)


def test_whoever_is_named_by_somebody_else_is_told(together: Cast) -> None:
    meeting = seven_in_two_days(together)
    holds(together, "facilitator", meeting, by="facilitator")
    assert reads(together["facilitator"]) == []
    with together.looking_as("facilitator") as ash:
        noor = persona_of(together["greeter"], together.group)
        for _twice in range(2):
            actions.stand_in(meeting, noor, by=ash)
    assert reads(together["greeter"]) == ["You facilitate"]
    assert reads(together["member"]) == []


def test_a_coordinator_changes_it_and_whoever_holds_it_is_told(together: Cast) -> None:
    meeting = seven_in_two_days(together)
    holds(together, "facilitator", meeting, by="facilitator")
    with together.looking_as("coordinator") as esi:
        actions.move(meeting, on=meeting.on, at=together.later.at, by=esi)
        (line,) = reads(together["facilitator"])
        assert line.startswith("It is moved to ")
        actions.cancel(meeting, by=esi)
    assert reads(together["facilitator"]) == ["It does not take place"]
    assert reads(together["greeter"]) == []


def test_whoever_holds_it_is_reminded(together: Cast) -> None:
    meeting = seven_in_two_days(together)
    holds(together, "facilitator", meeting, by="facilitator")
    with clock.at(meeting.starts_at - timedelta(hours=25)):
        assert reads(together["facilitator"]) == ["Coming up"]
    with clock.at(meeting.starts_at - timedelta(minutes=15)):
        assert reads(together["facilitator"]) == ["It begins soon", "Coming up"]
        with together.looking_as("facilitator") as ash:
            own = Holding.objects.get(meeting=meeting)
            actions.step_back(own, by=ash)
        assert reads(together["facilitator"]) == []


def test_whoever_holds_it_by_the_rule_is_reminded_by_the_sweep(together: Cast) -> None:
    meeting = seven_in_two_days(together)
    with wall.house("test.by_the_rule"):
        persona = together.personas["facilitator"]
        rows.hold(meeting, persona, Holding.Part.LEAD)
    with clock.at(meeting.starts_at - timedelta(hours=26)), transaction.atomic():
        news.remind_ahead()
        assert news.remind_ahead() == 0
    with clock.at(meeting.starts_at - timedelta(minutes=15)):
        assert reads(together["facilitator"]) == ["It begins soon", "Coming up"]


def test_who_stands_in_is_named_to_the_group_and_to_those_booked(together: Cast) -> None:
    noor = persona_of(together["greeter"], together.group)
    with together.looking_as("facilitator") as ash:
        actions.stand_in(together.meeting, noor, by=ash)
    key = together.group.key
    for part, path in (
        ("member", "/today/"),
        ("member", f"/g/{key}/meetings/"),
        ("visitor", "/today/"),
        ("visitor", f"/g/{key}/visit/{together.meeting.key}/"),
    ):
        browser = Client()
        browser.force_login(together[part])
        page = browser.get(path).content.decode()
        assert 'Facilitated by <span data-words translate="no">Noor</span> (stands in)' in page
    stranger = Client()
    stranger.force_login(together["stranger"])
    for path in (f"/groups/{together.group.slug}/", f"/g/{key}/visit/{together.meeting.key}/"):
        assert "stands in" not in stranger.get(path).content.decode()


def test_coordinators_are_told_where_nobody_facilitates_any_more(together: Cast) -> None:
    meeting = seven_in_two_days(together)
    holding = holds(together, "facilitator", meeting, by="facilitator")
    other = holds(together, "greeter", meeting, by="facilitator")
    with together.looking_as("facilitator") as ash:
        actions.step_back(holding, by=ash)
        assert reads(together["coordinator"]) == []
    with together.looking_as("greeter") as noor:
        actions.step_back(other, by=noor)
    assert reads(together["coordinator"]) == ["Nobody facilitates"]
    with together.looking_as("coordinator") as esi, transaction.atomic():
        there = page_of(Notice.objects.visible_to(esi).get(kind=news.UNCOVERED), esi)
    browser = Client()
    browser.force_login(together["coordinator"])
    assert together.group.name in browser.get(there).content.decode()
    holds(together, "greeter", meeting, by="facilitator")
    assert reads(together["coordinator"]) == []


# No longer facilitating ------------------------------------------------------------------------


def ahead(cast: Cast, how_many: int, *, by: str = "facilitator") -> list[Meeting]:
    """Meetings of the coming days that Ash alone holds."""
    with cast.looking_as(by) as person:
        meetings = [
            in_hours(cast.now, 30 + 24 * day, cast.group, person) for day in range(how_many)
        ]
    for each in meetings:
        holds(cast, "facilitator", each, by=by)
    return meetings


def leaves(cast: Cast, part: str) -> None:
    with cast.looking_as(part) as person:
        groups.leave(cast.group, by=person)


def test_whoever_still_facilitates_is_told_once_when_somebody_leaves(together: Cast) -> None:
    first, *others = ahead(together, 3)
    leaves(together, "facilitator")
    with together.looking_as("greeter") as noor, transaction.atomic():
        (notice,) = Notice.objects.visible_to(noor).filter(kind=news.UNCOVERED)
        said = words_of(notice, noor)
        assert said is not None
        assert str(said.line).startswith("Nobody facilitates 3 meetings. The next is ")
        assert "Ash" not in f"{said.line} {said.more} {notice.args}"
        assert page_of(notice, noor) == f"/g/{together.group.key}/meetings/"
    for part in ("member", "visitor", "coordinator", "facilitator", "other_facilitator"):
        assert "Nobody facilitates" not in str(reads(together[part])), part
    for each in (first, *others):
        holds(together, "greeter", each, by="greeter")
    assert reads(together["greeter"]) == []


def test_coordinators_are_told_when_nobody_is_left_who_facilitates(cast: Cast) -> None:
    ahead(cast, 1)
    leaves(cast, "facilitator")
    assert reads(cast["coordinator"]) == ["Nobody facilitates"]
    assert reads(cast["greeter"]) == []


def test_whoever_facilitates_no_longer_holds_nothing_any_more(together: Cast) -> None:
    (meeting,) = ahead(together, 1)
    with wall.house("test.lead"):
        together.schedule.lead = together.personas["facilitator"]
        together.schedule.save(update_fields=["lead"])
    with together.looking_as("coordinator") as esi:
        for _twice in range(2):
            groups.change_part(together.memberships["facilitator"], Part.MEMBER, by=esi)
    with wall.house("test.nobody"):
        together.schedule.refresh_from_db(fields=["lead"])
        assert together.schedule.lead is None
        assert not Holding.objects.filter(meeting=meeting).exists()
    assert reads(together["greeter"]) == ["Nobody facilitates"]
    with transaction.atomic(), wall.house("test.once"):
        assert Notice.objects.filter(kind=news.UNCOVERED).count() == 1


def test_nobody_is_told_of_what_others_hold_or_what_does_not_take_place(together: Cast) -> None:
    held, off = ahead(together, 2)
    holds(together, "greeter", held, by="facilitator")
    with together.looking_as("facilitator") as ash:
        actions.cancel(off, by=ash)
    leaves(together, "facilitator")
    assert "Nobody facilitates" not in str(reads(together["greeter"]))


def test_leaving_asks_no_more_for_many_meetings_than_for_two(together: Cast) -> None:
    counts = []
    for part, how_many in (("facilitator", 2), ("greeter", 9)):
        with together.looking_as("facilitator" if part == "facilitator" else "greeter") as person:
            meetings = [
                in_hours(together.now, 30 + 24 * n, together.group, person) for n in range(how_many)
            ]
        for each in meetings:
            holds(together, part, each, by=part)
        with CaptureQueriesContext(connection) as asked:
            leaves(together, part)
        counts.append(len([each for each in asked if "meetings_holding" in each["sql"]]))
    assert counts[0] == counts[1] == 4


# By the rule -----------------------------------------------------------------------------------


def by_the_rule(cast: Cast, lead: str = "facilitator") -> list[Meeting]:
    """Eight weeks that one of them usually facilitates."""
    with cast.looking_as("facilitator") as ash:
        rule = actions.plan(cast.group, weekly(cast, lead), by=ash)
    with transaction.atomic(), wall.house("test.rows"):
        return list(Meeting.objects.filter(schedule=rule).order_by("starts_at"))


def weekly(cast: Cast, lead: str | None, **other: Any) -> actions.Wish:
    day = cast.now.date() + timedelta(days=3)
    who = persona_of(cast[lead], cast.group) if lead else None
    same = actions.Wish(
        zone=ZONE, first_on=day, at=time(6, 0), minutes=60, frequency="weekly",
        byday=(DAYS[day.weekday()],), way=Way.CALL, count=8, lead=who,
    )  # fmt: skip
    return replace(same, **other)


def holders(meeting: Meeting) -> list[tuple[str, str]]:
    with transaction.atomic(), wall.house("test.holders"):
        found = Holding.objects.filter(meeting=meeting)
        return list(found.values_list("persona__name", "part"))


def test_whoever_is_not_there_this_time_is_not_put_back_by_the_rule(together: Cast) -> None:
    alone, stood_in, *others = by_the_rule(together)
    with together.looking_as("facilitator") as ash:
        actions.step_back(Holding.objects.get(meeting=alone), by=ash)
        noor = persona_of(together["greeter"], together.group)
        actions.stand_in(stood_in, noor, by=ash)
        actions.step_back(Holding.objects.get(meeting=stood_in), by=ash)
    look_ahead()
    assert (holders(alone), holders(stood_in)) == ([], [])
    assert [holders(each) for each in others] == [[("Ash", "lead")]] * len(others)
    assert reads(together["coordinator"]) == ["Nobody facilitates"] * 2


def test_whoever_usually_facilitates_hears_it_once_from_whoever_says_so(together: Cast) -> None:
    by_the_rule(together, "facilitator")
    assert reads(together["facilitator"]) == []  # who said it themselves
    first, *_others = by_the_rule(together, "greeter")
    assert reads(together["greeter"]) == ["You facilitate"]
    with together.looking_as("greeter") as noor, transaction.atomic():
        notice = Notice.objects.visible_to(noor).get(kind=news.HELD)
        assert notice.args["meeting"] == first.key
        said = words_of(notice, noor)
    assert said is not None
    assert "usually facilitate" in str(said.more)


def test_new_weeks_of_a_rule_without_anybody_are_said_on_pages_and_by_no_notice(
    together: Cast,
) -> None:
    """They are made two months ahead: soon enough for a week to say, too soon to write about."""
    with together.looking_as("facilitator") as ash:
        actions.plan(together.group, weekly(together, None, count=None), by=ash)
    far = together.now + timedelta(days=60)
    with clock.at(far - timedelta(days=30)), transaction.atomic():
        look_ahead()
    with clock.at(far):
        esi, ash, marlow = Client(), Client(), Client()
        for browser, part in ((esi, "coordinator"), (ash, "facilitator"), (marlow, "member")):
            browser.force_login(together[part])
        assert "2 meetings have no facilitator yet." in esi.get("/desk/").content.decode()
        day = together.now.date() + timedelta(days=3 + 7 * 9)
        week = esi.get("/week/", {"day": day.isoformat()}).content.decode()
        assert "no facilitator yet" in week
        assert f"{day:%a} {day.day} (1) •" in week
        ours = f"/g/{together.group.key}/meetings/"
        nobody = "Nobody has said yet that they facilitate this meeting."
        assert nobody in ash.get(ours).content.decode()
        assert nobody not in marlow.get(ours).content.decode()
    with transaction.atomic(), wall.house("test.told"):
        assert not Notice.objects.filter(kind=news.UNCOVERED).exists()


def test_from_here_on_somebody_else_facilitates(together: Cast) -> None:
    first, second, left_open, stood_in, *_later = by_the_rule(together)
    noor = persona_of(together["greeter"], together.group)
    with together.looking_as("facilitator") as ash:
        actions.step_back(Holding.objects.get(meeting=left_open), by=ash)
        actions.stand_in(stood_in, noor, by=ash)
        theirs = weekly(together, "greeter", first_on=second.on, count=7)
        rule = actions.change_from(second, theirs, by=ash)
    look_ahead()
    assert holders(first) == [("Ash", "lead")]
    with transaction.atomic(), wall.house("test.rows"):
        following = list(Meeting.objects.filter(schedule=rule).order_by("starts_at"))
    parts = {each.key: holders(each) for each in following}
    assert parts.pop(stood_in.key) == [("Noor", "substitute")]
    assert parts.pop(left_open.key) == [("Noor", "lead")]
    assert list(parts.values()) == [[("Noor", "lead")]] * 5
    assert reads(together["greeter"])[-1] == "You facilitate"
