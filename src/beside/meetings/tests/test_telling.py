"""People are told in time, once, and no more than is safe."""

from __future__ import annotations

import email
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as at
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from beside import wall
from beside.groups.models import Group, Persona
from beside.groups.words import Way
from beside.kernel import clock
from beside.meetings import actions, news, reminding
from beside.meetings.models import Booking, Manner, Meeting, Said, Venue
from beside.meetings.tests.crowd import crowd, reachable
from beside.meetings.told import Told, told_of
from beside.notices.clock import deliver
from beside.notices.models import Notice
from beside.notices.reading import words_of
from beside.people import actions as people
from beside.people.models import Person, Profile
from tests.cast import PARTS, ZONE, Cast, build, in_hours
from tests.living import Living, free_port, until

QUARTER = timedelta(minutes=15)


def reads(person: Person) -> list[str]:
    """What stands on their page of the day under "Something for you"."""
    with wall.acting_as(person.pk), transaction.atomic():
        latest = Notice.objects.visible_to(person).unseen().latest_first()
        return [str(words.line) for each in latest if (words := words_of(each, person))]


def changes_read(person: Person) -> list[str]:
    """The same, but for the confirmation of their place."""
    return [line for line in reads(person) if not line.startswith("You are coming")]


def come(cast: Cast, part: str, meeting: Meeting, **more: Any) -> Booking:
    with cast.looking_as(part) as person:
        return actions.book_seat(meeting, by=person, **more)


def zone_of(person: Person, zone: str) -> None:
    with transaction.atomic(), wall.house("test.zone"):
        Profile.objects.filter(person=person).update(zone=zone)


def evening(cast: Cast, hours: float = 48) -> tuple[Meeting, datetime]:
    """A meeting at 19:00 in London two days on, and 18:00 of the day before."""
    day = (cast.now.astimezone(ZoneInfo(ZONE)) + timedelta(hours=hours)).date()
    starts = datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE)) + timedelta(hours=19)
    with cast.looking_as("facilitator") as ash:
        meeting = in_hours(starts, 0, cast.group, ash)
    return meeting, (starts - timedelta(hours=25)).astimezone(UTC)


# When ------------------------------------------------------------------------------------------


@given(
    st.integers(0, 200_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * QUARTER),
    st.sampled_from(["Europe/London", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo"]),
)
def test_the_evening_before_is_at_six_on_ones_own_clock(starts: datetime, zone: str) -> None:
    eve = reminding.evening_before(starts, ZoneInfo(zone))
    local, there = eve.astimezone(ZoneInfo(zone)), starts.astimezone(ZoneInfo(zone))
    assert (local.hour, local.minute) == (18, 0)
    assert there.date() - local.date() == timedelta(days=1)
    assert eve < starts


# What each reads -------------------------------------------------------------------------------


def test_visits_and_seats_are_confirmed_as_each_said_it_is_safe(cast: Cast) -> None:
    reachable(cast["member"], "marlow@example.net")
    for part in ("member", "greeter"):
        come(cast, part, cast.later)
    deliver()
    for part in ("visitor", "member", "greeter"):
        (line,) = reads(cast[part])
        assert line.startswith("You are coming: ")
    assert [letter.to for letter in mail.outbox] == [["marlow@example.net"]]
    assert cast.group.name not in mail.outbox[0].body


def test_whoever_books_and_stays_away_at_once_is_not_told_again_and_again(cast: Cast) -> None:
    reachable(cast["member"], "marlow@example.net")
    for _again in range(3):
        booking = come(cast, "member", cast.later)
        with cast.looking_as("member") as marlow:
            actions.not_tonight(booking, by=marlow)
    deliver()
    assert reads(cast["member"]) == []
    assert mail.outbox == []
    come(cast, "member", cast.later)
    assert [line.partition(":")[0] for line in reads(cast["member"])] == ["You are coming"]


def test_the_evening_before_and_the_start_are_said_at_their_hour_and_no_longer(cast: Cast) -> None:
    meeting, eve = evening(cast)
    come(cast, "member", meeting)
    marlow = cast["member"]
    said = {
        eve - timedelta(minutes=1): ["You are coming"],
        eve: ["Coming up"],
        meeting.starts_at - timedelta(minutes=16): ["Coming up"],
        meeting.starts_at - timedelta(minutes=15): ["It begins soon", "Coming up"],
        meeting.starts_at: ["It has begun"],
        meeting.starts_at + timedelta(minutes=4): ["It has begun"],
        meeting.starts_at + timedelta(minutes=5): [],
    }
    for moment, lines in said.items():
        with clock.at(moment):
            assert [line.partition(":")[0] for line in reads(marlow)] == lines


def test_each_is_reminded_on_their_own_clock_and_reads_their_own_hour(cast: Cast) -> None:
    meeting, eve = evening(cast)
    zone_of(cast["member"], "America/New_York")
    come(cast, "member", meeting)
    come(cast, "greeter", meeting)
    with clock.at(eve):
        assert reads(cast["member"]) == []
        (line,) = reads(cast["greeter"])
        assert line.endswith("19:00")
    with clock.at(eve + timedelta(hours=5)):
        (line,) = reads(cast["member"])
        there = f"{meeting.starts_at.astimezone(ZoneInfo('America/New_York')):%H:%M}"
        assert line.endswith(f"19:00 London time ({there} for you)")


def test_whoever_travels_is_reminded_on_the_evening_of_their_new_clock(cast: Cast) -> None:
    meeting, eve = evening(cast)
    marlow = cast["member"]
    come(cast, "member", meeting)
    with clock.at(eve - timedelta(hours=1)), cast.looking_as("member"):
        (profile,) = Profile.objects.visible_to(marlow)
        people.choose_zone(profile, zone="Asia/Tokyo", by=marlow)
    tokyo = ZoneInfo("Asia/Tokyo")
    there = meeting.starts_at.astimezone(tokyo).date()  # three or four in the morning
    in_tokyo = datetime.combine(there - timedelta(days=1), at(18), tokyo)
    for moment, lines in ((eve, []), (in_tokyo, ["Coming up"])):
        with clock.at(moment):
            assert [line.partition(":")[0] for line in reads(marlow)] == lines
    with clock.at(eve - timedelta(hours=1)), cast.looking_as("member"):
        people.choose_zone(profile, zone="Pacific/Auckland", by=marlow)  # it is morning there, too
        profile.refresh_from_db()
    with transaction.atomic(), wall.house("test.due"):
        due = Notice.objects.get(kind=news.EVENING, person=marlow).due
    assert due is not None
    assert due.astimezone(ZoneInfo("Pacific/Auckland")).hour == 18


def test_what_waited_for_its_hour_is_as_old_as_that_hour(cast: Cast) -> None:
    meeting, _eve = evening(cast)
    come(cast, "member", meeting)
    marlow = Client()
    with clock.at(meeting.starts_at - timedelta(minutes=15)):
        marlow.force_login(cast["member"])
        page = marlow.get("/today/").content.decode()
    _before, _line, notice = page.partition("<b>It begins soon: ")
    assert "just now" in notice.partition("</li>")[0]


def test_whoever_books_after_that_evening_is_reminded_at_the_start_alone(cast: Cast) -> None:
    meeting, eve = evening(cast)
    with clock.at(eve + timedelta(minutes=1)):
        come(cast, "member", meeting)
        (line,) = reads(cast["member"])
        assert line.startswith("You are coming: ")
    with clock.at(meeting.starts_at - timedelta(minutes=1)):
        assert [line.partition(":")[0] for line in reads(cast["member"])] == ["It begins soon"]


def test_a_moved_meeting_is_reminded_of_at_its_new_hour(cast: Cast) -> None:
    meeting, eve = evening(cast)
    come(cast, "member", meeting)
    with cast.looking_as("facilitator") as ash:
        later = meeting.on + timedelta(days=1)
        actions.move(meeting, on=later, at=meeting.at, said="The hall is closed.", by=ash)
    with clock.at(eve):
        (line,) = reads(cast["member"])
        assert line.startswith("It is moved to ")
    with clock.at(eve + timedelta(days=1)):
        assert reads(cast["member"])[0].startswith("Coming up: ")
    with clock.at(eve + timedelta(hours=25)):  # the old start
        assert "It has begun" not in str(reads(cast["member"]))


def test_whoever_stays_away_left_or_was_cancelled_upon_is_not_reminded(cast: Cast) -> None:
    meeting, eve = evening(cast)
    booking = come(cast, "member", meeting)
    come(cast, "greeter", meeting)
    with cast.looking_as("member") as marlow:
        actions.not_tonight(booking, by=marlow)
    with clock.at(eve):
        assert reads(cast["member"]) == []
        with cast.looking_as("facilitator") as ash:
            actions.cancel(meeting, "Ash is ill.", by=ash)
        assert [line.partition(":")[0] for line in reads(cast["greeter"])] == [
            "It does not take place"
        ]


def test_only_the_latest_change_is_read_and_not_by_whoever_made_it(cast: Cast) -> None:
    come(cast, "member", cast.later)
    come(cast, "facilitator", cast.later)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, "Ash is ill.", by=ash)
        actions.go_ahead_after_all(cast.later, by=ash)
        assert reads(cast["member"])[0].startswith("It takes place after all. It begins ")
        actions.meet_differently(cast.later, "in_person", said="At the hall.", by=ash)
    line, _confirmed = reads(cast["member"])
    assert "We meet in another way: In person. It begins " in line
    assert [line.partition(":")[0] for line in reads(ash)] == ["You are coming"]


@pytest.mark.parametrize("differs", list(product([False, True], repeat=3)), ids=str)
def test_each_thing_that_differs_has_a_sentence(
    cast: Cast, differs: tuple[bool, bool, bool]
) -> None:
    hour, way, place = differs
    meeting, _eve = evening(cast)
    with transaction.atomic(), wall.house("test.rooms"):
        hall, library = (Venue.objects.create(name=name) for name in ("Hall", "Library"))
        Meeting.objects.filter(pk=meeting.pk).update(way=Way.HYBRID, venue=hall)
    come(cast, "member", meeting)
    with cast.looking_as("facilitator") as ash:
        if hour:
            actions.move(meeting, on=meeting.on, at=at(20, 0), by=ash)
        if way or place:
            how, where = Way.IN_PERSON if way else Way.HYBRID, library if place else hall
            actions.meet_differently(meeting, how, venue=where, by=ash)
    lines = changes_read(cast["member"])
    if differs == (False, False, False):
        assert lines == []
        return
    (line,) = lines
    assert ("It is moved to " in line, "20:00" in line) == (hour, hour)
    assert ("We meet in another way: In person" in line) == way
    assert ("We meet at another place" in line) == place
    assert "19:00" in line


def test_other_words_alone_are_told_each_time(cast: Cast) -> None:
    meeting, _eve = evening(cast)
    come(cast, "member", meeting)
    for words in ("Bring a cup.", "Bring a cup and a coat."):
        with cast.looking_as("facilitator") as ash:
            actions.meet_differently(meeting, meeting.way, said=words, by=ash)
        (line,) = changes_read(cast["member"])
        assert line.startswith("Something to know about ")
        with cast.looking_as("member") as marlow, transaction.atomic():
            notice = Notice.objects.visible_to(marlow).latest("pk")
            said = words_of(notice, marlow)
        assert said is not None
        assert words in str(said.more)


def test_back_at_the_first_hour_way_and_place_is_said_as_that(cast: Cast) -> None:
    meeting, _eve = evening(cast)
    with transaction.atomic(), wall.house("test.rooms"):
        hall, library = (Venue.objects.create(name=name) for name in ("Hall", "Library"))
        Meeting.objects.filter(pk=meeting.pk).update(way=Way.HYBRID, venue=hall)
    come(cast, "member", meeting)
    with cast.looking_as("facilitator") as ash:
        actions.move(meeting, on=meeting.on, at=at(20, 0), by=ash)
        actions.meet_differently(meeting, Way.IN_PERSON, venue=library, by=ash)
        actions.move(meeting, on=meeting.on, at=at(19, 0), by=ash)
        (line,) = changes_read(cast["member"])
        assert line.startswith("It is at its first hour again: ")
        assert line.endswith(". We meet in another way: In person. We meet at another place")
        actions.meet_differently(meeting, Way.HYBRID, venue=hall, by=ash)
    (line,) = changes_read(cast["member"])
    assert line.startswith("We meet as we said first: ")
    assert ". We meet at the place that we said first. It begins " in line


def test_that_it_takes_place_after_all_is_still_said_with_the_next_change(cast: Cast) -> None:
    meeting, _eve = evening(cast)
    come(cast, "member", meeting)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(meeting, by=ash)
        actions.go_ahead_after_all(meeting, by=ash)
        assert changes_read(cast["member"])[0].startswith("It takes place after all. It begins ")
        actions.meet_differently(meeting, meeting.way, said="Bring a cup.", by=ash)
    (line,) = changes_read(cast["member"])
    assert line.startswith("It takes place after all. It begins ")


def test_whoever_has_read_that_it_takes_place_after_all_is_not_told_so_again(cast: Cast) -> None:
    meeting, _eve = evening(cast)
    come(cast, "member", meeting)
    come(cast, "greeter", meeting)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(meeting, by=ash)
        actions.go_ahead_after_all(meeting, by=ash)
        come(cast, "blocked", meeting)  # who never heard of a cancellation
        browser = Client()
        browser.force_login(cast["member"])
        browser.post("/notices/seen/")
        for hour in (20, 21):
            actions.move(meeting, on=meeting.on, at=at(hour), by=ash)
            for part in ("member", "blocked"):
                assert changes_read(cast[part])[0].startswith("It is moved to ")
                assert "after all" not in str(reads(cast[part]))
            assert "It takes place after all" in changes_read(cast["greeter"])[0]
        actions.cancel(meeting, by=ash)
        actions.go_ahead_after_all(meeting, by=ash)
    assert "It takes place after all" in changes_read(cast["member"])[0]


@pytest.mark.usefixtures("noon")
def test_a_place_that_becomes_free_is_said_with_its_clock(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        small = in_hours(cast.now, 30, cast.group, ash, places=1)
    taken = come(cast, "greeter", small)
    with cast.looking_as("member") as marlow:
        actions.wait_for_seat(small, by=marlow)
    with cast.looking_as("greeter") as noor:
        actions.not_tonight(taken, by=noor)
    (line,) = reads(cast["member"])
    assert line.startswith("A place is free for you until ")
    with transaction.atomic(), wall.house("test.urgent"):
        assert Notice.objects.get(kind=news.OFFERED).urgent
    minutes = Manner.of(cast.group).offer_minutes
    with clock.at(cast.now + timedelta(minutes=minutes + 1)):
        assert reads(cast["member"]) == []
        with cast.looking_as("member") as marlow:
            waiting = Booking.objects.of(marlow).get(meeting=small)
            actions.settle(waiting, by=marlow)
        assert reads(cast["member"]) == ["The place that was free for you went to the next in line"]


# Letters ---------------------------------------------------------------------------------------


def test_a_worker_that_was_down_for_a_day_sends_what_is_still_of_use_and_once(cast: Cast) -> None:
    tonight, eve = evening(cast)
    over, _eve = evening(cast, 24)
    reachable(cast["member"], "marlow@example.net")
    for meeting in (tonight, over):
        come(cast, "member", meeting)
    with clock.at(tonight.starts_at - timedelta(hours=8)):
        for _again in range(3):
            deliver()
    assert [letter.to for letter in mail.outbox] == [["marlow@example.net"]]
    with transaction.atomic(), wall.house("test.sent"):
        sent = Notice.objects.exclude(sent=None).values_list("kind", "args__meeting")
        assert list(sent) == [(news.EVENING, tonight.key)]
        assert not Notice.objects.filter(post_at__lte=eve, person=cast["member"]).exists()


def test_the_start_is_told_by_letter_while_that_is_of_use_and_waits_for_no_other(
    cast: Cast,
) -> None:
    meeting, _eve = evening(cast)
    reachable(cast["member"], "marlow@example.net")
    come(cast, "member", meeting)
    with clock.at(meeting.starts_at - timedelta(minutes=30)):
        deliver()  # the evening before, late
    with clock.at(meeting.starts_at - timedelta(minutes=15)):
        deliver()
    assert [letter.subject for letter in mail.outbox] == ["Something to read"] * 2
    late, _eve = evening(cast)
    come(cast, "member", late)
    with clock.at(late.starts_at + timedelta(minutes=6)):
        deliver()
    assert len(mail.outbox) == 2


def test_a_change_close_by_waits_for_no_other_letter_and_says_no_more(cast: Cast) -> None:
    come(cast, "member", cast.meeting)
    come(cast, "member", cast.later)
    reachable(cast["member"], "marlow@example.net")
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.later, "Ash is ill.", by=ash)
        deliver()
        actions.cancel(cast.meeting, "Ash is ill.", by=ash)
        deliver()
    assert [letter.subject for letter in mail.outbox] == ["Something to read"] * 2
    for letter in mail.outbox:
        assert "ill" not in letter.body
        assert cast.group.name not in letter.body


# Who was told ----------------------------------------------------------------------------------


def told(cast: Cast, part: str, meeting: Meeting) -> Told | None:
    with cast.looking_as(part) as person, transaction.atomic():
        fresh = Meeting.objects.get(pk=meeting.pk)
        return told_of([fresh], person).get(meeting.pk)


def test_who_facilitates_reads_how_many_were_told_and_whom_to_call(cast: Cast) -> None:
    meeting = cast.meeting
    for part in ("member", "greeter", "blocked"):
        come(cast, part, meeting)
    reachable(cast["member"], "marlow@example.net")
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(meeting, "Rose", reach="call", contact="020 7946", by=ash)
        actions.book_guest(meeting, rose, by=ash)
        assert told(cast, "facilitator", meeting) is None
        actions.cancel(meeting, "Ash is ill.", by=ash)
    names = ["Hal", "Noor", "Rose", "Wren"]
    assert told(cast, "facilitator", meeting) == Told(0, 1, 3, 1, names)
    deliver()
    browser = Client()
    browser.force_login(cast["greeter"])
    browser.post("/notices/seen/")
    assert told(cast, "facilitator", meeting) == Told(2, 0, 2, 1, ["Hal", "Rose", "Wren"])


def test_nobody_else_reads_who_was_told(cast: Cast) -> None:
    come(cast, "member", cast.meeting)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.meeting, by=ash)
    reading = {part: told(cast, part, cast.meeting) for part in PARTS if part != "nobody"}
    assert reading.pop("facilitator") == Told(0, 0, 2, 0, ["Marlow", "Wren"])
    assert reading.pop("coordinator") == Told(0, 0, 2, 0, [])
    assert set(reading.values()) == {None}
    with wall.acting_as(None), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select count(*) from told_of(%s::bigint[])", [[cast.meeting.pk]])
        assert cursor.fetchone() == (0,)


def test_it_is_asked_in_two_questions_for_any_number_of_meetings(cast: Cast) -> None:
    come(cast, "member", cast.later)
    with cast.looking_as("facilitator") as ash, transaction.atomic():
        meetings = [cast.meeting, cast.later]
        for each in meetings:
            actions.cancel(each, by=ash)
        for some in (meetings[:1], meetings):
            with CaptureQueriesContext(connection) as asked:
                assert len(told_of(some, ash)) == len(some)
            assert len(asked) == 2


# Many ------------------------------------------------------------------------------------------


def test_a_change_for_many_asks_no_more_than_for_a_few(cast: Cast) -> None:
    counts = []
    for how_many in (3, 300):
        with cast.looking_as("facilitator") as ash:
            meeting = in_hours(cast.now, 80 + how_many, cast.group, ash, places=None)
            crowd(meeting, how_many, first=how_many)
            with CaptureQueriesContext(connection) as asked:
                actions.cancel(meeting, "Ash is ill.", by=ash)
            counts.append(len(asked))
    assert counts[0] == counts[1] < 30


def test_holidays_of_many_groups_ask_no_more_than_those_of_a_few(cast: Cast) -> None:
    counts = []
    day = cast.now.date() + timedelta(days=20)
    for groups, days in ((1, 0), (12, 1)):
        on = day + timedelta(days=days)
        chosen = many(cast, groups, on)
        with cast.looking_as("coordinator") as esi, CaptureQueriesContext(connection) as asked:
            rested = actions.rest(chosen, first=on, last=on, reason="Holidays.", by=esi)
        assert len(rested) == groups
        counts.append(len(asked))
    assert counts[0] == counts[1] < 25


def test_holidays_that_are_sent_twice_are_told_once(cast: Cast) -> None:
    day = cast.now.date() + timedelta(days=20)
    chosen = many(cast, 3, day)
    with cast.looking_as("coordinator") as esi:
        first = actions.rest(chosen, first=day, last=day, reason="Holidays.", by=esi)
        again = actions.rest(chosen, first=day, last=day, reason="Holidays.", by=esi)
    assert (len(first), again) == (3, [])
    with transaction.atomic(), wall.house("test.once"):
        left = Notice.objects.filter(kind=news.CHANGED).values_list("person", flat=True)
        assert Counter(Counter(left).values()) == {1: 6}
        kept = Meeting.objects.filter(pk__in=[each.pk for each in first])
        said = {(each.state, each.sequence, each.differs) for each in kept}
        assert said == {("cancelled", 1, False)}
        words = Said.objects.filter(meeting__in=kept).values_list("words", flat=True)
        assert list(words) == ["Holidays."] * 3
        assert {each.was_starts_at == each.starts_at for each in kept} == {True}


def many(cast: Cast, how_many: int, on: date) -> list[Group]:
    """Groups that each meet once on that day, with two people who booked."""
    starts = datetime.combine(on, datetime.min.time(), ZoneInfo(ZONE)) + timedelta(hours=19)
    with transaction.atomic(), wall.house("test.many"):
        made = [
            Group.objects.create(slug=f"many-{on}-{number}", name=f"Many {number}")
            for number in range(how_many)
        ]
    for number, group in enumerate(made):
        with cast.looking_as("coordinator") as esi:
            meeting = in_hours(starts, 0, group, esi)
        crowd(meeting, 2, first=100 * on.toordinal() + 2 * number)
    return made


def test_the_sweep_finds_only_those_for_whom_nothing_waits(cast: Cast) -> None:
    meeting, eve = evening(cast, 24)
    persons = crowd(meeting, 5)
    with transaction.atomic():
        assert news.remind_ahead() == 5
        with CaptureQueriesContext(connection) as asked:
            assert news.remind_ahead() == 0
    # Those who come, and those who hold it.
    assert len([each for each in asked if "meetings_" in each["sql"]]) == 2
    with clock.at(max(eve, cast.now)):
        assert len(reads(persons[0])) <= 1
    with clock.at(meeting.starts_at):
        assert [line.partition(":")[0] for line in reads(persons[4])] == ["It has begun"]


class Slow:
    """A mail server that takes its time and keeps everything."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []  # whom to, Message-ID
        self._mine = threading.Lock()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        known = str(email.message_from_bytes(envelope.content)["Message-ID"])
        time.sleep(0.02)
        with self._mine:
            self.letters.append((envelope.rcpt_tos[0], known))
        return "250 kept"


@pytest.fixture
def slow() -> Iterator[tuple[Slow, dict[str, str]]]:
    box = Slow()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(controller.port)}
    controller.stop()


def test_a_worker_killed_halfway_misses_nobody_and_tells_nobody_twice(
    own_database: str, slow: tuple[Slow, dict[str, str]]
) -> None:
    """A letter whose worker died between the server's yes and the mark carries the same name."""
    box, environ = slow
    cast = build()
    crowd(cast.later, 60)
    with Living(own_database, worker=True, environ=environ) as living:
        with cast.looking_as("facilitator") as ash:
            actions.cancel(cast.later, "Ash is ill.", by=ash)
        _halfway(box, living)
        living.kill("worker")
        assert len(box.letters) < 60
        living.start("worker")
        until(lambda: _unposted() == 0, 90)
    wanted = {f"person{number}@example.net" for number in range(60)}
    known = Counter(who for who, _name in set(box.letters))
    assert known == dict.fromkeys(wanted, 1)
    assert len(box.letters) <= 60 + 1  # one connection was cut, so one letter at most was in doubt


def _halfway(box: Slow, living: Living) -> None:
    try:
        until(lambda: len(box.letters) >= 20)
    except AssertionError as never:
        raise AssertionError(living.printed("worker")) from never


def _unposted() -> int:
    with transaction.atomic(), wall.house("test.unposted"):
        waiting = Notice.objects.filter(kind=news.CHANGED)
        return waiting.filter(sent=None).count()


def test_personas_stand_behind_nobody_elses_news(cast: Cast) -> None:
    """Whoever was removed between the change and the letter learns nothing more."""
    come(cast, "member", cast.meeting)
    with cast.looking_as("facilitator") as ash:
        actions.cancel(cast.meeting, by=ash)
    with transaction.atomic(), wall.house("test.retired"):
        Persona.objects.filter(pk=cast.personas["member"].pk).update(retired_at=cast.now)
    assert reads(cast["member"]) == []
