"""Places are kept true by those who meet there, and their doors shown to those who are expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from beside import wall
from beside.groups.words import Way
from beside.kernel import clock
from beside.look import slots
from beside.meetings import actions, policy
from beside.meetings.actions import ChangedMeanwhile, Facts
from beside.meetings.forms.venues import VenueForm
from beside.meetings.keeping import open_to, venues_to_confirm
from beside.meetings.maps import SIDE, Box, Landmark, labelled
from beside.meetings.models import Booking, Door, Manner, Photo, Venue
from beside.meetings.points import Point, direction, from_there, km, parse
from beside.meetings.recurrence import DAYS
from beside.meetings.tests.test_pages import counted, signed_in
from beside.meetings.tests.test_pictures import photo
from beside.meetings.wishes import Wish
from beside.people.models import Person
from tests.cast import NAMES, PARTS, ZONE, Cast, in_hours

ADDRESS = "12 River Street"
POINT = Point(51.5462, -0.0443)
LOFT = Facts(
    name="The Loft",
    neighbourhood="Homerton",
    town="London",
    access=("step_free", "quiet"),
    getting_in="A lift from the yard; the toilet is wide enough for a wheelchair.",
    quiet_space="The small room beside the kitchen",
    transport="Bus 236, two minutes on foot",
    address=ADDRESS,
    directions="The blue door, second bell",
    point=POINT,
)


@pytest.fixture
def loft(cast: Cast) -> Venue:
    """A place that the facilitator wrote down, where the group of the cast meets soon."""
    with cast.looking_as("facilitator") as ash:
        venue = actions.add_venue(LOFT, by=ash)
        actions.show_door(venue, "A blue door", photo("JPEG"), by=ash)
        meeting = in_hours(cast.now, 30, cast.group, ash, way=Way.IN_PERSON, venue=venue)
    cast.meeting = meeting
    return venue


def said(facts: Facts, **more: Any) -> dict[str, Any]:
    """What a browser sends for these facts."""
    sent = {name: getattr(facts, name) for name in (*VenueForm.FACE, *VenueForm.DOOR)}
    sent |= {"point": str(facts.point or ""), "read": facts.mark, **more}
    return {name: value for name, value in sent.items() if value is not False}


def everywhere(cast: Cast) -> Iterator[tuple[str, Person | None]]:
    for part, person in cast.everybody().items():
        with cast.looking_as(part):
            yield part, person


def test_the_face_is_rounded_and_the_door_is_exact(loft: Venue) -> None:
    assert (loft.latitude, loft.longitude) == (51.55, -0.04)
    with wall.house("test.look"):
        assert loft.door.point == POINT
        assert loft.country == "GB"
    assert not loft.has_lapsed


def test_a_place_is_kept_by_coordinators_and_by_those_whose_groups_meet_there(
    cast: Cast, loft: Venue
) -> None:
    hall = cast.other_meeting.venue
    assert hall is not None
    keeps = {part for part, who in everywhere(cast) if who and policy.may_keep_venue(who, loft)}
    assert keeps == {"facilitator", "coordinator"}
    keeps = {part for part, who in everywhere(cast) if who and policy.may_keep_venue(who, hall)}
    assert keeps == {"other_facilitator", "coordinator"}
    may_add = {part for part, who in everywhere(cast) if who and policy.may_add_venue(who)}
    assert may_add == {"facilitator", "other_facilitator", "coordinator"}


def test_where_a_hidden_group_meets_is_not_a_place_where_nobody_meets(
    cast: Cast, loft: Venue
) -> None:
    with wall.house("test.hidden"):
        cast.group.listed = False
        cast.group.save()
    with cast.looking_as("other_facilitator") as mags:
        assert not policy.may_keep_venue(mags, loft)
        assert not Door.objects.filter(venue=loft).exists()


def test_a_place_where_nobody_has_met_yet_is_kept_by_whoever_facilitates(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        venue = actions.add_venue(LOFT, by=ash)
    keeps = {part for part, who in everywhere(cast) if who and policy.may_keep_venue(who, venue)}
    assert keeps == {"facilitator", "other_facilitator", "coordinator"}


def test_nobody_learns_the_door_of_others_by_planning_a_meeting_there(
    cast: Cast, loft: Venue
) -> None:
    mags = signed_in(cast, "other_facilitator")
    address = f"/g/{cast.other_group.key}/meetings/{cast.other_meeting.key}/change/"
    differently = {"act": "differently", "differently-way": "in_person"}
    differently["differently-venue"] = str(loft.pk)
    assert mags.post(address, differently).status_code == 422
    offered = f'<option value="{loft.pk}"'
    for page in (address, f"/g/{cast.other_group.key}/meetings/plan/"):
        assert offered not in mags.get(page).content.decode()
    with cast.looking_as("other_facilitator") as person:
        wish = Wish(
            zone=ZONE, first_on=cast.now.date() + timedelta(days=9), at=time(9), minutes=60,
            frequency="once", way=Way.IN_PERSON, venue=loft,
        )  # fmt: skip
        for act in (
            lambda: actions.plan(cast.other_group, wish, by=person),
            lambda: in_hours(cast.now, 90, cast.other_group, person, way="in_person", venue=loft),
            lambda: actions.meet_differently(
                cast.other_meeting, "in_person", venue=loft, by=person
            ),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert not Door.objects.filter(venue=loft).exists()


def test_a_coordinator_chooses_any_place_and_a_public_door_is_open_to_all_who_plan(
    cast: Cast, loft: Venue
) -> None:
    with cast.looking_as("coordinator") as esi:
        assert loft in open_to(esi)
        actions.meet_differently(cast.other_meeting, "in_person", venue=loft, by=esi)
    with cast.looking_as("other_facilitator") as mags:
        assert loft in open_to(mags)  # they meet there now, and see the door
    with cast.looking_as("facilitator") as ash:
        hall = actions.add_venue(replace(LOFT, name="The Hall", public=True), by=ash)
        in_hours(cast.now, 60, cast.group, ash, way=Way.IN_PERSON, venue=hall)
    with cast.looking_as("other_facilitator") as mags:
        assert hall in open_to(mags)


@pytest.mark.parametrize("part", ["member", "greeter", "visitor", "stranger", "duty_worker"])
def test_nobody_else_changes_anything(cast: Cast, loft: Venue, part: str) -> None:
    with cast.looking_as(part) as person:
        for act in (
            lambda: actions.add_venue(LOFT, by=person),
            lambda: actions.change_venue(loft, LOFT, read=LOFT.mark, by=person),
            lambda: actions.confirm_venue(loft, by=person),
            lambda: actions.show_door(loft, "A door", photo("PNG"), by=person),
            lambda: actions.remove_photo(loft, by=person),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_who_saves_later_is_told_and_nothing_of_either_is_lost(cast: Cast, loft: Venue) -> None:
    first, second = signed_in(cast, "facilitator"), signed_in(cast, "coordinator")
    address = f"/venues/{loft.key}/change/"
    read = re.search(r'name="read" value="(\w+)"', second.get(address).content.decode())
    assert read is not None
    assert read[1] == LOFT.mark
    assert first.post(address, said(LOFT, transport="Bus 425 now")).status_code == 302
    mine = said(LOFT, directions="The green door", access=["quiet"])
    answer = second.post(address, mine).content.decode()
    assert "Somebody else saved this place meanwhile" in answer
    assert "Bus 425 now" in answer  # what stands there
    assert "The green door" in answer  # what was written
    with wall.house("test.look"):
        loft.refresh_from_db()
        assert loft.door.transport == "Bus 425 now"
        assert loft.door.directions == "The blue door, second bell"
    # Having read that, saving again is meant.
    again = re.search(r'name="read" value="(\w+)"', answer)
    assert again is not None
    assert second.post(address, {**mine, "read": again[1]}).status_code == 302
    with wall.house("test.look"):
        assert Door.objects.get(venue=loft).directions == "The green door"
        assert Venue.objects.get(pk=loft.pk).access == ["quiet"]


def test_an_act_with_old_facts_changes_nothing(cast: Cast, loft: Venue) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.change_venue(loft, Facts(name="The Attic"), read=LOFT.mark, by=ash)
        with pytest.raises(ChangedMeanwhile):
            actions.change_venue(loft, LOFT, read=LOFT.mark, by=ash)
        assert Door.objects.get(venue=loft).name == "The Attic"


def test_ninety_days_without_a_word_are_said_and_one_tap_confirms(cast: Cast, loft: Venue) -> None:
    client, page = signed_in(cast, "facilitator"), f"/venues/{loft.key}/"
    with clock.at(cast.now + timedelta(days=90)):
        assert not Venue.objects.get(pk=loft.pk).has_lapsed
        assert loft.pk not in Venue.objects.lapsed().values_list("pk", flat=True)
    with clock.at(cast.now + timedelta(days=91)):
        assert loft.pk in Venue.objects.lapsed().values_list("pk", flat=True)
        assert "Nobody has confirmed this place since" in Client().get(page).content.decode()
        listed = client.get("/venues/").content.decode()
        assert listed.index("The Loft") < listed.index("All this is still so")
        told = client.post(f"/venues/{loft.key}/confirm/", {"list": "yes"})
        assert (told.status_code, told["Location"]) == (302, "/venues/")
        assert "Nobody has confirmed" not in Client().get(page).content.decode()


def test_each_place_is_listed_for_those_who_keep_it(cast: Cast, loft: Venue) -> None:
    listed = {}
    for part in PARTS:
        client = Client()
        if part != "nobody":
            client.force_login(cast[part])
        answer = client.get("/venues/")
        words = answer.content.decode()
        listed[part] = (answer.status_code, "The Loft" in words, "Riverside Hall" in words)
    there = {part: each for part, each in listed.items() if each[0] == 200}
    assert there == {
        "facilitator": (200, True, False),
        "other_facilitator": (200, False, True),
        "coordinator": (200, True, True),
    }


SOME = ("nobody", "visitor", "member", "elsewhere", "coordinator")


def seen_on_pages(cast: Cast, loft: Venue, parts: tuple[str, ...] = SOME) -> set[str]:
    """Who reads the exact address on the page of the place, and gets the photo with it."""
    with wall.house("test.photo"):
        key = Photo.objects.get(door=loft.pk).key
    reads = set()
    for part in parts:
        client = Client()
        if part != "nobody":
            client.force_login(cast[part])
        page = client.get(f"/venues/{loft.key}/")
        picture = client.get(f"/venues/{loft.key}/door/{key}/")
        assert page.status_code == 200
        words = page.content.decode()
        shown = {each in words for each in (ADDRESS, "blue door", key, "The point is the door.")}
        assert shown == {picture.status_code == 200}, part
        if picture.status_code == 200:
            assert "no-store" in picture["Cache-Control"]
            assert picture["Content-Type"] == "image/jpeg"
            reads.add(part)
    return reads


INSIDE = {"member", "greeter", "facilitator", "blocked"}


def test_the_exact_door_is_shown_to_those_who_are_expected(cast: Cast, loft: Venue) -> None:
    assert seen_on_pages(cast, loft, PARTS) == INSIDE | {"coordinator"}
    with cast.looking_as("visitor") as wren:
        booking = actions.book_visit(cast.meeting, *NAMES["visitor"], by=wren)
    assert seen_on_pages(cast, loft) == {"member", "coordinator", "visitor"}
    with wall.house("test.manner"):
        Manner.objects.create(group=cast.group, door_after=Manner.DoorAfter.GREETED)
    assert seen_on_pages(cast, loft) == {"coordinator"}  # nobody has talked with the member
    with cast.looking_as("greeter") as noor:
        actions.greet(Booking.objects.get(pk=booking.pk), "Hello Wren.", by=noor)
    assert seen_on_pages(cast, loft) == {"coordinator", "visitor"}


LEADS_THERE = ("The Loft", "E9 6SR", "beside the kitchen", "Bus 236", "River Street", "blue door")


def test_nothing_that_leads_to_a_door_is_told_to_those_who_do_not_see_it(
    cast: Cast, loft: Venue
) -> None:
    with cast.looking_as("facilitator") as ash:
        facts = replace(LOFT, postcode="E9 6SR")
        actions.change_venue(loft, facts, read=LOFT.mark, by=ash)
        wish = in_a_week(cast, loft)
        actions.plan(cast.group, wish, by=ash)
    face = f"/groups/{cast.group.slug}"
    told_to_all = (
        *(f"/venues/{loft.key}/", f"/venues/{loft.key}/timetable/", "/timetable/"),
        *(f"{face}/", f"{face}/calendar.ics", f"{face}/timetable/", "/calendar.ics"),
        *("/find/", "/feeds/meeting-guide.json", "/embed/timetable/"),
        f"/venues/{cast.other_meeting.venue.key}/",  # on whose map it is a landmark
    )
    for part in ("nobody", "stranger"):
        client = Client() if part == "nobody" else signed_in(cast, part)
        for path in told_to_all:
            answer = client.get(path)
            assert answer.status_code == 200, path
            words = b"".join(answer).decode()
            assert [each for each in LEADS_THERE if each in words] == [], path
    assert "Homerton" in Client().get(f"{face}/").content.decode()
    # Whether one can get in is known before one comes.
    assert LOFT.getting_in in Client().get(f"/venues/{loft.key}/").content.decode()
    with wall.acting_as(None):  # nor does the database tell it
        there = Venue.objects.get(pk=loft.pk)
        row = str([getattr(there, each.name) for each in Venue._meta.concrete_fields])
        assert [each for each in LEADS_THERE if each in row] == []
    page = signed_in(cast, "member").get(f"/venues/{loft.key}/").content.decode()
    assert [each for each in LEADS_THERE if each not in page] == []
    ours = signed_in(cast, "member").get(f"/g/{cast.group.key}/meetings/").content.decode()
    assert "The Loft" in ours
    plan = signed_in(cast, "facilitator").get(f"/g/{cast.group.key}/meetings/plan/")
    assert "The Loft, Homerton, London" in plan.content.decode()


def in_a_week(cast: Cast, venue: Venue) -> actions.Wish:
    day = (cast.now + timedelta(days=3)).date()
    return actions.Wish(
        zone="Europe/London",
        first_on=day,
        at=time(18, 30),
        minutes=60,
        frequency="weekly",
        byday=(DAYS[day.weekday()],),
        way=Way.IN_PERSON,
        venue=venue,
    )


def test_whoever_joined_without_a_talk_is_written_to_and_then_learns_the_place(
    cast: Cast, loft: Venue
) -> None:
    with wall.house("test.manner"):
        Manner.objects.create(group=cast.group, door_after=Manner.DoorAfter.GREETED)
    ours = f"/g/{cast.group.key}/meetings/"
    mine, theirs = signed_in(cast, "member"), signed_in(cast, "facilitator")
    waits = "The exact place comes with a greeter’s first words."
    assert waits in mine.get(ours).content.decode()
    mine.post(f"{ours}{cast.meeting.key}/come/")
    page = mine.get(f"/g/{cast.group.key}/visit/{cast.meeting.key}/").content.decode()
    assert "The exact place comes with the greeter’s first words." in page
    assert ADDRESS not in page
    with wall.house("test.seat"):
        seat = Booking.objects.get(meeting=cast.meeting, persona=cast.personas["member"])
    greet = f"/g/{cast.group.key}/greet/{seat.key}/"
    assert greet in theirs.get(ours).content.decode()
    assert greet in theirs.get("/desk/").content.decode()
    assert theirs.get(greet).status_code == 200
    theirs.post(f"/g/{cast.group.key}/say/{seat.key}/", {"words": "Hello Marlow."})
    page = mine.get(f"/g/{cast.group.key}/visit/{cast.meeting.key}/").content.decode()
    assert ADDRESS in page
    assert "Hello Marlow." in page
    assert waits not in mine.get(ours).content.decode()
    assert greet not in theirs.get(ours).content.decode()


def test_a_public_door_is_shown_to_everybody(cast: Cast, loft: Venue) -> None:
    with cast.looking_as("facilitator") as ash:
        open_to_all = Facts(**{**vars(LOFT), "public": True})
        actions.change_venue(loft, open_to_all, read=LOFT.mark, by=ash)
    assert seen_on_pages(cast, loft) == set(SOME)


def test_a_photo_is_sent_shown_changed_and_taken_away(cast: Cast, loft: Venue) -> None:
    client, address = signed_in(cast, "facilitator"), f"/venues/{loft.key}/photo/"
    with wall.house("test.before"):
        before = Photo.objects.get(door=loft.pk).key
    # Words alone keep the picture, and its address.
    assert client.post(address, {"photo-words": "Blue, two steps up"}).status_code == 302
    with wall.house("test.words"):
        assert Photo.objects.get(door=loft.pk).words == "Blue, two steps up"
        assert Photo.objects.get(door=loft.pk).key == before
    another = SimpleUploadedFile("door.png", photo("PNG"), "image/png")
    sent = {"photo-words": "Green now", "photo-picture": another}
    assert client.post(address, sent).status_code == 302
    assert client.get(f"/venues/{loft.key}/door/{before}/").status_code == 404
    assert 'alt="Green now"' in client.get(f"/venues/{loft.key}/").content.decode()
    client.post(address + "remove/")
    assert "Green now" not in client.get(f"/venues/{loft.key}/").content.decode()
    with wall.house("test.gone"):
        assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("file", "words", "told"),
    [
        (photo("GIF"), "A door", "cannot be read as a picture"),
        (b"\xff\xd8\xff" + bytes(10_000_001), "A door", "too large"),
        (photo("PNG"), "\u200b", "A few words, for those who do not see the photo."),
        (b"", "A door", "empty"),
    ],
    ids=["no picture", "too large", "no words", "nothing"],
)
def test_what_cannot_be_shown_is_said_calmly(
    cast: Cast, loft: Venue, file: bytes, words: str, told: str
) -> None:
    upload = SimpleUploadedFile("door.jpg", file, "image/jpeg")
    sent = {"photo-words": words, "photo-picture": upload}
    answer = signed_in(cast, "facilitator").post(f"/venues/{loft.key}/photo/", sent)
    assert answer.status_code == 200
    assert told in answer.content.decode()


def test_a_place_is_written_down_on_a_page(cast: Cast) -> None:
    client = signed_in(cast, "facilitator")
    for sent, told in (
        ({"name": "\u200b"}, "A name, so that people can ask for it."),
        ({"name": "Loft"}, "The neighbourhood or the town: it is what everybody reads."),
        ({"name": "Loft", "point": "somewhere"}, "Two numbers with a comma"),
        ({"name": "Loft", "point": "95, 10"}, "Two numbers with a comma"),
        ({"name": "Loft", "access": "a lift"}, "a lift"),
    ):
        assert told in client.post("/venues/add/", sent).content.decode()
    answer = client.post("/venues/add/", said(LOFT), follow=True)
    assert "Written down." in answer.content.decode()
    assert ADDRESS in answer.content.decode()
    with wall.house("test.look"):
        venue = Venue.objects.get(name="Homerton")
        assert Facts.of(venue, venue.door) == LOFT


def test_the_page_of_a_place_asks_no_more_where_more_groups_meet(cast: Cast, loft: Venue) -> None:
    client = signed_in(cast, "coordinator")
    client.get("/venues/")
    asked = counted(lambda: client.get(f"/venues/{loft.key}/"))
    with wall.house("test.more"):
        for number in range(12):
            Venue.objects.create(
                name=f"Place {number}", latitude=51.5, longitude=-0.1 - number / 99
            )
    with cast.looking_as("facilitator") as ash:
        for hours in (40, 50):
            in_hours(cast.now, hours, cast.group, ash, way=Way.IN_PERSON, venue=loft)
    assert counted(lambda: client.get(f"/venues/{loft.key}/")) == asked
    listed = counted(lambda: client.get("/venues/"))
    with wall.house("test.many"):
        for number in range(60):
            Venue.objects.create(name=f"Hall {number}")
    assert counted(lambda: client.get("/venues/")) == listed
    assert "More venues" in client.get("/venues/").content.decode()
    assert client.get("/venues/?after=50").content.decode().count("Change<") > 10


@settings(max_examples=200, deadline=None)
@given(
    names=st.lists(st.text("abcdefgh ", min_size=1, max_size=40), min_size=1, max_size=3),
    points=st.lists(st.tuples(st.integers(0, SIDE), st.integers(0, SIDE)), min_size=3, max_size=3),
)
def test_no_name_on_a_map_lies_on_another_nor_on_the_place_itself(
    names: list[str], points: list[tuple[int, int]]
) -> None:
    circle = Box(110, 110, 210, 210)
    drawn = labelled(
        [Landmark(name, name, *at) for name, at in zip(names, points, strict=False)], [circle]
    )
    labels = [circle, *(each.label for each in drawn if each.label)]
    for number, label in enumerate(labels):
        assert not any(label.lies_on(other) for other in labels[:number])
        assert 0 <= label.left < label.right <= SIDE
        assert 0 <= label.top < label.bottom <= SIDE


def test_a_name_stands_beneath_its_place_where_that_is_free() -> None:
    (alone,) = labelled([Landmark("Library", "", 60, 60)], [])
    assert alone.label is not None
    assert (alone.label.x, alone.label.top) == (60, 67)
    (pushed,) = labelled([Landmark("Library", "", 60, 60)], [Box(0, 66, 320, 320)])
    assert pushed.label is not None
    assert pushed.label.bottom == 53


def test_points_are_said_in_words() -> None:
    assert parse(" 51.5462 ,-0.0443") == POINT
    assert str(POINT) == "51.5462, -0.0443"
    for wrong in ("", "51.5", "1,2,3", "91, 0", "0, 181", "51,5462, 0,0443", "nan, nan"):
        with pytest.raises(ValueError):  # noqa: PT011
            parse(wrong)
    london, paris = Point(51.5074, -0.1278), Point(48.8566, 2.3522)
    assert 335 < km(london, paris) < 350
    assert (direction(london, paris), direction(paris, london)) == ("south-east", "north-west")
    assert from_there(london, Point(51.53, -0.1278), "Library") == "About 3 km north of Library"
    assert from_there(london, Point(51.508, -0.128), "Library") == "Less than 1 km from Library"
    assert km(Point(-18, 179.9), Point(-18, -179.9)) < 30  # across the date line


@pytest.mark.parametrize("part", ["coordinator", "facilitator", "member"])
def test_the_desk_leads_to_the_places_one_keeps(cast: Cast, loft: Venue, part: str) -> None:
    request = RequestFactory().get("/desk/")
    request.user = cast[part]
    declared = next(
        each.queries for each in slots.parts("desk.list") if each.function is venues_to_confirm
    )
    with clock.at(cast.now + timedelta(days=91)), cast.looking_as(part) as person:
        words: list[str] = []
        asked = counted(lambda: words.append(venues_to_confirm(request, person)))
    assert asked <= declared
    waiting = {"coordinator": "2 places have", "facilitator": "1 place has", "member": ""}[part]
    assert waiting in words[0]
    assert bool(words[0]) == bool(waiting)
