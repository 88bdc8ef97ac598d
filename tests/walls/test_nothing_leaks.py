"""What one person must not learn of another appears nowhere that they can look.

Two groups live through a day full of recognisable secrets. Then every address is asked as each kind
of person, with pages, redirects, refusals, headers and cookies; so are the wire, every letter and
the log. Row numbers are recognisable too: in this database they all begin with 731.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.care import actions as care
from beside.care.models import Concern
from beside.forum import actions as forum
from beside.forum.models import Topic
from beside.groups import actions as groups
from beside.groups.models import Agreement, Group, Persona
from beside.host import roles
from beside.kernel import clock
from beside.kernel.logs import RoutesNotPaths
from beside.meetings import actions as meetings
from beside.meetings.models import Door as Way
from beside.meetings.models import Meeting
from beside.people import actions as people
from beside.people.models import Contact, Person
from beside.rooms.actions import doors, rooms
from beside.rooms.models import Room
from beside.wire import CHANNEL, RETEST, sight
from tests import cluster
from tests.cast import Cast, build, in_hours, member_of
from tests.walls.doors import DOORS
from tests.walls.things import furnish

VIEWERS = ("nobody", "stranger", "elsewhere", "member", "visitor", "removed")
PLACES = ("anywhere", "here", "there")
INSIDE = frozenset({"member", "greeter", "facilitator", "blocked"})
GREET = frozenset({"greeter", "facilitator"})
OTHERS = frozenset({"elsewhere", "other_facilitator", "member"})
NETWORK = "203.0.113."  # where everybody's browser stands
ROW = re.compile(r"(?<!\d)731\d{6}(?!\d)")

LOGGERS = ("beside", "django.request", "django.security")

# Whose address it is says who may ask: it is a key by itself.
OWN_KEY = {"exchange:calendar": "member"}

SECRETS: dict[str, frozenset[str]] = {
    # names: who was met
    "Marlow": INSIDE,
    "Hal": INSIDE,
    "Wrenleigh": GREET | {"visitor"},
    "Linnet": GREET,
    "Bea": OTHERS,
    "Tove": OTHERS,  # who Marlow is in the other group
    "The Long Table": OTHERS,  # not listed: whoever knows of it is in it
    # words
    "Lights along the canal": INSIDE,
    "Somewhere to begin.": INSIDE,
    "Moonlight on a ladder": INSIDE,
    "We leave out methods and amounts": INSIDE | {"visitor"},
    "An orchard by the sea": OTHERS,
    "Apples in every drawer": OTHERS,
    "No loss is ranked": OTHERS,
    "the roof of the barn leaks": OTHERS,
    "The kettle is on at six": GREET | {"visitor"},
    "not_really": frozenset({"visitor"}),
    "He counted the trains": frozenset({"facilitator", "blocked"}),
    "Ask about the trains": frozenset({"facilitator"}),
    "How are you today?": frozenset({"facilitator", "member"}),
    "Could somebody count with us": frozenset({"facilitator", "greeter"}),
    "Thank you for counting": frozenset({"greeter"}),
    "Wrote to newcomers again and again": frozenset({"facilitator", "removed"}),
    # where to get in
    "9 Hidden Lane": OTHERS,
}


@dataclass
class Day:
    """What there is to look at when the day is over."""

    cast: Cast
    here: dict[str, Any]
    there: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # on the wire
    lines: list[str] = field(default_factory=list)  # in the log
    letters: list[str] = field(default_factory=list)  # as they were sent
    before: dict[str, str] = field(default_factory=dict)  # what Bea saw before Marlow came
    walked: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def secrets(self, viewer: str) -> list[str]:
        """Everything this one must not come across."""
        kept = [words for words, known in SECRETS.items() if viewer not in known]
        for part, person in self.cast.everybody().items():
            if person is not None and part != viewer:
                kept += [f"{part}.alone@secret.example", f"signs-in-as-{part}"]
        return [*kept, NETWORK]


def leaks(text: str, secrets: Iterable[str]) -> list[str]:
    """Which secrets a text holds, plainly or written for a page or an address; and row numbers."""
    read = "\n".join({text, html.unescape(text), unquote(text)})
    held = [each for each in secrets if each in read]
    told = [each for each in held if each == NETWORK or _stands_alone(each, read)]
    return told + (ROW.findall(read) if "731" in read else [])


def _stands_alone(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def test_a_leak_would_be_found() -> None:
    secrets = ["Bea", "Tom & Bea's", "bea@secret.example", NETWORK]
    for planted in (
        '<b title="Bea">',
        "Location: /g/?name=Bea",
        "Tom &amp; Bea&#x27;s",
        "/?q=bea%40secret.example",
        "beside=bea@secret.example; Path=/",
        "from 203.0.113.9",
        '{"id": 731000042}',
        "/people/731000042/",
    ):
        assert leaks(planted, secrets), planted
    assert leaks("Beads, 1731000042, 2026-11-22 and key 4x731", secrets) == []


# -- the day ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def day(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Day]:
    """Both groups, and all that happened in them, in a database of this file's own."""
    with django_db_blocker.unblock():
        connection.close()
        before, name = connection.settings_dict["NAME"], cluster.clone(settings.HOME)
        connection.settings_dict["NAME"] = name
        try:
            _rows_can_be_told(name)
            cast = build()
            with clock.at(cast.now), _Log() as lines:
                yield _live_through(cast, lines, name)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            cluster.drop(settings.HOME, name)


def _rows_can_be_told(database: str) -> None:
    """Every row of every table gets a number of nine digits that begins with 731."""
    with roles.superuser(settings.HOME, database) as above:
        named = above.execute("select sequencename from pg_sequences where schemaname = 'public'")
        for n, (sequence,) in enumerate(named.fetchall()):
            words = sql.SQL("alter sequence {} restart with {}")
            start = sql.Literal(731_000_000 + n * 5_000 + 1)
            above.execute(words.format(sql.Identifier(sequence), start))


class _Lines(logging.Handler):
    """Keeps what the log would say, through the same filter as in production."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.addFilter(RoutesNotPaths())
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(logging.Formatter("%(name)s %(message)s").format(record))


class _Log:
    """Everything that is logged at any level, while it lasts."""

    def __enter__(self) -> list[str]:
        self.handler = _Lines()
        self.loggers = [logging.getLogger(name) for name in LOGGERS]
        self.levels = [each.level for each in self.loggers]
        for each in self.loggers:
            each.addHandler(self.handler)
            each.setLevel(logging.DEBUG)
        return self.handler.said

    def __exit__(self, *raised: object) -> None:
        for each, level in zip(self.loggers, self.levels, strict=True):
            each.removeHandler(self.handler)
            each.setLevel(level)


def _live_through(cast: Cast, lines: list[str], database: str) -> Day:
    with roles.superuser(settings.HOME, database) as wire:
        wire.execute(sql.SQL("listen {}").format(sql.Identifier(CHANNEL)))
        with transaction.atomic():
            day = Day(cast, furnish(cast), lines=lines)
            _everybody_has_an_address(cast)
            _here(day)
            _there(day)
            day.before = walk(day, "elsewhere", "anywhere") | walk(day, "elsewhere", "there")
            _in_both(day)
        mail.outbox = []
        _run_jobs()
        day.letters = [letter.message().as_string() for letter in mail.outbox]
        day.said = [heard.payload for heard in wire.notifies(timeout=0.2)]
    return day


def _everybody_has_an_address(cast: Cast) -> None:
    for part, person in cast.everybody().items():
        if person is None:
            continue
        with wall.acting_as(person.pk):
            people.add_contact(address=f"{part}.alone@secret.example", by=person)
        with wall.house("test.address"):
            Person.objects.filter(pk=person.pk).update(sign_in=f"signs-in-as-{part}")
            person.refresh_from_db()
    with wall.house("test.address"):
        # Wren is also among the names that we suggest to everybody.
        Persona.objects.filter(name="Wren").update(name="Wrenleigh")
        known = Contact.objects.exclude(person=cast["stranger"])  # who is sent a code
        known.update(verified_at=cast.now, safe_for=Contact.SafeFor.NOTICE)
    told = {"login": "signs-in-as-member", "password": "a guess that is wrong"}
    assert browser(cast, "nobody").post("/sign-in/", told).status_code == 200


def _here(day: Day) -> None:
    """In the group: words, a greeting, reports, a case, an answer about a visit."""
    cast = day.cast
    with cast.looking_as("member") as marlow:
        topic = forum.open_topic(
            cast.group, title="Lights along the canal", words="How is it for you?", by=marlow
        ).topic
    with cast.looking_as("greeter") as noor:
        said = forum.answer(topic, words="Moonlight on a ladder", by=noor)
        meetings.greet(cast.booking, "The kettle is on at six", by=noor)
    with cast.looking_as("member") as marlow:
        forum.feel(said, "with_you", by=marlow)
    with cast.looking_as("visitor") as wren:
        over = Meeting.objects.get(key=day.here["over"])
        meetings.answer_fit(over, {"heard": "not_really"}, by=wren)
    with cast.looking_as("blocked") as hal:
        first = Topic.objects.visible_to(hal).get(key=day.here["topic"]).posts.get()
        care.report(first, "worried", "He counted the trains", by=hal)
    with cast.looking_as("facilitator") as ash:
        concern = Concern.objects.visible_to(ash).get(key=day.here["concern"])
        care.add_note(concern, "Ask about the trains", by=ash)
    with cast.looking_as("greeter") as noor:
        asked = care.ask_for_facilitator(cast.group, "Could somebody count with us", by=noor)
        day.here["report"] = asked.key
    with cast.looking_as("facilitator") as ash:
        concern = Concern.objects.visible_to(ash).get(came="asked")
        care.take_up(concern, by=ash)
        care.close(concern, "Thank you for counting", by=ash)


def _there(day: Day) -> None:
    """In the other group, which is not listed: words, a door, a room, a meeting called off."""
    cast, group = day.cast, day.cast.other_group
    mags = cast["other_facilitator"]
    with wall.house("test.there"):
        Group.objects.filter(pk=group.pk).update(listed=False)
        lane = {"address": "9 Hidden Lane"}
        Way.objects.update_or_create(venue=cast.other_meeting.venue, defaults=lane)
    with cast.looking_as("elsewhere") as bea:
        post = forum.open_topic(
            group, title="An orchard by the sea", words="How is it for you?", by=bea
        )
    with cast.looking_as("other_facilitator"):
        forum.answer(post.topic, words="Apples in every drawer", by=mags)
        meetings.cancel(cast.other_meeting, "the roof of the barn leaks", by=mags)
        tonight = in_hours(cast.now, 0.1, group, mags)
    room = rooms.set_out(tonight)
    _sit(day, room, tonight, "other_facilitator", "elsewhere")
    day.there = {
        "group": group.key,
        "slug": group.slug,
        "meeting": cast.other_meeting.key,
        "tonight": tonight.key,
        "room": room.key,
        "member": cast.personas["elsewhere"].key,
        "topic": post.topic.key,
        "post": post.key,
    }


def _in_both(day: Day) -> None:
    """A little later Marlow joins the other group under another name, and is there in every way."""
    cast, group = day.cast, day.cast.other_group
    with clock.at(cast.now + timedelta(minutes=3)):
        member_of(group, cast["member"], "Tove", 11)
        with cast.looking_as("member") as tove:
            topic = Topic.objects.visible_to(tove).get(key=day.there["topic"])
            theirs = topic.posts.order_by("pk")[0]
            room = Room.objects.select_related("meeting").get(key=day.there["room"])
            forum.answer(topic, words="Baskets under the stairs", by=tove)
            forum.feel(theirs, "with_you", by=tove)
        _sit(day, room, room.meeting, "member")


def _sit(day: Day, room: Room, meeting: Meeting, *parts: str) -> None:
    for part in parts:
        with day.cast.looking_as(part) as person:
            agreement = Agreement.objects.visible_to(person).filter(group=meeting.group)[0]
            groups.accept_agreement(agreement, meeting.pk, by=person)
            doors.knock(room, by=person)


def _run_jobs() -> None:
    """Do now whatever was put off during the day, letters among it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select task_name, args from procrastinate_jobs order by id")
        jobs = cursor.fetchall()
    for name, args in jobs:
        app.tasks[name].func(**json.loads(args))


# -- looking ----------------------------------------------------------------------------------


def browser(cast: Cast, part: str) -> Client:
    """A browser of this one, signed in, at an address of its own."""
    at = f"{NETWORK}{sorted(cast.everybody()).index(part) + 1}"
    client = Client(REMOTE_ADDR=at, HTTP_X_FORWARDED_FOR=at)
    if part != "nobody":
        client.force_login(cast[part])
    return client


def walk(day: Day, viewer: str, place: str) -> dict[str, str]:
    """Every address of a place, asked as this viewer: by its name, all that came back.

    Places: "anywhere" (about no thing), "here" and "there" (about the things of a group).
    """
    things = {"anywhere": {}, "here": day.here, "there": day.there}[place]
    client, texts = browser(day.cast, viewer), {}
    for name, door in DOORS.items():
        if name == "look:leave" and viewer != "nobody":
            continue  # whoever leaves quickly leaves their room too; what they heard is asked later
        belongs = set(door.of.values()) <= set(things) and bool(door.of) == bool(things)
        if belongs and not door.act and OWN_KEY.get(name, viewer) == viewer:
            of = {key: things[thing] for key, thing in door.of.items()}
            texts[name] = _all_of(client.get(reverse(name, kwargs=of)), client)
    client.logout()  # so that nobody is signed in twice
    return texts


def seen(day: Day, viewer: str, place: str) -> dict[str, str]:
    """The same, once for all tests."""
    if (viewer, place) not in day.walked:
        day.walked[viewer, place] = walk(day, viewer, place)
    return day.walked[viewer, place]


def _all_of(answer: HttpResponseBase, client: Client) -> str:
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return (
        f"{answer.status_code}\n{head}\n{client.cookies.output()}\n{body.decode(errors='replace')}"
    )


@pytest.mark.parametrize("viewer", VIEWERS)
def test_nothing_leaks_to(viewer: str, day: Day) -> None:
    secrets = day.secrets(viewer)
    texts = {
        (place, name): text for place in PLACES for name, text in seen(day, viewer, place).items()
    }
    found = {where: told for where, text in texts.items() if (told := leaks(text, secrets))}
    assert found == {}
    assert len(texts) > 70


def test_every_secret_is_there_to_be_found(day: Day) -> None:
    """What nobody at all comes across would prove nothing above."""
    assert ROW.fullmatch(str(day.cast.group.pk))
    looked = [(each, place) for each in VIEWERS for place in PLACES]
    looked += [(each, "here") for each in ("greeter", "facilitator", "blocked")]
    text = "".join("".join(seen(day, *each).values()) for each in looked)
    mine = [f"{part}.alone@secret.example" for part in VIEWERS if part != "nobody"]
    assert {*SECRETS, *mine} - set(leaks(text, [*SECRETS, *mine])) == set()


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_wire_says_nothing_to_those_who_may_not_look(viewer: str, day: Day) -> None:
    assert len(set(day.said)) > 20
    client = browser(day.cast, viewer)
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    # A browser could ask for everything that was said, whatever it stands for.
    heard = sight.look(session.value if session else None, set(day.said)).names
    told = [name for name in day.said if not name.startswith(RETEST)]  # those stay with us
    assert [name for name in told if leaks(name, [*SECRETS, NETWORK])] == []
    if viewer in {"nobody", "stranger", "removed"}:
        assert heard == set()
    keys = {name.partition(":")[2] for name in heard}
    if viewer not in INSIDE | {"visitor"}:
        assert keys & set(map(str, day.here.values())) == set()
    if viewer not in OTHERS:
        assert keys & set(day.there.values()) == set()
    if viewer == "visitor":
        kinds = {"greeting", "meeting", "notices", "room", "seat"}
        assert {name.partition(":")[0] for name in heard} == kinds


def test_letters_say_nothing_but_that_there_is_something(day: Day) -> None:
    assert {"Your code", "Something to read"} == set(
        re.findall(r"Subject: (.*)", str.join("", day.letters))
    )
    everything = [*SECRETS, NETWORK, "Tuesday Lanterns", "Riverside", "Ash", "Noor", "Mags"]
    for letter in day.letters:
        to = re.findall(r"\S+@secret\.example", letter)
        assert len(to) == 1, "a letter names nobody but the one it goes to"
        assert leaks(letter, everything) == []
        assert [person for person in day.cast.persons if f"signs-in-as-{person}" in letter] == []


def test_the_log_names_nobody_and_no_place(day: Day) -> None:
    assert any("django.request" in line for line in day.lines)
    keys = [day.here["group"], day.here["topic"], day.here["room"], day.there["group"]]
    secrets = [*day.secrets("the operator"), *SECRETS, *keys]
    assert [line for line in day.lines if leaks(line, secrets)] == []


# -- one person in two groups -----------------------------------------------------------------


def tokens(texts: dict[str, str]) -> set[str]:
    """Everything on these pages that could be a name, a word or a key; days and numbers are not."""
    found = set(re.findall(r"[\w-]{4,}", html.unescape("".join(texts.values()))))
    return {each for each in found if not re.fullmatch(r"[\d-]+(T\d\d)?", each)}


def test_nothing_ties_two_names_of_one_person_together(day: Day) -> None:
    now = seen(day, "elsewhere", "anywhere") | seen(day, "elsewhere", "there")
    came_with_tove = tokens(now) - tokens(day.before)
    noor_sees = tokens(seen(day, "greeter", "anywhere") | seen(day, "greeter", "here"))
    assert {"Tove", "Baskets"} <= came_with_tove
    assert {"Marlow", "Moonlight"} <= noor_sees
    assert came_with_tove & noor_sees == set()
