"""Places hold however many people press at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.groups import actions as groups
from beside.groups.models import Group, Membership
from beside.groups.words import Entry
from beside.meetings import actions
from beside.meetings.actions import Full
from beside.meetings.models import Booking
from tests.cast import Cast, build, somebody

AT_ONCE = 8
PEOPLE = 60
TRIES = 1000
PLACES = 12


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


def all_at_once(blocker: DjangoDbBlocker, do: Callable[[int], None], tries: int) -> list[str]:
    """Run `do(n)` in many threads, each with a connection of its own; returns what came of each."""

    def one(number: int) -> str:
        with blocker.unblock():
            try:
                do(number)
            except (Full, groups.Full):
                return "full"
            return "in"

    def end() -> None:
        with blocker.unblock():
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = list(pool.map(one, range(tries)))
        gate = threading.Barrier(AT_ONCE)
        list(pool.map(lambda _n: (gate.wait(), end()), range(AT_ONCE)))
    return said


def test_a_thousand_attempts_on_twelve_places_give_twelve(
    crowded: Cast, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        people = [somebody(f"visitor-{number}") for number in range(PEOPLE)]

    def book(number: int) -> None:
        person = people[number % PEOPLE]
        with wall.acting_as(person.pk):
            actions.book_visit(crowded.meeting, f"Name {number % PEOPLE}", 1, by=person)

    said = all_at_once(django_db_blocker, book, TRIES)
    with django_db_blocker.unblock(), as_the_house():
        coming = Booking.objects.filter(meeting=crowded.meeting).coming()
        assert coming.count() == PLACES
        assert coming.values("persona").distinct().count() == PLACES
    assert said.count("full") + said.count("in") == TRIES


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
