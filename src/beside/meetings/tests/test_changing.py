"""What becomes of meetings: once, from here on, and for whoever holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Group, Persona, Wearer
from beside.groups.policy import may_take_name_and_join
from beside.groups.words import Part, Way
from beside.kernel import clock
from beside.meetings import actions, news, rows
from beside.meetings.actions import (
    HeldElsewhere,
    NeverMeets,
    NoSuchHour,
    Past,
    TooEarly,
    VenueTaken,
    Wish,
)
from beside.meetings.clock import keep_to_the_clocks, look_ahead
from beside.meetings.models import Booking, Holding, Meeting, Said, Schedule, Taken
from beside.meetings.occurrences import make_ahead
from beside.meetings.recurrence import DAYS, pairs
from beside.meetings.wishes import fitted, next_dates
from beside.notices.models import Notice
from tests.cast import Cast

SPRING = date(2027, 3, 28)  # London's clocks skip 01:00 to 02:00
TUESDAYS = Wish(
    zone="Europe/London",
    first_on=date(2027, 3, 2),
    at=time(18, 30),
    minutes=75,
    frequency="weekly",
    byday=("TU",),
    way=Way.CALL,
)


def of(schedule: Schedule) -> list[Meeting]:
    with wall.house("test.rows"):
        return list(Meeting.objects.filter(schedule=schedule).order_by("starts_at", "pk"))


def wish_of(schedule: Schedule, **other: Any) -> Wish:
    same = Wish(
        zone=schedule.zone,
        first_on=schedule.first_on,
        at=schedule.at,
        minutes=schedule.minutes,
        frequency=schedule.frequency,
        interval=schedule.interval,
        byday=tuple(schedule.byday),
        way=schedule.way,
        places=schedule.places,
    )
    return replace(same, **other)


# The rule ----------------------------------------------------------------------------------------


def test_the_first_day_is_the_first_that_fits() -> None:
    assert fitted(replace(TUESDAYS, first_on=date(2027, 3, 3))).first_on == date(2027, 3, 9)
    last_friday = replace(TUESDAYS, frequency="monthly", byday=("-1FR",))
    assert fitted(last_friday).first_on == date(2027, 3, 26)


def test_six_dates_stand_there_while_somebody_types() -> None:
    second_and_fourth = replace(TUESDAYS, frequency="monthly", byday=("2TU", "4TU"))
    november = datetime(2026, 11, 1, tzinfo=UTC)
    assert [each.date() for each in next_dates(second_and_fourth, now=november)] == [
        date(2027, 3, 9),
        date(2027, 3, 23),
        date(2027, 4, 13),
        date(2027, 4, 27),
        date(2027, 5, 11),
        date(2027, 5, 25),
    ]
    assert len(next_dates(replace(TUESDAYS, count=4), now=november)) == 4
    in_march = datetime(2027, 3, 16, 19, tzinfo=UTC)
    assert [each.date() for each in next_dates(replace(TUESDAYS, count=4), now=in_march)] == [
        date(2027, 3, 23)
    ]


def test_an_hour_that_the_clocks_skip_is_refused_with_its_day() -> None:
    at_night = replace(TUESDAYS, byday=("SU",), at=time(1, 30))
    with pytest.raises(NoSuchHour) as refused:
        fitted(at_night)
    assert refused.value.local == datetime(2027, 3, 28, 1, 30)  # noqa: DTZ001
    assert fitted(replace(at_night, byday=("SA",))).first_on == date(2027, 3, 6)
    third_weeks = replace(at_night, interval=3, first_on=date(2026, 12, 6))
    with pytest.raises(NoSuchHour) as refused:
        fitted(third_weeks)
    assert refused.value.local.date() == date(2029, 3, 25)


def test_a_meeting_is_never_at_another_hour_than_its_rule(cast: Cast) -> None:
    with wall.house("test.rule"):
        rule = Schedule.objects.create(
            group=cast.group, zone="Europe/London", first_on=date(2027, 3, 7), at=time(1, 30),
            minutes=60, frequency="weekly", byday=["SU"], way=Way.CALL,
        )  # fmt: skip
        with clock.at(datetime(2027, 3, 14, 12, tzinfo=UTC)):
            assert make_ahead(rule, datetime(2027, 4, 12, tzinfo=UTC)) == 0
    assert [each.on for each in of(rule)] == [
        date(2027, 3, 21),
        date(2027, 4, 4),
        date(2027, 4, 11),
    ]
    assert rule.clashes == [SPRING]
    with clock.at(datetime(2027, 3, 14, 12, tzinfo=UTC)):
        client = Client()
        client.force_login(cast["facilitator"])
        words = client.get(f"/g/{cast.group.key}/meetings/").content.decode()
        assert "Sunday 28 March 2027, 01:30: the clocks go forward and skip this hour." in words
        client.force_login(cast["coordinator"])
        words = client.get("/week/?day=2027-03-28").content.decode()
    assert "Without an hour" in words
    assert "Without a room" not in words


def test_an_hour_that_the_clocks_show_twice_is_said_when_one_moves_there(cast: Cast) -> None:
    one = of(cast.schedule)[0]
    client = Client()
    client.force_login(cast["facilitator"])
    page = f"/g/{cast.group.key}/meetings/{one.key}/change/"
    for day, said in (("2027-10-31", True), ("2027-11-01", False)):
        moved = {"act": "move", "move-on": day, "move-at": "01:30"}
        words = client.post(page, moved, follow=True).content.decode()
        assert ("twice; the first is meant" in words) is said


def test_a_rule_that_never_comes_true_is_refused() -> None:
    with pytest.raises(NeverMeets):
        fitted(replace(TUESDAYS, until=date(2027, 3, 1)))


def test_a_crisis_week_meets_daily_until_its_last_day(cast: Cast) -> None:
    first = (cast.now + timedelta(days=10)).date()
    week = replace(
        TUESDAYS, first_on=first, frequency="daily", byday=(), until=first + timedelta(days=6)
    )
    with cast.looking_as("facilitator") as ash:
        schedule = actions.plan(cast.group, week, by=ash)
    assert [each.on for each in of(schedule)] == [first + timedelta(days=n) for n in range(7)]


def test_eight_weeks_with_the_same_people_take_no_visitors(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        cohort = wish_of(cast.schedule, at=time(7, 0), count=8, fixed=True)
        schedule = actions.plan(cast.group, cohort, by=ash)
    there = of(schedule)
    assert len(there) == 8
    assert not any(each.takes_visitors for each in there)
    stranger = cast["stranger"]
    with wall.acting_as(stranger.pk):
        assert may_take_name_and_join(stranger, cast.group)
        with clock.at(there[0].starts_at):
            assert not may_take_name_and_join(stranger, cast.group)


def joins_until(cast: Cast) -> datetime | None:
    with wall.house("test.until"):
        return Group.objects.get(pk=cast.group.pk).joins_until


def test_an_extra_meeting_leaves_a_course_closed(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        cohort = wish_of(cast.schedule, at=time(7, 0), count=8, fixed=True)
        begins = of(actions.plan(cast.group, cohort, by=ash))[0].starts_at
        once = wish_of(cast.schedule, at=time(9, 0), frequency="once", byday=())
        actions.plan(cast.group, once, by=ash)
        assert joins_until(cast) == begins
        second = replace(cohort, first_on=begins.date() + timedelta(days=70))
        next_one = actions.plan(cast.group, second, by=ash)
    assert joins_until(cast) == begins
    with clock.at(begins + timedelta(days=52)):
        look_ahead()
        assert joins_until(cast) == of(next_one)[0].starts_at  # whoever likes joins the second
    with clock.at(begins + timedelta(days=130)):
        look_ahead()
    assert joins_until(cast) is None


def test_whether_people_join_follows_what_becomes_of_a_course(cast: Cast) -> None:
    weekly = of(cast.schedule)[0]
    with cast.looking_as("facilitator") as ash:
        course = wish_of(cast.schedule, first_on=weekly.on, at=time(7, 0), count=8, fixed=True)
        there = of(actions.change_from(weekly, course, by=ash))
        begins = there[0].starts_at
        assert joins_until(cast) == begins
        later = replace(course, first_on=there[2].on, at=time(8, 0), count=6)
        actions.change_from(there[2], later, by=ash)
        assert joins_until(cast) == begins  # the same course, in its third week


def test_a_course_may_become_a_group_for_anybody(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        course = wish_of(cast.schedule, at=time(7, 0), count=8, fixed=True)
        first = of(actions.plan(cast.group, course, by=ash))[0]
        anybody = replace(course, fixed=False, count=None)
        actions.change_from(first, anybody, by=ash)
    assert joins_until(cast) is None


def test_a_rhythm_that_was_ended_begins_again_with_one_of_its_cancelled_days(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        actions.end_from(before[3], "We say goodbye.", by=ash)
        again = wish_of(cast.schedule, at=time(6, 20), first_on=before[5].on)
        new = actions.change_from(of(cast.schedule)[5], again, by=ash)
    look_ahead()
    assert [each.on for each in of(new)] == [each.on for each in before[5:]]
    with cast.looking_as("facilitator") as ash:
        actions.go_ahead_after_all(of(new)[0], by=ash)
    assert of(new)[0].at == time(6, 20)


def test_a_rule_that_has_an_end_already_is_changed_until_there(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        wish = wish_of(cast.schedule, at=time(6, 20), first_on=before[4].on)
        last = actions.change_from(before[4], wish, by=ash)
        between = replace(wish, at=time(6, 40), first_on=before[1].on)
        middle = actions.change_from(before[1], between, by=ash)
    assert [len(of(each)) for each in (cast.schedule, middle, last)] == [1, 3, len(before) - 4]


def test_a_course_that_ends_lets_people_in_again(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        cohort = wish_of(cast.schedule, at=time(7, 0), count=8, fixed=True)
        there = of(actions.plan(cast.group, cohort, by=ash))
        actions.end_from(there[4], by=ash)
        assert joins_until(cast) == there[0].starts_at  # its first weeks go ahead
        actions.end_from(there[0], by=ash)
    assert joins_until(cast) is None


def test_a_room_has_one_clock(cast: Cast) -> None:
    """Whoever plans in London by the clock of New York would stand there alone."""
    hall = cast.other_meeting.venue
    assert hall is not None
    with wall.house("test.theirs"):
        Schedule.objects.create(
            group=cast.other_group, zone="Europe/London", first_on=cast.now.date(), at=time(6, 0),
            minutes=60, frequency="weekly", byday=["MO"], way=Way.IN_PERSON, venue=hall,
        )  # fmt: skip
    browser = Client()
    browser.force_login(cast["facilitator"])
    day = (cast.now + timedelta(days=20)).date()
    said = {
        "on": day.isoformat(), "at": "19:00", "minutes": "60", "rhythm": "once",
        "way": Way.IN_PERSON, "venue": hall.pk, "zone": "America/New_York",
    }  # fmt: skip
    page = f"/g/{cast.group.key}/meetings/plan/"
    refused = browser.post(page, said)
    assert refused.status_code == 422
    assert "In this room others meet by London time." in refused.content.decode()
    elsewhere = said | {"way": Way.CALL, "venue": "", "look": "1"}
    assert "By New York time." in browser.post(page, elsewhere).content.decode()
    assert browser.post(page, said | {"zone": "Europe/Jersey"}).status_code == 302


# Once --------------------------------------------------------------------------------------------


def test_a_moved_meeting_keeps_its_address_and_says_what_it_was(cast: Cast) -> None:
    one = of(cast.schedule)[0]
    was = one.starts_at
    with cast.looking_as("facilitator") as ash:
        actions.move(one, on=one.on + timedelta(days=1), at=time(9, 0), by=ash)
        actions.move(one, on=one.on + timedelta(days=1), at=time(10, 0), said="Again.", by=ash)
    again = of(cast.schedule)[0]
    assert (again.key, again.state, again.sequence) == (one.key, Meeting.State.MOVED, 2)
    assert again.was_starts_at == was


def test_nobody_is_moved_into_an_hour_that_does_not_exist(cast: Cast) -> None:
    one = of(cast.schedule)[0]
    with cast.looking_as("facilitator") as ash, pytest.raises(NoSuchHour):
        actions.move(one, on=SPRING, at=time(1, 30), by=ash)


def test_nothing_is_planned_or_moved_into_the_past(cast: Cast) -> None:
    one = of(cast.schedule)[0]
    gone = cast.now.date() - timedelta(days=1)
    yesterday = wish_of(cast.schedule, frequency="once", byday=(), first_on=gone)
    given: dict[str, Any] = {"zone": one.zone, "minutes": 60, "way": Way.CALL}
    with cast.looking_as("facilitator") as ash:
        for act in (
            lambda: actions.move(one, on=gone, at=time(9, 0), by=ash),
            lambda: actions.plan(cast.group, yesterday, by=ash),
            lambda: actions.add_meeting(cast.group, on=gone, at=time(9, 0), by=ash, **given),
        ):
            with pytest.raises(Past):
                act()
    assert (of(cast.schedule)[0].on, of(cast.schedule)[0].sequence) == (one.on, 0)


def test_who_is_in_the_middle_of_a_meeting_may_still_say_something_about_it(cast: Cast) -> None:
    one = of(cast.schedule)[0]
    during = one.starts_at + timedelta(minutes=20)
    with clock.at(during), cast.looking_as("facilitator") as ash:
        actions.move(one, on=one.on, at=one.at, said="We stay longer.", by=ash)
        fortnightly = wish_of(cast.schedule, interval=2, first_on=one.on)
        new = actions.change_from(one, fortnightly, by=ash)
    assert (of(new)[0].key, of(new)[0].state) == (one.key, "planned")


def test_a_meeting_goes_online_this_once(cast: Cast) -> None:
    hall = cast.other_meeting
    with cast.looking_as("other_facilitator") as mags:
        actions.meet_differently(hall, Way.CALL, said="The heating is broken.", by=mags)
    hall.refresh_from_db()
    assert (hall.way, hall.venue) == (Way.CALL, None)
    assert (hall.was_way, hall.was_venue is not None) == (Way.IN_PERSON, True)


def test_a_cancelled_meeting_may_take_place_after_all(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.meeting, "Ill.", by=ash)
        actions.go_ahead_after_all(cast.meeting, by=ash)
        with pytest.raises(PermissionDenied):
            actions.go_ahead_after_all(cast.meeting, by=ash)
    assert cast.meeting.state == Meeting.State.PLANNED
    assert cast.meeting.sequence == 2


def test_members_change_nothing(cast: Cast) -> None:
    with cast.looking_as("member") as marlow:
        for act in (
            lambda: actions.cancel(cast.meeting, "No.", by=marlow),
            lambda: actions.meet_differently(cast.meeting, Way.CALL, by=marlow),
            lambda: actions.change_from(of(cast.schedule)[0], TUESDAYS, by=marlow),
            lambda: actions.rest([cast.group], first=SPRING, last=SPRING, reason="", by=marlow),
        ):
            with pytest.raises(PermissionDenied):
                act()


# From here on ------------------------------------------------------------------------------------


def test_from_here_on_an_hour_later_keeps_every_place_and_address(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("member") as marlow:
        actions.book_seat(before[3], by=marlow)
    later = time((cast.schedule.at.hour + 1) % 24, 5)
    with cast.looking_as("facilitator") as ash:
        wish = wish_of(cast.schedule, at=later, first_on=before[2].on)
        new = actions.change_from(before[2], wish, "Later, for those who work.", by=ash)
    assert [each.key for each in of(cast.schedule)] == [each.key for each in before[:2]]
    moved = of(new)
    assert [each.key for each in moved[: len(before) - 2]] == [each.key for each in before[2:]]
    assert {each.at for each in moved} == {later}
    assert [each.on for each in moved[: len(before) - 2]] == [each.on for each in before[2:]]
    with wall.house("test.booked"):
        assert Booking.objects.get(kind="seat").meeting_id == before[3].pk
    assert new.follows_id == cast.schedule.pk
    look_ahead()
    assert [each.key for each in of(cast.schedule)] == [each.key for each in before[:2]]


def test_more_places_from_here_on_are_no_news(cast: Cast) -> None:
    rule = cast.schedule
    with cast.looking_as("member") as marlow:
        actions.book_seat(of(rule)[2], by=marlow)
    with cast.looking_as("facilitator") as ash:
        for places in (9, 11):
            one = of(rule)[0]
            rule = actions.change_from(one, wish_of(rule, places=places, first_on=one.on), by=ash)
    assert {(each.sequence, tuple(each.changes)) for each in of(rule)} >= {(2, ())}
    with wall.house("test.notices"):
        assert not Notice.objects.filter(kind=news.CHANGED).exists()


def test_from_every_week_to_every_other_week_cancels_those_between(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        wish = wish_of(cast.schedule, interval=2, first_on=before[1].on)
        new = actions.change_from(before[1], wish, by=ash)
    states = {each.on: each.state for each in [*of(cast.schedule), *of(new)]}
    assert states == {
        each.on: "cancelled" if number % 2 == 0 and number > 0 else "planned"
        for number, each in enumerate(before)
    }


def test_the_end_of_a_rule_leaves_cancelled_rows_and_makes_no_new_ones(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        actions.end_from(before[4], "We say goodbye.", by=ash)
    with clock.at(cast.now + timedelta(days=20)):
        look_ahead()
    after = of(cast.schedule)
    assert len(after) == len(before)
    assert [each.state for each in after[4:]] == ["cancelled"] * len(before[4:])
    with wall.house("test.said"):
        words = Said.objects.filter(meeting__in=after[4:]).values_list("words", flat=True)
        assert list(words) == ["We say goodbye."] * len(after[4:])


def words_of(meeting: Meeting) -> str:
    """What was said about its latest change."""
    with wall.house("test.said"):
        return Said.objects.filter(meeting=meeting).values_list("words", flat=True).first() or ""


def test_from_here_on_a_cancelled_day_stays_cancelled_with_its_reason(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(before[3], "Half-term.", by=ash)
        later = wish_of(cast.schedule, at=time(6, 20), first_on=before[2].on)
        new = actions.change_from(before[2], later, by=ash)
    look_ahead()
    there = [each for each in of(new) if each.on == before[3].on]
    assert [(each.key, each.state, words_of(each)) for each in there] == [
        (before[3].key, "cancelled", "Half-term.")
    ]
    with cast.looking_as("facilitator") as ash:
        actions.go_ahead_after_all(there[0], by=ash)
    assert (there[0].at, there[0].state) == (time(6, 20), "moved")


def test_a_cancelled_day_takes_no_new_day_from_people_who_come(cast: Cast) -> None:
    first = cast.now.date() + timedelta(days=(7 - cast.now.weekday()) % 7 + 14)  # a Monday
    with cast.looking_as("facilitator") as ash:
        twice = wish_of(cast.schedule, first_on=first, byday=("MO", "WE"), at=time(6, 0), count=2)
        monday, wednesday = of(actions.plan(cast.group, twice, by=ash))
        actions.cancel(monday, "The hall is shut.", by=ash)
        once = replace(twice, first_on=first + timedelta(days=1), byday=("TU",), count=1)
        new = actions.change_from(monday, once, by=ash)
    assert [(each.key, each.on, each.state) for each in of(new)] == [
        (wednesday.key, first + timedelta(days=1), "moved")
    ]


def test_from_here_on_what_was_said_for_one_day_stays(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        day = before[2].on + timedelta(days=1)
        actions.move(before[2], on=day, at=time(9, 0), said="A day later.", by=ash)
        actions.meet_differently(before[3], Way.TELEPHONE, said="The line is down.", by=ash)
        later = wish_of(cast.schedule, at=time(6, 20), first_on=before[1].on)
        new = actions.change_from(before[1], later, "Earlier.", by=ash)
    look_ahead()
    there = {each.key: each for each in of(new)}
    moved, by_phone = there[before[2].key], there[before[3].key]
    assert (moved.on, moved.at, words_of(moved)) == (day, time(9, 0), "A day later.")
    assert (by_phone.way, by_phone.at) == (Way.TELEPHONE, before[3].at)
    assert (words_of(by_phone), by_phone.state) == ("The line is down.", "moved")
    assert [words_of(each) for each in of(new)].count("Earlier.") == len(before) - 3
    assert len(of(new)) == len(before) - 1


def test_the_chosen_meeting_goes_by_the_new_rule_whatever_was_said(cast: Cast) -> None:
    one = of(cast.schedule)[1]
    with cast.looking_as("facilitator") as ash:
        actions.move(one, on=one.on, at=time(9, 0), by=ash)
        later = wish_of(cast.schedule, at=time(6, 20), first_on=one.on)
        new = actions.change_from(one, later, by=ash)
    assert (of(new)[0].key, of(new)[0].at, of(new)[0].by_hand) == (one.key, time(6, 20), False)


def test_from_here_on_never_begins_before_here(cast: Cast) -> None:
    before = of(cast.schedule)
    with cast.looking_as("facilitator") as ash:
        for first_on in (before[0].on, before[2].on):
            sooner = wish_of(cast.schedule, at=time(6, 20), first_on=first_on)
            with pytest.raises(TooEarly) as refused:
                actions.change_from(before[3], sooner, by=ash)
            assert refused.value.earliest == before[3].on - timedelta(days=3)
        day = before[3].on - timedelta(days=1)  # the same week
        a_day_sooner = wish_of(cast.schedule, first_on=day, byday=(DAYS[day.weekday()],))
        new = actions.change_from(before[3], a_day_sooner, by=ash)
    assert [(each.key, each.on) for each in of(new)[:2]] == [
        (each.key, each.on - timedelta(days=1)) for each in before[3:5]
    ]
    assert [each.key for each in of(cast.schedule)] == [each.key for each in before[:3]]


DAYS_OF_TWO_MONTHS = st.sets(st.integers(0, 59), max_size=20).map(
    lambda numbers: [date(2027, 1, 1) + timedelta(days=number) for number in sorted(numbers)]
)


# The first property of a run reads the constants of all our modules: slow where much else runs.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(DAYS_OF_TWO_MONTHS, DAYS_OF_TWO_MONTHS)
def test_old_days_become_near_new_ones(old: list[date], new: list[date]) -> None:
    found = pairs(old, new)
    assert len(set(found.values())) == len(found)
    assert all(abs(after - before) <= timedelta(days=3) for before, after in found.items())
    assert all(found[day] == day for day in set(old) & set(new))
    assert set(found) <= set(old)
    assert set(found.values()) <= set(new)


# Whoever holds it --------------------------------------------------------------------------------


def persona(cast: Cast, part: str) -> Persona:
    with wall.house("test.persona"):
        return cast.memberships[part].persona


def test_somebody_stands_in_this_once(cast: Cast) -> None:
    with cast.looking_as("coordinator") as esi:
        groups.change_part(cast.memberships["greeter"], Part.FACILITATOR, by=esi)
    with cast.looking_as("facilitator") as ash:
        actions.hold(cast.meeting, persona(cast, "facilitator"), Holding.Part.LEAD, by=ash)
        actions.stand_in(cast.meeting, persona(cast, "greeter"), by=ash)
    with wall.house("test.holdings"):
        holdings = list(Holding.objects.filter(meeting=cast.meeting))
    assert [(each.persona_id, each.part) for each in holdings] == [
        (persona(cast, "greeter").pk, "substitute")
    ]


def test_nobody_holds_two_meetings_at_a_time_in_any_group(cast: Cast) -> None:
    with wall.house("test.same_person"):
        person = Wearer.objects.get(persona=persona(cast, "other_facilitator")).person_id
        Taken.objects.filter(person=person).delete()
        rows.hold(cast.other_meeting, persona(cast, "other_facilitator"), Holding.Part.LEAD)
        # The same person wears the facilitator's name of the first group for this test.
        Wearer.objects.filter(persona=persona(cast, "facilitator")).update(current=False)
        Wearer.objects.filter(persona=persona(cast, "facilitator")).update(person=person)
        overlapping = cast.other_meeting.starts_at + timedelta(minutes=5)
        Meeting.objects.filter(pk=cast.meeting.pk).update(
            starts_at=overlapping, ends_at=overlapping + timedelta(minutes=30)
        )
        cast.meeting.refresh_from_db()
        with pytest.raises(HeldElsewhere):
            rows.hold(cast.meeting, persona(cast, "facilitator"), Holding.Part.LEAD)
        rows.cancelled(cast.other_meeting, "")
        rows.hold(cast.meeting, persona(cast, "facilitator"), Holding.Part.LEAD)


def test_whoever_usually_facilitates_holds_the_coming_meetings(cast: Cast) -> None:
    lead = persona(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        schedule = actions.plan(
            cast.group, wish_of(cast.schedule, at=time(6, 0), lead=lead), by=ash
        )
    with wall.house("test.holdings"):
        held = Holding.objects.filter(meeting__schedule=schedule, persona=lead, part="lead")
        assert held.count() == len(of(schedule))


def test_a_coordinator_who_knows_nobody_there_leaves_whoever_facilitates_as_it_is(
    cast: Cast,
) -> None:
    lead = persona(cast, "facilitator")
    with wall.house("test.lead"):
        Schedule.objects.filter(pk=cast.schedule.pk).update(lead=lead)
    client = Client()
    client.force_login(cast["coordinator"])
    one = f"/g/{cast.group.key}/meetings/{cast.later.key}/change/"
    assert "Somebody stands in" not in client.get(one).content.decode()
    page = f"{one}from-here-on/"
    asked = client.get(page).context["form"]
    assert "lead" not in asked.fields
    answers = {name: value for name, value in asked.initial.items() if value not in (None, False)}
    for _twice in range(2):
        answer = client.post(page, answers | {"at": "06:10", "lead": ""})
        assert answer.status_code == 302, answer.context["form"].errors
    with wall.house("test.lead"):
        new = Schedule.objects.get(group=cast.group, ended_at=None, at=time(6, 10))
        held = Holding.objects.filter(meeting__schedule=new, persona=lead)
        assert new.lead == lead
        assert held.count() == len(of(new))


# Rests -------------------------------------------------------------------------------------------


def test_a_holiday_rests_many_groups_at_once(cast: Cast) -> None:
    first, last = cast.now.date(), cast.now.date() + timedelta(days=9)
    with cast.looking_as("coordinator") as esi:
        rested = actions.rest(
            [cast.group, cast.other_group], first=first, last=last, reason="Holidays.", by=esi
        )
    assert {each.group_id for each in rested} == {cast.group.pk, cast.other_group.pk}
    with wall.house("test.rest"):
        left = Meeting.objects.on_days(first, last).filter(group__in=[cast.group, cast.other_group])
        assert left.count() == 0


def test_days_on_which_the_room_is_taken_are_known(cast: Cast) -> None:
    there = cast.other_meeting
    daily = Wish(
        zone=there.zone,
        first_on=there.on + timedelta(days=1),
        at=there.at,
        minutes=30,
        frequency="daily",
        way=Way.IN_PERSON,
        venue=there.venue,
        count=3,
    )
    with cast.looking_as("facilitator") as ash:
        schedule = actions.plan(cast.group, daily, by=ash)
        taken = replace(daily, first_on=there.on)
        with pytest.raises(VenueTaken):
            actions.plan(cast.group, taken, by=ash)
    assert schedule.clashes == []
    with wall.house("test.room"):
        Meeting.objects.filter(schedule=schedule).delete()
        Meeting.objects.filter(pk=there.pk).update(
            starts_at=there.starts_at + timedelta(days=2), ends_at=there.ends_at + timedelta(days=2)
        )
    assert look_ahead() == 1
    schedule.refresh_from_db()
    assert schedule.clashes == [there.on + timedelta(days=2)]


def test_when_a_country_changes_its_clocks_the_hour_on_the_wall_is_kept(cast: Cast) -> None:
    one = of(cast.schedule)[1]
    right = one.starts_at
    with wall.house("test.old_rules"):
        Meeting.objects.filter(pk=one.pk).update(
            starts_at=right - timedelta(hours=1), ends_at=one.ends_at - timedelta(hours=1)
        )
    assert keep_to_the_clocks() == 1
    after = of(cast.schedule)[1]
    assert (after.starts_at, after.ends_at, after.sequence) == (right, one.ends_at, 1)
    assert keep_to_the_clocks() == 0


# Twice is once ----------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_does_it_once(cast: Cast) -> None:
    one = of(cast.schedule)[0]
    wish = wish_of(cast.schedule, at=time(6, 10))
    with cast.looking_as("facilitator") as ash:
        for _twice in range(2):
            actions.move(one, on=one.on, at=time(5, 5), said="Early.", by=ash)
        for _twice in range(2):
            actions.meet_differently(one, Way.TELEPHONE, by=ash)
        for _twice in range(2):
            actions.cancel(one, "Ill.", by=ash)
        for _twice in range(2):
            planned = actions.plan(cast.group, wish, by=ash)
        second = of(planned)[1]
        later = replace(wish, at=time(6, 20), first_on=second.on)
        for _twice in range(2):
            changed = actions.change_from(second, later, by=ash)
    assert one.sequence == 3
    with wall.house("test.rules"):
        assert Schedule.objects.filter(group=cast.group).count() == 3
    assert max(each.sequence for each in of(changed)) == 1


def test_the_next_rule_takes_the_hours_of_whoever_holds_it(cast: Cast) -> None:
    lead = persona(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        daily = wish_of(cast.schedule, frequency="daily", byday=(), at=time(6, 0), lead=lead)
        old = actions.plan(cast.group, replace(daily, count=5), by=ash)
        later = replace(daily, count=5, first_on=of(old)[0].on + timedelta(days=1))
        new = actions.change_from(of(old)[0], later, by=ash)
    with wall.house("test.hours"):
        held = Taken.objects.filter(holding__meeting__schedule=new)
        assert held.count() == len(of(new)) == 5


def test_whoever_leaves_holds_nothing_any_more(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        lead = persona(cast, "facilitator")
        schedule = actions.plan(
            cast.group, wish_of(cast.schedule, at=time(6, 0), lead=lead), by=ash
        )
        groups.leave(cast.group, by=ash)
    with wall.house("test.holdings"):
        assert not Holding.objects.filter(meeting__schedule=schedule).exists()
        assert Schedule.objects.get(pk=schedule.pk).lead is None


def test_a_facilitator_is_not_there_this_time(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        holding = actions.hold(
            cast.meeting, persona(cast, "facilitator"), Holding.Part.LEAD, by=ash
        )
        actions.step_back(holding, by=ash)
    with wall.house("test.holdings"):
        assert not Holding.objects.filter(meeting=cast.meeting).exists()
        assert not Taken.objects.filter(holding__meeting=cast.meeting).exists()
