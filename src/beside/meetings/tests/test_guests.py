"""Somebody without an account is booked, told by a person, and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client

from beside import wall
from beside.groups.actions import NameTaken
from beside.groups.models import Persona
from beside.kernel import clock
from beside.meetings import actions
from beside.meetings.clock import let_go, settle_lines
from beside.meetings.models import Booking, Guest, Meeting
from beside.notices.models import Notice
from beside.notices.reading import page_of, words_of
from beside.vault.seals import CannotOpen
from tests.cast import PARTS, Cast
from tests.cast import somebody as somebody_else


@pytest.fixture
def rose(cast: Cast) -> Guest:
    with cast.looking_as("facilitator") as ash:
        return actions.welcome_guest(
            cast.meeting, "Rose", reach="call", contact="020 7946 0000, after six", by=ash
        )


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def test_a_facilitator_keeps_a_place_for_somebody_without_an_account(
    cast: Cast, rose: Guest
) -> None:
    with cast.looking_as("facilitator") as ash:
        booking = actions.book_guest(cast.meeting, rose, by=ash)
        again = actions.book_guest(cast.meeting, rose, by=ash)
        assert (booking.pk, booking.standing) == (again.pk, "booked")
        assert Guest.objects.get().contact == "020 7946 0000, after six"
    with wall.house("test.sealed"):
        assert b"7946" not in bytes(Guest.objects.get().sealed)


def test_only_facilitators_book_for_others_and_see_how_to_reach_them(
    cast: Cast, rose: Guest
) -> None:
    for part in PARTS:
        if part in ("facilitator", "nobody"):
            continue
        with cast.looking_as(part) as by:
            assert not Guest.objects.exists()
            with pytest.raises(PermissionDenied):
                actions.welcome_guest(cast.meeting, "Lily", by=by)
            with pytest.raises(PermissionDenied):
                actions.book_guest(cast.meeting, rose, by=by)
            with pytest.raises(PermissionDenied):
                actions.forget_guest(rose, by=by)


def test_nobody_is_booked_into_another_group(cast: Cast, rose: Guest) -> None:
    with cast.looking_as("other_facilitator") as mags, pytest.raises(PermissionDenied):
        actions.book_guest(cast.other_meeting, rose, by=mags)


def test_a_name_that_is_taken_and_a_number_that_is_missing(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        with pytest.raises(NameTaken):
            actions.welcome_guest(cast.meeting, "marlow", by=ash)
        with pytest.raises(ValueError, match="reach"):
            actions.welcome_guest(cast.meeting, "Rose", reach="post", by=ash)
        assert not Guest.objects.exists()


def test_a_facilitator_answers_an_offer_for_somebody_without_an_account(
    cast: Cast, rose: Guest
) -> None:
    with wall.house("test.one"):
        Meeting.objects.filter(pk=cast.meeting.pk).update(places=1)
    with cast.looking_as("facilitator") as ash:
        with pytest.raises(actions.Full):
            actions.book_guest(cast.meeting, rose, by=ash)
        booking = actions.book_guest(cast.meeting, rose, wait=True, by=ash)
        assert booking.is_waiting
    with cast.looking_as("visitor") as wren:
        actions.not_tonight(cast.booking, by=wren)
        with pytest.raises(PermissionDenied):
            actions.accept(booking, by=wren)
    with cast.looking_as("facilitator") as ash:
        assert actions.accept(booking, by=ash).standing == "booked"
        assert actions.not_tonight(booking, by=ash).standing == "not_tonight"


def test_facilitators_read_of_an_offer_to_somebody_without_an_account_and_of_its_end(
    cast: Cast, rose: Guest
) -> None:
    with wall.house("test.full"):
        Meeting.objects.filter(pk=cast.later.pk).update(places=1)
    with cast.looking_as("member") as marlow:
        seat = actions.book_seat(cast.later, by=marlow)
    with cast.looking_as("facilitator") as ash:
        waiting = actions.book_guest(cast.later, rose, wait=True, by=ash)
    with cast.looking_as("member") as marlow:
        actions.not_tonight(seat, by=marlow)
    line, there = told(cast, "facilitator")
    assert line.startswith("Ask Rose: a place is free for them until ")
    calls = f"/g/{cast.group.key}/meetings/{cast.later.key}/calls/"
    assert there == calls
    assert "Rose" in signed_in(cast, "facilitator").get(calls).content.decode()
    for part in ("member", "greeter", "coordinator", "other_facilitator"):
        assert told(cast, part) == ("", "")
    with wall.house("test.offer"):
        waiting.refresh_from_db()
    assert waiting.offer_until is not None
    with clock.at(waiting.offer_until + timedelta(minutes=1)):
        assert told(cast, "facilitator") == ("", "")
        settle_lines()
        assert told(cast, "facilitator") == (
            "The place that was free for Rose went to the next in line",
            calls,
        )


def told(cast: Cast, part: str) -> tuple[str, str]:
    """What stands for them under "Something for you" last, and where it leads."""
    with cast.looking_as(part) as person, transaction.atomic():
        for notice in Notice.objects.visible_to(person).latest_first():
            words = words_of(notice, person)
            if words is not None:
                return str(words.line), page_of(notice, person)
    return "", ""


@pytest.mark.parametrize("reach", ["call", "post", "text"])
def test_whoever_facilitates_hears_whom_to_call_when_somebody_else_changes_it(
    cast: Cast, reach: str
) -> None:
    """Without a gateway a text is for people to write, too."""
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(
            cast.later, "Rose", reach=reach, contact="020 7946 0000", by=ash
        )
        actions.book_guest(cast.later, rose, by=ash)
    with cast.looking_as("coordinator") as esi:
        day = cast.later.on
        actions.rest([cast.group], first=day, last=day, reason="Holidays.", by=esi)
    line, there = told(cast, "facilitator")
    assert line.startswith("It does not take place: ")
    assert there == f"/g/{cast.group.key}/meetings/{cast.later.key}/calls/"
    for part in ("member", "greeter", "coordinator", "other_facilitator"):
        assert told(cast, part) == ("", "")
    with cast.looking_as("coordinator") as esi:
        cast.later.refresh_from_db()
        actions.go_ahead_after_all(cast.later, by=esi)
    assert told(cast, "facilitator")[0].startswith("It takes place after all.")


def test_whoever_changes_it_for_people_to_call_reads_so_on_the_page_alone(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        for name, reach in (("Rose", "call"), ("Lily", "nobody")):
            guest = actions.welcome_guest(cast.later, name, reach=reach, contact="7946", by=ash)
            actions.book_guest(cast.later, guest, by=ash)
        actions.cancel(cast.later, by=ash)
    assert told(cast, "facilitator") == ("", "")
    with cast.looking_as("facilitator") as ash:
        actions.forget_guest(Guest.objects.get(reach="call"), by=ash)
    with cast.looking_as("coordinator") as esi:
        cast.later.refresh_from_db()
        actions.go_ahead_after_all(cast.later, by=esi)
    assert told(cast, "facilitator") == ("", "")  # Lily knows by herself


def test_taking_somebody_out_erases_their_name_and_passes_their_place_on(
    cast: Cast, rose: Guest
) -> None:
    with wall.house("test.two"):
        Meeting.objects.filter(pk=cast.meeting.pk).update(places=2)
    with cast.looking_as("facilitator") as ash:
        actions.book_guest(cast.meeting, rose, by=ash)
    ivy = somebody_else("ivy")
    with wall.acting_as(ivy.pk):
        waiting = actions.wait_to_visit(cast.meeting, "Ivy", 1, by=ivy)
    sealed, box, place = bytes(rose.sealed), rose.box, rose.place
    with cast.looking_as("facilitator") as ash:
        actions.forget_guest(rose, by=ash)
    with wall.house("test.gone"):
        assert not Guest.objects.exists()
        assert not Persona.objects.filter(name="Rose").exists()
        assert Booking.objects.get(pk=waiting.pk).standing == "offered"
        with pytest.raises(CannotOpen):
            box.open(sealed, **place)


def test_whoever_has_no_account_is_forgotten_thirty_days_after_their_last_meeting(
    cast: Cast, rose: Guest
) -> None:
    with cast.looking_as("facilitator") as ash:
        actions.book_guest(cast.meeting, rose, by=ash)

    def left(days: int) -> int:
        with clock.at(cast.meeting.ends_at + timedelta(days=days, minutes=1)):
            let_go()
        with wall.house("test.left"):
            return Guest.objects.count()

    assert (left(29), left(30)) == (1, 0)


def test_the_pages_by_which_somebody_is_booked_and_told(cast: Cast) -> None:
    ash = signed_in(cast, "facilitator")
    inside = f"/g/{cast.group.key}/meetings/{cast.meeting.key}/"
    assert "Nothing is sent by itself" in ash.get(f"{inside}guests/").content.decode()
    without = {"name": "Rose", "reach": "call", "contact": ""}
    assert "A number or an address" in ash.post(f"{inside}guests/", without).content.decode()
    told = ash.post(f"{inside}guests/", without | {"contact": "020 7946 0000"}, follow=True)
    words = told.content.decode()
    assert "To call" in words
    assert "020 7946 0000" in words
    post = {"name": "Jonah", "reach": "post", "contact": "2 Mill Lane\nLondon"}
    assert "To write to" in ash.post(f"{inside}guests/", post, follow=True).content.decode()
    assert signed_in(cast, "greeter").get(f"{inside}calls/").status_code == 404
    with wall.house("test.key"):
        key = Guest.objects.get(persona__name="Rose").key
    ash.post(f"{inside}guests/{key}/", {"act": "not_tonight"})
    assert "020 7946 0000" not in ash.get(f"{inside}calls/").content.decode()
    ash.post(f"{inside}guests/{key}/", {"act": "book"})
    ash.post(f"/g/{cast.group.key}/guests/{key}/forget/")
    assert "Rose" not in ash.get(f"{inside}guests/").content.decode()
