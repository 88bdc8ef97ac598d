"""Places hold however many people press at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Group, Membership
from beside.groups.words import Entry
from beside.meetings import actions
from beside.meetings.actions import Full, OfferOver
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person
from tests.cast import Cast, build, somebody

AT_ONCE = 8
PEOPLE = 60
TRIES = 1000
PLACES = 12
CLAIMERS = 50


@pytest.fixture
def crowded(own_database: str, django_db_blocker: DjangoDbBlocker) -> Cast:
    with django_db_blocker.unblock():
        cast = build()
        with as_the_house():
            cast.meeting.places = PLACES
            cast.meeting.save()
            Group.objects.filter(pk=cast.group.pk).update(places=PLACES)
        cast.group.refresh_from_db()
        return cast


@contextmanager
def as_the_house() -> Iterator[None]:
    with transaction.atomic(), wall.house("test.crowd"):
        yield


def all_at_once(
    blocker: DjangoDbBlocker, do: Callable[[int], None], tries: int, *, threads: int = AT_ONCE
) -> list[str]:
    """Run `do(n)` in many threads, each with a connection of its own; returns what came of each."""

    def one(number: int) -> str:
        with blocker.unblock():
            try:
                do(number)
            except (Full, groups.Full):
                return "full"
            except OfferOver:
                return "over"
            return "in"

    def end() -> None:
        with blocker.unblock():
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        said = list(pool.map(one, range(tries)))
        gate = threading.Barrier(threads)
        list(pool.map(lambda _n: (gate.wait(), end()), range(threads)))
    return said


def test_a_thousand_attempts_on_twelve_places_give_twelve_and_a_line(
    crowded: Cast, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        people = [somebody(f"visitor-{number}") for number in range(PEOPLE)]

    def book(number: int) -> None:
        person = people[number % PEOPLE]
        name = f"Name {number % PEOPLE}"
        with wall.acting_as(person.pk):
            try:
                actions.book_visit(crowded.meeting, name, 1, by=person)
            except Full:
                if number < PEOPLE:  # the others press the same button again and again
                    actions.wait_to_visit(crowded.meeting, name, 1, by=person)
                raise

    said = all_at_once(django_db_blocker, book, TRIES)
    with django_db_blocker.unblock(), as_the_house():
        coming = Booking.objects.filter(meeting=crowded.meeting).coming()
        assert coming.count() == PLACES
        assert coming.values("persona").distinct().count() == PLACES
        booked = coming.count()
        line = Booking.objects.filter(meeting=crowded.meeting).line()
        assert not Booking.objects.filter(standing=Booking.Standing.OFFERED).exists()
        # The visitor of the cast has one of the twelve.
        assert line.count() == PEOPLE - (booked - 1)
        assert len(set(line.values_list("waiting_since", flat=True))) == line.count()
    assert said.count("full") + said.count("in") == TRIES


def test_fifty_who_claim_one_free_place_at_once_have_one_winner_and_a_true_line(
    crowded: Cast, django_db_blocker: DjangoDbBlocker
) -> None:
    meeting = crowded.meeting
    with django_db_blocker.unblock():
        people = [somebody(f"claimer-{number}") for number in range(CLAIMERS)]
        with as_the_house():
            Meeting.objects.filter(pk=meeting.pk).update(places=1)
        for number, person in enumerate(people):
            with wall.acting_as(person.pk):
                actions.wait_to_visit(meeting, f"Claimer {number}", 1, by=person)
        with crowded.looking_as("visitor") as wren:
            actions.not_tonight(crowded.booking, by=wren)
    ready = threading.Barrier(CLAIMERS)

    def claim(number: int) -> None:
        person = people[number]
        with wall.acting_as(person.pk):
            with transaction.atomic():
                booking = Booking.objects.select_related("meeting__group").get()
            ready.wait(60)
            actions.accept(booking, by=person)

    said = all_at_once(django_db_blocker, claim, CLAIMERS, threads=CLAIMERS)
    assert said == ["in"] + ["over"] * (CLAIMERS - 1)  # whoever waited longest
    with django_db_blocker.unblock():
        with as_the_house():
            line = Booking.objects.filter(meeting=meeting).line()
            names = list(line.values_list("persona__name", flat=True))
            assert names == [f"Claimer {number}" for number in range(1, CLAIMERS)]
        told = [page_of(person, crowded) for person in (people[0], *people[1:5], people[-1])]
    said_to_each = (
        "What a first visit is like",
        "You are next.",
        "One person is before you.",
        "Two people are before you.",
        "Several people are before you.",
        "Several people are before you.",
    )
    for page, words in zip(told, said_to_each, strict=True):
        assert words in page


def page_of(person: Person, cast: Cast) -> str:
    """What somebody reads on the page of their place."""
    client = Client()
    client.force_login(person)
    address = f"/g/{cast.group.key}/visit/{cast.meeting.key}/"
    return str(client.get(address).content.decode())


def test_no_more_join_than_there_are_places(
    crowded: Cast, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        people = [somebody(f"joiner-{number}") for number in range(PEOPLE)]
    assert crowded.group.entry == Entry.OPEN

    def join(number: int) -> None:
        with wall.acting_as(people[number].pk):
            groups.be_known(crowded.group, f"Joiner {number}", 1, by=people[number])
            groups.join(crowded.group, by=people[number])

    all_at_once(django_db_blocker, join, PEOPLE)
    with django_db_blocker.unblock(), as_the_house():
        assert Membership.objects.current().filter(group=crowded.group).count() == PLACES
