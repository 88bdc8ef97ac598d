"""Saying at the door that one is there, how long it is known, and who sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from beside import wall
from beside.kernel import clock
from beside.meetings import actions
from beside.meetings.actions import Full, NoSuchCode
from beside.meetings.clock import let_go, look_ahead
from beside.meetings.models import Booking, DoorCode, Greeting, Manner, Meeting
from beside.meetings.squares import EDGE, drawn
from tests.cast import PARTS, Cast

HALF_AN_HOUR = timedelta(minutes=30)


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def code_of(cast: Cast) -> str:
    with cast.looking_as("facilitator") as ash:
        return actions.show_code(cast.meeting, by=ash).code


def standing_of(cast: Cast, part: str) -> str:
    with cast.looking_as(part) as person:
        return Booking.objects.of(person).get(meeting=cast.meeting).standing


def test_the_code_at_the_door_says_that_somebody_came(cast: Cast) -> None:
    with clock.at(cast.meeting.starts_at - HALF_AN_HOUR):
        code = code_of(cast)
        assert code == code_of(cast)
        with cast.looking_as("visitor") as wren:
            actions.come_in(f" {code[:3].upper()}-{code[3:]} ", by=wren)
            actions.come_in(code, by=wren)  # twice
    assert standing_of(cast, "visitor") == "came"


def test_a_code_is_shown_and_works_from_half_an_hour_before_to_the_end(cast: Cast) -> None:
    early = cast.meeting.starts_at - HALF_AN_HOUR - timedelta(seconds=1)
    with clock.at(early), pytest.raises(PermissionDenied):
        code_of(cast)
    with clock.at(cast.meeting.starts_at):
        code = code_of(cast)
    for moment in (early, cast.meeting.ends_at + timedelta(seconds=1)):
        with clock.at(moment), cast.looking_as("visitor") as wren, pytest.raises(NoSuchCode):
            actions.come_in(code, by=wren)


def test_another_code_ends_the_one_before(cast: Cast) -> None:
    with clock.at(cast.meeting.starts_at):
        first = code_of(cast)
        with cast.looking_as("facilitator") as ash:
            second = actions.show_code(cast.meeting, anew=True, by=ash).code
        with cast.looking_as("visitor") as wren:
            with pytest.raises(NoSuchCode):
                actions.come_in(first, by=wren)
            actions.come_in(second, by=wren)


def test_a_code_opens_nothing_for_somebody_who_is_not_expected(cast: Cast) -> None:
    with clock.at(cast.meeting.starts_at):
        code = code_of(cast)
        for part in ("stranger", "elsewhere", "removed", "left", "coordinator"):
            with cast.looking_as(part) as person, pytest.raises(NoSuchCode):
                actions.come_in(code, by=person)
        with cast.looking_as("member") as marlow:
            assert actions.come_in(code, by=marlow).standing == "came"
        with wall.house("test.full"):
            Meeting.objects.filter(pk=cast.meeting.pk).update(places=1)
        with cast.looking_as("blocked") as hal, pytest.raises(Full):
            actions.come_in(code, by=hal)


def test_a_facilitator_taps_somebody_in_and_takes_it_back(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash, pytest.raises(PermissionDenied):
        actions.tap_in(cast.booking, here=True, by=ash)  # hours before
    with clock.at(cast.meeting.starts_at):
        with cast.looking_as("facilitator") as ash:
            actions.tap_in(cast.booking, here=True, by=ash)
            assert standing_of(cast, "visitor") == "came"
            actions.tap_in(cast.booking, here=False, by=ash)
        assert standing_of(cast, "visitor") == "booked"
        for part in ("greeter", "member", "visitor", "coordinator", "other_facilitator"):
            with cast.looking_as(part) as by, pytest.raises(PermissionDenied):
                actions.tap_in(cast.booking, here=True, by=by)


def test_not_tonight_in_another_tab_does_not_undo_that_somebody_came(cast: Cast) -> None:
    with clock.at(cast.meeting.starts_at):
        code = code_of(cast)
        with cast.looking_as("visitor") as wren:
            actions.come_in(code, by=wren)
            actions.not_tonight(cast.booking, by=wren)
    assert standing_of(cast, "visitor") == "came"


def test_nobody_but_facilitators_sees_who_comes(cast: Cast) -> None:
    with cast.looking_as("member") as marlow:
        actions.book_seat(cast.meeting, by=marlow)
    seen = {}
    for part in PARTS:
        with cast.looking_as(part) as person:
            rows = Booking.objects.filter(meeting=cast.meeting)
            assert set(rows) == set(Booking.objects.visible_to(person).filter(meeting=cast.meeting))
            seen[part] = rows.count()
    assert {part: n for part, n in seen.items() if n} == {
        "visitor": 1,
        "member": 1,
        "greeter": 1,  # who visits, and nobody else
        "facilitator": 2,
    }


@pytest.mark.parametrize(
    ("days", "bookings", "greetings"),
    [(1, (0, 0, 0), (0, 0, 0)), (7, (2, 0, 0), (1, 0, 0)), (90, (2, 1, 1), (1, 0, 0))],
)
def test_who_came_is_known_as_long_as_the_group_says(
    cast: Cast, days: int, bookings: tuple[int, ...], greetings: tuple[int, ...]
) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.keep_manner(
            cast.group,
            door_after="booked",
            supporters=False,
            offer_minutes=60,
            attendance_days=days,
            by=ash,
        )
        actions.greet(cast.booking, "Hello.", by=ash)
    with cast.looking_as("member") as marlow:
        actions.book_seat(cast.meeting, by=marlow)
    with clock.at(cast.meeting.starts_at), cast.looking_as("facilitator") as ash:
        actions.tap_in(cast.booking, here=True, by=ash)
    found = []
    for after in (2, 31, 89):
        with clock.at(cast.meeting.ends_at + timedelta(days=after)):
            let_go()
        with wall.house("test.count"):
            found.append((Booking.objects.count(), Greeting.objects.count()))
    assert tuple(zip(*found, strict=True)) == (bookings, greetings)


def test_codes_go_a_day_after(cast: Cast) -> None:
    with clock.at(cast.meeting.starts_at):
        code_of(cast)
    with clock.at(cast.meeting.ends_at + timedelta(days=1, seconds=1)):
        let_go()
    with wall.house("test.codes"):
        assert not DoorCode.objects.exists()


def test_meetings_go_after_two_years_and_do_not_come_back(cast: Cast) -> None:
    there = []
    for days in (729, 731):
        with clock.at(cast.meeting.ends_at + timedelta(days=days)):
            let_go()
            look_ahead()
            with wall.house("test.meetings"):
                there.append(Meeting.objects.filter(pk=cast.meeting.pk).exists())
                over = clock.now() - timedelta(days=730)
                assert not Meeting.objects.filter(ends_at__lt=over).exists()
                assert cast.schedule.meetings.filter(starts_at__gt=clock.now()).exists()
    assert there == [True, False]


def test_a_square_is_a_qr_code_with_its_quiet_edge() -> None:
    import segno

    square = drawn("https://beside.example.org/here/k4m9xz/")
    code = segno.make_qr("https://beside.example.org/here/k4m9xz/", error="q")
    assert square.size == code.symbol_size(border=EDGE)[0]
    dark = sum(int(run.split("h")[1].split("v")[0]) for run in square.path.split("M")[1:])
    assert dark == sum(sum(1 for bit in row if bit) for row in code.matrix)


def test_the_pages_at_the_door(cast: Cast) -> None:
    door = f"/g/{cast.group.key}/meetings/{cast.meeting.key}/door/"
    with clock.at(cast.meeting.starts_at):
        ash, wren = signed_in(cast, "facilitator"), signed_in(cast, "visitor")
        assert "Show the code" in ash.get(door).content.decode()
        assert ash.get(f"{door}code/").status_code == 302
        page = ash.post(f"{door}code/", {"act": "show"}, follow=True).content.decode()
        with wall.house("test.code"):
            code = DoorCode.objects.get().code
        assert code in page
        assert "<path" in page
        for name in (cast.group.name, "Wren", "Marlow"):  # it is held up for everybody to see
            assert name not in page
        assert "Wren" in ash.get(door).content.decode()
        for part in ("greeter", "member", "coordinator"):
            assert signed_in(cast, part).get(door).status_code == 404
            assert signed_in(cast, part).get(f"{door}code/").status_code == 404
        scanned = wren.get(f"/here/{code}/").content.decode()
        assert code in scanned
        assert cast.group.name not in scanned
        assert standing_of(cast, "visitor") == "booked"  # looking is not coming
        wrong = wren.post("/here/", {"code": "nnnnnn"}).content.decode()
        assert "No door of yours has this code now" in wrong
        came = wren.post("/here/", {"code": code}, follow=True).content.decode()
        assert "Good that you are here." in came
        assert "It is noted that you came." in came
        ash.post(f"/g/{cast.group.key}/tap/{cast.booking.key}/", {"here": "no"})
        assert standing_of(cast, "visitor") == "booked"


def test_guessing_codes_is_slowed_down(cast: Cast) -> None:
    wren = signed_in(cast, "visitor")
    said = [wren.post("/here/", {"code": f"guess{n}"}).status_code for n in range(11)]
    assert said == [200] * 10 + [429]


def test_a_group_keeps_its_manner(cast: Cast) -> None:
    page, ash = f"/g/{cast.group.key}/meetings/manner/", signed_in(cast, "facilitator")
    said = {
        "door_after": "greeted",
        "supporters": "on",
        "offer_minutes": "30",
        "attendance_days": "7",
    }
    assert ash.post(page, said).status_code == 302
    assert ash.post(page, said | {"attendance_days": "5000"}).status_code == 200
    with wall.house("test.manner"):
        manner = Manner.of(cast.group)
    kept = (manner.door_after, manner.supporters, manner.offer_minutes, manner.attendance_days)
    assert kept == ("greeted", True, 30, 7)
    visitors = f"/g/{cast.group.key}/meetings/{cast.meeting.key}/visitors/"
    ash.post(visitors, {"welcome": "no"})
    with cast.looking_as("stranger") as sky, pytest.raises(PermissionDenied):
        actions.book_visit(Meeting.objects.get(pk=cast.meeting.pk), "Sky", 1, by=sky)
    assert standing_of(cast, "visitor") == "booked"
    for part in ("member", "greeter", "coordinator"):
        assert signed_in(cast, part).get(page).status_code == 404
        with cast.looking_as(part) as by, pytest.raises(PermissionDenied):
            actions.keep_manner(
                cast.group,
                door_after="booked",
                supporters=True,
                offer_minutes=60,
                attendance_days=365,
                by=by,
            )
