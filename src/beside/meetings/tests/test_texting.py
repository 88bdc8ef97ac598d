"""Somebody without an account is texted, in words that name no group; or the sheet says: ring."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.groups.models import Persona
from beside.kernel import clock
from beside.meetings import actions, texting
from beside.meetings.clock import let_go, remind_ahead_hourly
from beside.meetings.models import Booking, Guest, Meeting, Venue
from beside.meetings.sheet import rows_of
from beside.meetings.tests.crowd import reachable
from beside.meetings.told import Told, told_of
from beside.notices.clock import deliver, send_texts
from beside.notices.models import Text
from beside.people.models import Contact, Profile
from beside.signposts.models import Line
from tests.cast import ZONE, Cast, build, in_hours
from tests.gateway import Gateway, listening
from tests.living import Living, until

NUMBER, HER_NUMBER = "07400 123456", "+447400123456"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def by_day(request: pytest.FixtureRequest) -> None:
    """Texts rest at night, so that people are looked at by day."""
    if "cast" in request.fixturenames:
        request.getfixturevalue("noon")


def welcome(cast: Cast, meeting: Meeting, contact: str = NUMBER, name: str = "Rose") -> Booking:
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(meeting, name, reach="text", contact=contact, by=ash)
        return actions.book_guest(meeting, rose, by=ash)


def evening(cast: Cast, days: int = 2) -> tuple[Meeting, datetime]:
    """A meeting at 19:00 in London, and 18:00 of the day before."""
    day = (cast.now.astimezone(ZoneInfo(ZONE)) + timedelta(days=days)).date()
    starts = datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE)) + timedelta(hours=19)
    with cast.looking_as("facilitator") as ash:
        meeting = in_hours(starts, 0, cast.group, ash)
    return meeting, starts - timedelta(hours=25)


def read(there: Gateway) -> list[str]:
    """What stands on her phone now, each by its first words."""
    assert {number for number, _words in there.texts} <= {HER_NUMBER}
    return [words.partition(":")[0] for _number, words in there.texts]


def told(cast: Cast, meeting: Meeting, part: str = "facilitator") -> Told | None:
    with cast.looking_as(part) as person, transaction.atomic():
        fresh = Meeting.objects.get(pk=meeting.pk)
        return told_of([fresh], person).get(meeting.pk)


def sheet(cast: Cast, meeting: Meeting) -> str:
    browser = Client()
    browser.force_login(cast["facilitator"])
    page = browser.get(f"/g/{cast.group.key}/meetings/{meeting.key}/calls/").content.decode()
    return " ".join(page.split())


# What she reads --------------------------------------------------------------------------------


def test_a_place_is_confirmed_and_the_evening_before_is_said_once(
    cast: Cast, there: Gateway
) -> None:
    meeting, eve = evening(cast)
    welcome(cast, meeting)
    send_texts()
    assert read(there) == ["Your place is kept"]
    for moment in (eve - MINUTE, eve, eve + MINUTE):
        with clock.at(moment):
            remind_ahead_hourly(0)
            send_texts()
            assert read(there)[1:] == ["Coming up"] * (moment >= eve)
    assert there.texts[1][1].endswith("19:00 London time.")


def test_every_change_is_said_and_names_no_group_and_nobody(cast: Cast, there: Gateway) -> None:
    welcome(cast, cast.later)
    send_texts()
    with cast.looking_as("facilitator") as ash:
        with wall.house("test.hall"):
            hall = Venue.objects.create(name="Quaker House", neighbourhood="Mill Lane")
        day = cast.later.on + timedelta(days=1)
        for change in (
            lambda: actions.meet_differently(cast.later, "in_person", venue=hall, by=ash),
            lambda: actions.move(cast.later, on=day, at=cast.later.at, said="Ash is ill.", by=ash),
            lambda: actions.cancel(cast.later, "Ash is ill.", by=ash),
            lambda: actions.go_ahead_after_all(cast.later, by=ash),
        ):
            change()
            send_texts()
    words = [each for _number, each in there.texts[1:]]
    assert words[0].startswith("We meet in another way: In person. It begins ")
    assert words[0].endswith(" The place: Quaker House, Mill Lane.")
    assert words[1].startswith("It is moved to ")
    assert words[2].startswith("It does not take place: ")
    for each in there.texts:
        for secret in (cast.group.name, "is ill", "Ash", "Rose"):
            assert secret not in each[1]


def test_only_the_latest_change_goes(cast: Cast, there: Gateway) -> None:
    booking = welcome(cast, cast.later)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, by=ash)
        actions.go_ahead_after_all(cast.later, by=ash)
        send_texts()
        kept, after_all = read(there)
        assert kept == "Your place is kept"
        assert after_all.startswith("It takes place after all. It begins ")
        actions.cancel(cast.later, by=ash)
        actions.not_tonight(booking, by=ash)
    send_texts()
    assert len(there.texts) == 2


def test_that_it_takes_place_after_all_is_texted_once(cast: Cast, there: Gateway) -> None:
    welcome(cast, cast.later)
    send_texts()
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, by=ash)
        send_texts()
        actions.go_ahead_after_all(cast.later, by=ash)
        for hour in (20, 21):
            actions.move(cast.later, on=cast.later.on, at=time(hour), by=ash)
            send_texts()
    _kept, _cancelled, first, second = (words for _number, words in there.texts)
    assert "It takes place after all" in first
    assert "It is moved to " in second
    assert "after all" not in second


def test_a_moved_meeting_is_reminded_of_at_its_new_hour_and_a_cancelled_one_is_not(
    cast: Cast, there: Gateway
) -> None:
    meeting, eve = evening(cast)
    welcome(cast, meeting)
    with cast.looking_as("facilitator") as ash:
        actions.move(meeting, on=meeting.on + timedelta(days=1), at=meeting.at, by=ash)
    send_texts()
    there.asked.clear()
    for days, lines in ((0, []), (1, ["Coming up"])):
        with clock.at(eve + timedelta(days=days)):
            send_texts()
            assert read(there) == lines
    with cast.looking_as("facilitator") as ash:
        actions.cancel(meeting, by=ash)
    send_texts()
    assert read(there) == ["Coming up", "It does not take place"]


def test_a_worker_that_was_down_for_a_day_sends_what_is_still_of_use_and_once(
    cast: Cast, there: Gateway
) -> None:
    over, _eve = evening(cast, 1)
    tonight, _eve = evening(cast, 2)
    booking = welcome(cast, over)
    with cast.looking_as("facilitator") as ash:
        rose = Guest.objects.get(persona=booking.persona_id)
        actions.book_guest(tonight, rose, by=ash)
    with clock.at(tonight.starts_at - timedelta(hours=8)):
        for _again in range(3):
            send_texts()
    assert read(there) == ["Your place is kept", "Coming up"]
    with wall.house("test.over"):
        stale = Text.objects.filter(args__meeting=over.key)
        assert set(stale.values_list("state", flat=True)) == {"not"}


def test_whoever_was_booked_before_there_was_a_gateway_is_reminded(
    cast: Cast, there: Gateway, settings: Any
) -> None:
    meeting, eve = evening(cast, 1)
    url, settings.TEXT_GATEWAY_URL = there.url, ""
    with clock.at(eve - timedelta(hours=3)):
        welcome(cast, meeting)
        settings.TEXT_GATEWAY_URL = url
        remind_ahead_hourly(0)
        remind_ahead_hourly(0)
    with clock.at(eve):
        send_texts()
    assert read(there) == ["Coming up"]


# A place that became free ----------------------------------------------------------------------


def offered(cast: Cast, *, name: str = "Rose", hours: float = 30) -> tuple[Meeting, Booking]:
    """The greeter has the only place and gives it back; Rose, without an account, waited."""
    with cast.looking_as("facilitator") as ash:
        small = in_hours(cast.now, hours, cast.group, ash, places=1)
    with cast.looking_as("greeter") as noor:
        taken = actions.book_seat(small, by=noor)
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(small, name, reach="text", contact=NUMBER, by=ash)
        waits = actions.book_guest(small, rose, wait=True, by=ash)
    with cast.looking_as("greeter") as noor:
        actions.not_tonight(taken, by=noor)
    with wall.house("test.offered"):
        waits.refresh_from_db()
    return small, waits


def test_a_free_place_is_offered_by_text_and_taken_by_telling_somebody(
    cast: Cast, there: Gateway
) -> None:
    small, waits = offered(cast)
    assert "The free place: a text is on its way" in sheet(cast, small)
    send_texts()
    ((_number, words),) = there.texts
    assert words.startswith("A place is free for you: ")
    assert "It is kept until " in words
    assert words.endswith("If you come, tell whoever booked for you.")
    for secret in (cast.group.name, "Ash", "Rose", "Noor"):
        assert secret not in words
    assert "The free place: texted <time" in sheet(cast, small)
    with cast.looking_as("facilitator") as ash:
        actions.accept(waits, by=ash)
    send_texts()
    assert read(there)[1:] == ["Your place is kept"]


def test_an_offer_that_is_over_or_for_nothing_any_more_is_not_texted(
    cast: Cast, there: Gateway
) -> None:
    small, waits = offered(cast)
    assert waits.offer_until is not None
    with clock.at(waits.offer_until):
        send_texts()
    with cast.looking_as("facilitator") as ash:
        actions.cancel(small, by=ash)
        with pytest.raises(actions.OfferOver):
            actions.accept(waits, by=ash)
    send_texts()
    assert read(there) == ["It does not take place"]


def test_an_offer_is_texted_only_to_whoever_asked_for_texts(cast: Cast, there: Gateway) -> None:
    small, waits = offered(cast)
    with wall.house("test.call"):
        Guest.objects.filter(persona=waits.persona_id).update(reach="call")
    send_texts()
    assert there.asked == []
    assert "Rose" in sheet(cast, small)


# Where no text goes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "contact",
    ["07400 123456, after six", "020 7946 0000", "116 123", "85258", "999", "0800 068 4141"],
)
def test_words_landlines_and_short_codes_are_never_texted(
    cast: Cast, there: Gateway, contact: str
) -> None:
    welcome(cast, cast.later, contact)
    send_texts()
    assert there.asked == []
    assert "not reachable: ring." in sheet(cast, cast.later)


def test_the_number_of_a_line_is_never_texted(cast: Cast, there: Gateway) -> None:
    with wall.house("test.line"):
        Line.objects.filter(slug="gb-samaritans").update(dial_other="07400 123456")
    welcome(cast, cast.later)
    send_texts()
    assert there.asked == []


def test_the_form_takes_only_a_mobile_number_where_texts_go_by_themselves(
    cast: Cast, there: Gateway, settings: Any
) -> None:
    ash = Client()
    ash.force_login(cast["facilitator"])
    page = f"/g/{cast.group.key}/meetings/{cast.later.key}/guests/"
    said = {"name": "Rose", "reach": "text", "contact": "07400 123456, after six"}
    assert "Texts go by themselves: when" in ash.get(page).content.decode()
    assert "only a mobile number" in ash.post(page, said).content.decode()
    booked = ash.post(page, said | {"contact": NUMBER}, follow=True).content.decode()
    assert "a text is on its way to them" in booked
    settings.TEXT_GATEWAY_URL = ""
    assert ash.post(page, said | {"name": "Lily"}).status_code == 302


def test_whoever_chose_a_call_or_post_is_never_texted(cast: Cast, there: Gateway) -> None:
    with cast.looking_as("facilitator") as ash:
        for reach in ("call", "post", "nobody"):
            name = {"call": "Rose", "post": "Lily", "nobody": "Jonah"}[reach]
            guest = actions.welcome_guest(cast.later, name, reach=reach, contact=NUMBER, by=ash)
            actions.book_guest(cast.later, guest, by=ash)
        actions.cancel(cast.later, by=ash)
    send_texts()
    assert there.asked == []
    assert told(cast, cast.later) == Told(0, 0, 1, 2, ["Jonah", "Lily", "Rose"])


def test_whoever_is_taken_out_is_texted_no_more(cast: Cast, there: Gateway) -> None:
    booking = welcome(cast, cast.later)
    with cast.looking_as("facilitator") as ash:
        actions.forget_guest(Guest.objects.get(persona=booking.persona_id), by=ash)
    send_texts()
    welcome(cast, cast.later)
    with clock.at(cast.later.ends_at + timedelta(days=31)):
        let_go()
        send_texts()
    assert there.asked == []
    with wall.house("test.gone"):
        assert not Text.objects.exists()
        assert not Persona.objects.filter(name="Rose").exists()


# What the sheet says ---------------------------------------------------------------------------


def test_the_sheet_says_what_was_texted_and_whom_to_ring(cast: Cast, there: Gateway) -> None:
    meeting, _eve = evening(cast)
    welcome(cast, meeting)
    assert "Their place: a text is on its way" in sheet(cast, meeting)
    send_texts()
    said = sheet(cast, meeting)
    assert "Their place: texted <time" in said
    assert "The evening before: a text goes <time" in said
    there.status = 400
    with cast.looking_as("facilitator") as ash:
        actions.cancel(meeting, by=ash)
    assert told(cast, meeting) == Told(0, 1, 0, 0, [])
    send_texts()
    assert "The change: <b>not reachable: ring.</b>" in sheet(cast, meeting)
    assert told(cast, meeting) == Told(0, 0, 1, 0, ["Rose"])
    there.status = 200
    with cast.looking_as("facilitator") as ash:
        actions.go_ahead_after_all(meeting, by=ash)
    send_texts()
    assert told(cast, meeting) == Told(1, 0, 0, 0, [])
    with cast.looking_as("facilitator") as ash:
        there.hangs_up = True
        actions.cancel(meeting, by=ash)
    send_texts()
    assert "we do not know whether the text arrived. Ring." in sheet(cast, meeting)
    assert told(cast, meeting) == Told(0, 0, 1, 0, ["Rose"])


def test_without_a_gateway_the_sheet_says_that_nothing_goes_by_itself(
    cast: Cast, there: Gateway, settings: Any
) -> None:
    welcome(cast, cast.later)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, by=ash)
    settings.TEXT_GATEWAY_URL = ""
    assert told(cast, cast.later) == Told(0, 0, 0, 1, ["Rose"])
    said = sheet(cast, cast.later)
    assert "Nothing is sent by itself." in said
    assert "a text is on its way" not in said
    assert "no text goes by itself any more" in said


def test_nobody_else_reads_what_was_texted(cast: Cast, there: Gateway) -> None:
    welcome(cast, cast.later)
    send_texts()
    for part, person in cast.everybody().items():
        with cast.looking_as(part), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select count(*) from texted_of(%s)", [cast.later.pk])
            assert cursor.fetchone() == (2 if part == "facilitator" else 0,), part
            if person and part != "facilitator":
                assert rows_of(cast.later, person) == []


# Members who chose texts ------------------------------------------------------------------------


def test_a_member_who_chose_texts_is_told_of_a_change_and_who_facilitates_reads_so(
    cast: Cast, there: Gateway
) -> None:
    comes_and_chose_texts(cast)
    deliver()
    send_texts()
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, "Ash is ill.", by=ash)
        assert heard(cast) == Told(0, 1, 0, 0, [])
        with clock.at(cast.now + timedelta(hours=2)):
            deliver()
            assert heard(cast) == Told(0, 1, 0, 0, [])
            send_texts()
            assert heard(cast) == Told(1, 0, 0, 0, [])
    assert there.texts == [("+447400123999", "There is something for you to read.")] * 2


def test_a_text_to_a_member_that_did_not_go_is_not_counted_as_told(
    cast: Cast, there: Gateway
) -> None:
    comes_and_chose_texts(cast)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, by=ash)
    there.status = 400
    deliver()
    send_texts()
    assert heard(cast) == Told(0, 0, 1, 0, ["Marlow"])


def comes_and_chose_texts(cast: Cast) -> None:
    reachable(cast["member"], "+447400123999", Contact.Kind.TEXT)
    with cast.looking_as("member") as marlow:
        actions.book_seat(cast.later, by=marlow)


def heard(cast: Cast) -> Told | None:
    """What stands on Ash's page about the latest change of the later meeting."""
    with cast.looking_as("facilitator") as ash, transaction.atomic():
        fresh = Meeting.objects.get(pk=cast.later.pk)
        return told_of([fresh], ash).get(fresh.pk)


def test_a_change_asks_no_more_for_many_than_for_one(cast: Cast, there: Gateway) -> None:
    counts = []
    for meeting, how_many in ((cast.later, 1), (cast.meeting, 3)):
        for number in range(how_many):
            welcome(cast, meeting, name=f"Rose {meeting.pk}-{number}")
        with cast.looking_as("facilitator") as ash, CaptureQueriesContext(connection) as asked:
            actions.cancel(meeting, by=ash)
        counts.append(len([each for each in asked if "guest" in each["sql"]]))
    assert counts[0] == counts[1] == 3


# Post ------------------------------------------------------------------------------------------


@pytest.fixture
def jonah(cast: Cast) -> Booking:
    with cast.looking_as("facilitator") as ash:
        guest = actions.welcome_guest(
            cast.later, "Jonah", reach="post", contact="Jonah Hill\n2 Mill Lane\nLondon", by=ash
        )
        return actions.book_guest(cast.later, guest, by=ash)


def letter_of(cast: Cast, booking: Booking, browser: Client) -> str:
    with wall.house("test.key"):
        key = Guest.objects.get(persona=booking.persona_id).key
    page = f"/g/{cast.group.key}/meetings/{cast.later.key}/guests/{key}/"
    return " ".join(browser.get(f"{page}letter/").content.decode().split())


def test_a_letter_names_no_group_and_says_what_has_become_of_the_meeting(
    cast: Cast, jonah: Booking
) -> None:
    browser = Client()
    browser.force_login(cast["facilitator"])
    said = letter_of(cast, jonah, browser)
    assert "Jonah Hill 2 Mill Lane London" in said
    assert "Your place is kept:" in said
    assert cast.group.name not in said
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, "Ash is ill.", by=ash)
    said = letter_of(cast, jonah, browser)
    assert "It does not take place: " in said
    assert "Your place is kept" not in said
    assert "ill." not in said


def test_a_letter_says_the_hours_of_the_place_not_those_of_who_prints_it(
    cast: Cast, jonah: Booking
) -> None:
    with wall.house("test.away"):
        Profile.objects.filter(person=cast["facilitator"]).update(zone="Asia/Tokyo")
    browser = Client()
    browser.force_login(cast["facilitator"])
    said = letter_of(cast, jonah, browser)
    said = said[said.index("Dear ") :]
    there = cast.later.starts_at.astimezone(ZoneInfo(cast.later.zone))
    assert f"{there:%H:%M} London time" in said
    assert "for you)" not in said
    assert "<time" not in said  # which a script would put into the clock of this device


def test_a_letter_in_the_post_counts_until_the_meeting_changes_again(
    cast: Cast, jonah: Booking
) -> None:
    browser = Client()
    browser.force_login(cast["facilitator"])
    with wall.house("test.key"):
        key = Guest.objects.get(persona=jonah.persona_id).key
    answer = f"/g/{cast.group.key}/meetings/{cast.later.key}/guests/{key}/"
    assert "Sent by post" not in sheet(cast, cast.later)
    browser.post(answer, {"posted": "0"})
    browser.post(answer, {"posted": "0"})
    assert "Sent by post: <time" in sheet(cast, cast.later)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, by=ash)
    assert told(cast, cast.later) == Told(0, 0, 0, 1, ["Jonah"])
    assert "does not know of the latest change" in sheet(cast, cast.later)
    browser.post(answer, {"posted": "1"})
    assert told(cast, cast.later) == Told(1, 0, 0, 0, [])
    browser.post(answer, {"act": "not_posted"})
    assert told(cast, cast.later) == Told(0, 0, 0, 1, ["Jonah"])


def test_only_who_facilitates_says_what_is_in_the_post(cast: Cast, jonah: Booking) -> None:
    for part in ("greeter", "member", "other_facilitator", "coordinator"):
        with cast.looking_as(part) as person, pytest.raises(PermissionDenied):
            actions.say_posted(jonah, 0, by=person)


# Killed ----------------------------------------------------------------------------------------


def test_a_worker_killed_halfway_misses_nobody_and_texts_one_at_most_again(
    own_database: str,
) -> None:
    """The one in doubt goes again by the same key, so that a gateway can know it again."""
    with listening() as there:
        cast = build()
        with cast.looking_as("facilitator") as ash:
            soon = in_hours(cast.now, 0.5, cast.group, ash)  # of use at once, also at night
        there.waits = 0.03
        with Living(own_database, worker=True, environ=there.environ) as living:
            numbers = _many(soon, 30)
            _left(soon, there)
            until(lambda: len(there.asked) >= 10)
            living.kill("worker")
            assert len(there.asked) < 30
            living.start("worker")
            until(lambda: _waiting() == 0, 90)
    assert Counter(who for who, _key in set(there.known)) == dict.fromkeys(numbers, 1)
    assert len(there.asked) <= 30 + 1


def _many(meeting: Meeting, how_many: int) -> list[str]:
    """Guests who are coming, by number."""
    with transaction.atomic(), wall.house("test.many"):
        for number in range(how_many):
            persona = Persona.objects.create(group=meeting.group, name=f"Rose {number}")
            guest = Guest(persona=persona, group=meeting.group, reach=Guest.Reach.TEXT)
            guest.sealed = guest.box.seal(f"07400 1234{number:02}", **guest.place)
            guest.save(force_insert=True)
            Booking.objects.create(meeting=meeting, persona=persona, kind=Booking.Kind.SEAT)
    return [f"+4474001234{number:02}" for number in range(how_many)]


def _left(meeting: Meeting, there: Gateway) -> None:
    """A change, as a web process with these settings makes it."""
    with override_settings(**there.environ), transaction.atomic():
        with wall.house("test.cancelled"):
            Meeting.objects.filter(pk=meeting.pk).update(state="cancelled", sequence=1)
        meeting.refresh_from_db()
        texting.changed([meeting])


def _waiting() -> int:
    with transaction.atomic(), wall.house("test.waiting"):
        return Text.objects.filter(state="waiting").count()
