"""The finder's table follows everything that is changed beneath it, at once and by anybody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.finding import looking, matching
from beside.finding.matching import Wish
from beside.finding.models import Occasion
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Door, Meeting, Schedule, Venue
from tests.cast import Cast, build
from tests.exchange.long_way import by_the_long_way, known, wrong_occasions

A_DAY = timedelta(days=1)
Change = Callable[[Cast, Venue], object]


@pytest.fixture
def hall(cast: Cast) -> Venue:
    """Where three weeks of one group are held; its point is rounded, its door is not public."""
    with wall.house("test.hall"):
        hall = Venue.objects.create(name="Hall", latitude=51.55, longitude=-0.05)
        Door.objects.create(venue=hall, latitude=51.5512, longitude=-0.0487)
        for week in range(3):
            starts = clock.now() + A_DAY + timedelta(weeks=week)
            Meeting.objects.create(
                group=cast.other_group, on=starts.date(), at=starts.time(), zone="UTC",
                starts_at=starts, ends_at=starts + timedelta(hours=1), way="in_person", venue=hall,
            )  # fmt: skip
    return hall


def _closed_and_opened_again(cast: Cast, _hall: Venue) -> None:
    groups = Group.objects.filter(pk=cast.other_group.pk)
    groups.update(closed_at=clock.now())
    assert not Occasion.objects.filter(group=cast.other_group).exists()
    groups.update(closed_at=None)


def _a_new_group(_cast: Cast, hall: Venue) -> None:
    group = Group.objects.create(slug="new", name="New", languages=["en"], ways=["in_person"])
    meetings = list(Meeting.objects.filter(venue=hall))
    for meeting in meetings:
        meeting.pk, meeting.key, meeting.group_id = None, f"new-{meeting.pk}", group.pk
        meeting.starts_at += timedelta(hours=3)
        meeting.ends_at += timedelta(hours=3)
    Meeting.objects.bulk_create(meetings)


CHANGES: dict[str, Change] = {
    "one is cancelled": lambda c, h: Meeting.objects.filter(
        pk=Meeting.objects.filter(venue=h).earliest("starts_at").pk
    ).update(state="cancelled"),
    "all are cancelled": lambda c, h: Meeting.objects.filter(group=c.other_group).update(
        state="cancelled"
    ),
    "one is moved": lambda c, h: Meeting.objects.filter(
        pk=Meeting.objects.filter(venue=h).latest("starts_at").pk
    ).update(starts_at=F("starts_at") + A_DAY, ends_at=F("ends_at") + A_DAY),
    "they become calls": lambda c, h: Meeting.objects.filter(venue=h).update(way="call"),
    "they lose their room": lambda c, h: Meeting.objects.filter(venue=h).update(venue=None),
    "they go to another group": lambda c, h: Meeting.objects.filter(venue=h).update(group=c.group),
    "they are deleted": lambda c, h: Meeting.objects.filter(venue=h).delete(),
    "the group is hidden": lambda c, h: Group.objects.filter(pk=c.other_group.pk).update(
        listed=False
    ),
    "it closes and opens again": _closed_and_opened_again,
    "it is for something else": lambda c, h: Group.objects.filter(pk=c.other_group.pk).update(
        experiences=["sleep"], safety=["women"], languages=["cy"], access=["quiet"]
    ),
    "it is listed elsewhere": lambda c, h: Group.objects.filter(pk=c.other_group.pk).update(
        source="walks", source_slug="w"
    ),
    "a group is new": _a_new_group,
    "the hall has a lift now": lambda c, h: Venue.objects.filter(pk=h.pk).update(
        access=["step_free"]
    ),
    "the hall is elsewhere": lambda c, h: Venue.objects.filter(pk=h.pk).update(latitude=51.7),
    "the door is public": lambda c, h: Door.objects.filter(venue=h).update(public=True),
    "the door is gone": lambda c, h: Door.objects.filter(venue=h).delete(),
    "nothing that matters": lambda c, h: Meeting.objects.filter(venue=h).update(places=7),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_is_found_at_once(cast: Cast, hall: Venue, change: Change) -> None:
    now = clock.now()
    assert wrong_occasions(now) == ([], [])
    with wall.house("test.change"):
        change(cast, hall)
    assert wrong_occasions(now) == ([], [])


@pytest.mark.django_db
def test_meetings_at_the_same_hour_are_one_occasion_and_show_nothing_behind_the_door(
    cast: Cast, hall: Venue
) -> None:
    [held] = [each for each in Occasion.objects.all() if each.latitude is not None]
    assert held.group_id == cast.other_group.pk
    assert held.starts == [
        each.starts_at for each in Meeting.objects.filter(venue=hall).order_by("starts_at")
    ]
    assert (held.latitude, held.longitude) == (51.55, -0.05)


@pytest.mark.django_db
def test_a_deleted_group_is_found_no_more(cast: Cast) -> None:
    with wall.house("test.delete"):
        group = Group.objects.create(slug="brief", name="Brief", ways=["writing"])
        assert Occasion.objects.filter(key=group.key).exists()
        group.delete()
        assert not Occasion.objects.filter(key=group.key).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("as_house", [False, True])
def test_nobody_writes_there_by_hand(cast: Cast, as_house: bool) -> None:
    words = [
        "delete from finding_occasion",
        "update finding_occasion set ours = true",
        "select keep_occasions('{1}')",
    ]
    for each in words:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            _ask(each, as_house=as_house)


def _ask(words: str, *, as_house: bool) -> None:
    with wall.house("test.by_hand") if as_house else nullcontext(), connection.cursor() as cursor:
        cursor.execute(words)


@pytest.mark.django_db
def test_on_the_day_the_clocks_change_the_finder_still_knows_the_part_of_the_day(
    cast: Cast,
) -> None:
    """Half past four in the afternoon in London is half past five from the last Sunday of March
    on, for a meeting where the clocks do not change."""
    kolkata, london = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/London")
    with wall.house("test.clocks"):
        Meeting.objects.all().delete()
        group = Group.objects.create(slug="steady", name="Steady", ways=["call"], languages=["en"])
        rule = Schedule.objects.create(
            group=group, way="call", zone="Asia/Kolkata", first_on=date(2027, 3, 1),
            at=time(22), minutes=60, frequency="weekly",
        )  # fmt: skip
        for week in range(4):
            starts = datetime(2027, 3, 22, 22, tzinfo=kolkata) + timedelta(weeks=week)
            Meeting.objects.create(
                group=group, schedule=rule, original_on=starts.date(), on=starts.date(),
                at=time(22), zone="Asia/Kolkata", starts_at=starts, way="call",
                ends_at=starts + timedelta(hours=1),
            )  # fmt: skip
    with clock.at(datetime(2027, 3, 20, tzinfo=UTC)):
        for zone in (london, kolkata):
            for parts in ({"afternoon"}, {"evening"}, {"night"}, {"morning"}):
                wish = Wish(parts=frozenset(parts), ways=frozenset({"call"}))
                found = matching.find(by_the_long_way(zone), wish)
                count, shown, _more = looking.look(wish, zone, "")
                assert (count, [known(match) for match, _group in shown]) == (
                    len(found),
                    [known(match) for match in found],
                )
        evening = Wish(parts=frozenset({"evening"}), ways=frozenset({"call"}))
        _count, shown, _more = looking.look(evening, london, "")
    [(match, _group)] = shown
    assert match.slot is not None
    assert datetime.fromtimestamp(match.slot.next, london).strftime("%d %H:%M") == "29 17:30"


def test_two_people_who_change_one_group_at_once_are_both_found(
    own_database: str, django_db_blocker: DjangoDbBlocker
) -> None:
    """The second waits for the first, and then sees what the first did."""
    with django_db_blocker.unblock():
        cast = build()
        now, first_done = clock.now(), threading.Event()
        with transaction.atomic(), wall.house("test.two"):
            Meeting.objects.all().delete()
            for hours in (30, 50):
                starts = now + timedelta(hours=hours)
                Meeting.objects.create(
                    group=cast.group, on=starts.date(), at=starts.time(), zone="UTC", way="call",
                    starts_at=starts, ends_at=starts + timedelta(hours=1),
                )  # fmt: skip
            one, other = Meeting.objects.order_by("starts_at")

        def cancel_the_other() -> None:
            with django_db_blocker.unblock():
                try:
                    with transaction.atomic(), wall.house("test.two"):
                        first_done.wait(30)
                        Meeting.objects.filter(pk=other.pk).update(state="cancelled")
                finally:
                    connection.close()

        second = threading.Thread(target=cancel_the_other)
        second.start()
        with transaction.atomic(), wall.house("test.two"):
            Meeting.objects.filter(pk=one.pk).update(state="cancelled")
            first_done.set()
            second.join(0.5)
            assert second.is_alive()
        second.join(30)
        with transaction.atomic():
            assert wrong_occasions(now) == ([], [])
