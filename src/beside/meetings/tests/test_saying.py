"""Why a meeting was changed: for the group and for those expected, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings import actions
from beside.meetings.models import Meeting
from beside.meetings.saying import put_words
from tests.cast import Cast, in_hours

WHY = "Private: Noor’s mother died"


def page(cast: Cast, part: str, path: str) -> str:
    client = Client()
    if part != "nobody":
        client.force_login(cast[part])
    return client.get(path, follow=True).content.decode()


def test_why_is_read_by_the_group_and_those_expected_and_not_on_the_public_face(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.move(cast.meeting, on=cast.meeting.on, at=cast.later.at, said=WHY, by=ash)
    face = f"/groups/{cast.group.slug}/"
    visit = f"/g/{cast.group.key}/visit/{cast.meeting.key}/"
    for part in ("nobody", "stranger", "left", "elsewhere"):
        assert "Moved." in page(cast, part, face)
        assert WHY not in page(cast, part, face) + page(cast, part, visit)
    assert WHY in page(cast, "visitor", visit)
    assert WHY in page(cast, "member", f"/g/{cast.group.key}/meetings/")
    assert WHY in page(
        cast, "facilitator", f"/g/{cast.group.key}/meetings/{cast.meeting.key}/change/"
    )


def test_a_coordinator_reads_that_it_is_cancelled_and_not_why(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.meeting, WHY, by=ash)
    change = f"/g/{cast.group.key}/meetings/{cast.meeting.key}/change/"
    assert "It is cancelled." in page(cast, "coordinator", change)
    assert WHY not in page(cast, "coordinator", change)


def test_whoever_waits_for_a_place_reads_why(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        small = in_hours(cast.now, 30, cast.group, ash, places=1)
        actions.book_seat(small, by=ash)
    with cast.looking_as("stranger") as sky:
        actions.wait_to_visit(small, "Sky", 4, by=sky)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(small, WHY, by=ash)
    assert WHY in page(cast, "stranger", f"/g/{cast.group.key}/visit/{small.key}/")


def test_the_words_of_any_number_of_meetings_are_one_question(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        for each in (cast.meeting, cast.later):
            actions.cancel(each, WHY, by=ash)
        with wall.acting_as(ash.pk):
            rows = list(Meeting.objects.filter(group=cast.group, state="cancelled"))
            with CaptureQueriesContext(connection) as asked:
                put_words(rows, ash)
            assert [row.said for row in rows] == [WHY, WHY]
            assert len(asked) == 1
            planned = Meeting.objects.filter(group=cast.group, sequence=0)
            rows = list(planned)
            with CaptureQueriesContext(connection) as asked:
                put_words(rows, ash)
            assert len(asked) == 0


def test_an_old_link_shows_the_change_first_whoever_opens_it(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        small = in_hours(cast.now, 20, cast.group, ash, places=1)
        actions.book_seat(small, by=ash)
    with cast.looking_as("stranger") as sky:
        actions.wait_to_visit(small, "Sky", 4, by=sky)
    link = f"/g/{cast.group.key}/visit/{small.key}/"
    assert Client().get(link).headers["Location"] == f"/join/?next={link}"
    with cast.looking_as("facilitator") as ash:
        actions.meet_differently(small, Way.TELEPHONE, said=WHY, by=ash)
    for part, path in (
        ("nobody", link),
        ("elsewhere", link),  # who might visit
        ("stranger", link),  # who waits
        ("stranger", "/today/"),
        ("member", "/today/"),
        ("member", link),  # who has not booked
        ("facilitator", link),
    ):
        words = page(cast, part, path)
        change = words.partition("By telephone.</b> It was:")
        assert change[1], (part, path)
        assert "Video or voice call" in change[2]
        assert (WHY in words) is (part in {"stranger", "member", "facilitator"})
    assert f"/join/?next={link}" in page(cast, "nobody", link)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(small, WHY, by=ash)
    words = page(cast, "member", link)
    assert "This meeting does not take place:" in words
    assert WHY in words
    assert "<s>" in page(cast, "elsewhere", link).partition("This meeting is cancelled")[2]
    words = page(cast, "nobody", link)
    assert "This meeting does not take place:" in words
    assert "/join/" not in words.partition("<main")[2].partition("</main")[0]
    with cast.looking_as("facilitator") as ash:
        actions.go_ahead_after_all(small, by=ash)
    assert "It takes place after all." in page(cast, "nobody", link)


def test_whoever_opens_an_old_link_after_a_meeting_was_held_earlier_reads_that_it_was_moved(
    cast: Cast,
) -> None:
    with cast.looking_as("facilitator") as ash:
        small = in_hours(cast.now, 50, cast.group, ash)
        sooner = (cast.now + timedelta(hours=2)).astimezone(ZoneInfo(small.zone))
        actions.move(small, on=sooner.date(), at=sooner.time(), by=ash)
    with clock.at(cast.now + timedelta(hours=10)):
        words = page(cast, "elsewhere", f"/g/{cast.group.key}/visit/{small.key}/")
        assert "This meeting is over" in words
        assert "Moved.</b> It was:" in words
