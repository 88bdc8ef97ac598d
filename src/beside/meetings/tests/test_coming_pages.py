"""What people see while they wait, and what the pages around coming ask of the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from beside import wall
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings import actions
from beside.meetings.equivalents import instead
from beside.meetings.models import Booking, Manner, Meeting, Venue
from beside.meetings.tests.test_pages import counted
from beside.people.models import AgeBand
from tests.cast import Cast, in_hours, somebody

Fill = Callable[[Cast], None]


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


@pytest.fixture
def full(cast: Cast) -> Cast:
    """One place, which the visitor has; people may bring somebody."""
    with wall.house("test.full"):
        Meeting.objects.filter(pk=cast.meeting.pk).update(places=1)
        Manner.objects.create(group=cast.group, supporters=True)
    cast.meeting.refresh_from_db(fields=["places"])
    return cast


def visit_of(cast: Cast) -> str:
    return f"/g/{cast.group.key}/visit/{cast.meeting.key}/"


SAID = {"name": "Sky", "pebble": "4", "listen_only": "on", "greet": "on"}


def test_a_visitor_waits_in_one_tap_is_offered_a_place_and_says_yes(full: Cast) -> None:
    sky, wren = signed_in(full, "stranger"), signed_in(full, "visitor")
    page = sky.get(visit_of(full)).content.decode()
    assert "Wait for a place" in page
    assert "Book my visit" not in page
    late = sky.post(visit_of(full), SAID).content.decode()  # a page that was open before it filled
    assert "The last place has just been taken" in late
    assert 'value="Sky"' in late
    told = sky.post(visit_of(full), SAID | {"act": "wait"}, follow=True).content.decode()
    assert "You are next." in told
    assert "You are waiting" in sky.get(f"/groups/{full.group.slug}/").content.decode()
    wren.post(visit_of(full) + "not-tonight/")
    assert "A place is free for you" in sky.get("/today/").content.decode()
    assert "A place is free for you" in sky.get(visit_of(full)).content.decode()
    for _tab in range(2):
        kept = sky.post(visit_of(full) + "accept/", follow=True).content.decode()
        assert "Your place is kept" in kept
    assert "What a first visit is like" in sky.get(visit_of(full)).content.decode()


def test_an_offer_that_ran_out_is_said_and_nothing_is_booked(full: Cast) -> None:
    sky, wren = signed_in(full, "stranger"), signed_in(full, "visitor")
    sky.post(visit_of(full), SAID | {"act": "wait"})
    wren.post(visit_of(full) + "not-tonight/")
    with wall.house("test.late"):
        Booking.objects.filter(standing="offered").update(offer_until=full.now)
    late = sky.post(visit_of(full) + "accept/", follow=True).content.decode()
    assert "There is no offer for you any more. Nothing is booked." in late
    assert "the time for it ran out" in late


def test_a_member_waits_from_the_list_of_meetings(full: Cast) -> None:
    marlow, wren = signed_in(full, "member"), signed_in(full, "visitor")
    inside = f"/g/{full.group.key}/meetings/"
    wait = f"{inside}{full.meeting.key}/wait/"
    assert wait in marlow.get(inside).content.decode()
    assert "You are next." in marlow.post(wait, follow=True).content.decode()
    assert "you wait" in marlow.get(inside).content.decode()
    wren.post(visit_of(full) + "not-tonight/")
    assert "A place is free for you" in marlow.get(inside).content.decode()
    left = marlow.post(visit_of(full) + "not-tonight/", follow=True).content.decode()
    assert "That is all right." in left


def test_bringing_somebody_is_said_to_both_sides(full: Cast) -> None:
    with wall.house("test.two"):
        Meeting.objects.filter(pk=full.meeting.pk).update(places=2)
    wren, noor = signed_in(full, "visitor"), signed_in(full, "greeter")
    said = wren.post(visit_of(full) + "bring/", {"along": "yes"}, follow=True).content.decode()
    assert "They come in after the greeter has seen you alone" in said
    greet = noor.get(f"/g/{full.group.key}/greet/{full.booking.key}/").content.decode()
    assert "alone first" in greet
    with wall.house("test.one"):
        Booking.objects.update(supporter=False)
        Meeting.objects.filter(pk=full.meeting.pk).update(places=1)
    said = wren.post(visit_of(full) + "bring/", {"along": "yes"}, follow=True).content.decode()
    assert "There is no second place. Yours is kept as it was." in said


def test_while_somebody_waits_other_groups_for_the_same_are_offered(full: Cast) -> None:
    def offered(person_part: str = "stranger") -> list[str]:
        with full.looking_as(person_part) as person:
            return [row.group.name for row in instead(person, full.meeting)]

    def change(**values: object) -> None:
        with wall.house("test.other"):
            Group.objects.filter(pk=full.other_group.pk).update(**values)

    assert offered() == []  # another experience
    change(experiences=["anxiety"])
    assert offered() == []  # in a room in another town, as far as anybody knows
    with wall.house("test.near"):
        here = Venue.objects.create(name="Library", town="London")
        Meeting.objects.filter(pk=full.meeting.pk).update(venue=here)
    full.meeting.refresh_from_db()
    assert offered() == ["The Long Table"]
    assert offered("elsewhere") == []  # they are a member there
    for unlike in (
        {"listed": False},
        {"visits": False},
        {"languages": ["pl"]},
        {"safety": ["women"]},
        {"youngest": 50},
    ):
        before = {name: getattr(full.other_group, name) for name in unlike}
        change(**unlike)
        assert offered() == []
        change(**before)
    with wall.house("test.no_place"):
        Meeting.objects.filter(pk=full.other_meeting.pk).update(places=0)
    assert offered() == []


def test_whoever_is_too_young_is_offered_nothing_they_could_not_visit(full: Cast) -> None:
    young = somebody("young", band=AgeBand.SIXTEEN)
    with wall.house("test.same"):
        Group.objects.filter(pk=full.other_group.pk).update(experiences=["anxiety"])
        Meeting.objects.filter(pk=full.other_meeting.pk).update(way="call")
    with full.looking_as("stranger") as sky:
        assert len(instead(sky, full.meeting)) == 1
    with wall.acting_as(young.pk):
        assert instead(young, full.meeting) == []


def three_more(cast: Cast) -> None:
    """Two more who wait, two more who come elsewhere, two guests, two more groups' meetings."""
    with cast.looking_as("facilitator") as ash:
        for name in ("Rose", "Jonah"):
            guest = actions.welcome_guest(cast.meeting, name, by=ash)
            actions.book_guest(cast.meeting, guest, wait=True, by=ash)
        for hours in (5, 8):
            in_hours(cast.now, hours, cast.group, ash)
    for name in ("ivy", "jay"):
        person = somebody(name)
        with wall.acting_as(person.pk):
            actions.wait_to_visit(cast.meeting, name, 1, by=person)


@pytest.mark.parametrize(
    ("part", "page", "asks"),
    [
        ("facilitator", "meetings/{meeting}/door/", 10),
        ("facilitator", "meetings/{meeting}/guests/", 9),
        ("facilitator", "meetings/{meeting}/calls/", 9),
        ("facilitator", "meetings/manner/", 8),
        ("elsewhere", "visit/{meeting}/", 11),
        ("stranger", "visit/{meeting}/", 22),
    ],
)
def test_a_page_asks_as_much_for_three_as_for_one(
    full: Cast, part: str, page: str, asks: int
) -> None:
    with full.looking_as("elsewhere") as bea:
        actions.wait_to_visit(full.meeting, "Sparrow", 4, by=bea)
    client = signed_in(full, part)
    address = f"/g/{full.group.key}/" + page.format(meeting=full.meeting.key)
    client.get(address)
    found = [counted(lambda: client.get(address))]
    three_more(full)
    found.append(counted(lambda: client.get(address)))
    assert found == [asks, asks]


def test_settling_asks_three_questions_when_there_is_nothing_to_settle(full: Cast) -> None:
    from beside.meetings.clock import settle_lines

    with full.looking_as("elsewhere") as bea:
        actions.wait_to_visit(full.meeting, "Sparrow", 4, by=bea)
    three_more(full)
    with clock.at(full.now):
        assert counted(settle_lines) == 5  # three, and saying twice who acts
