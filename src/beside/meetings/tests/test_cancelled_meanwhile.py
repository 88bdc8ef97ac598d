"""Whoever books while the holidays are being said has no place in a meeting that is none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.groups.models import Group
from beside.meetings import actions, news
from beside.meetings.actions import DoesNotTakePlace
from beside.meetings.models import Booking, Meeting
from beside.notices.models import Notice
from tests.cast import Cast, build
from tests.living import until

PATIENCE = 30.0


def meanwhile(
    blocker: DjangoDbBlocker, first: Callable[[], Any], second: Callable[[], Any]
) -> tuple[Any, Any]:
    """`first` is done and not committed when `second` begins, on a connection of its own."""
    done, go = threading.Event(), threading.Event()

    def holding() -> Any:
        with transaction.atomic():
            said = first()
            done.set()
            go.wait(PATIENCE)
        return said

    def apart(do: Callable[[], Any]) -> Any:
        with blocker.unblock():
            try:
                return do()
            finally:
                connection.close()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(apart, holding)
        assert done.wait(PATIENCE)
        other = pool.submit(apart, second)
        until(somebody_waits)
        go.set()
        return one.result(PATIENCE), other.result(PATIENCE)


def somebody_waits() -> bool:
    """Whether a connection waits for what another one holds."""
    with connection.cursor() as cursor:
        cursor.execute("select exists(select from pg_locks where not granted)")
        row = cursor.fetchone()
    return bool(row and row[0])


def holidays(cast: Cast) -> list[Meeting]:
    with cast.looking_as("coordinator") as esi:
        groups = Group.objects.filter(pk=cast.group.pk)
        day = cast.later.on
        return actions.rest(groups, first=day, last=day, reason="Holidays.", by=esi)


def books(cast: Cast) -> str:
    with cast.looking_as("member") as marlow:
        try:
            actions.book_seat(cast.later, by=marlow)
        except DoesNotTakePlace:
            return "cancelled"
        return "booked"


def test_whoever_books_while_it_is_cancelled_has_no_place(
    own_database: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        cast = build()
        said = meanwhile(django_db_blocker, lambda: len(holidays(cast)), lambda: books(cast))
        assert said == (1, "cancelled")
        with transaction.atomic(), wall.house("test.nothing"):
            assert not Booking.objects.filter(meeting=cast.later).exists()


def test_whoever_booked_a_moment_before_it_was_cancelled_is_told(
    own_database: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        cast = build()
        said = meanwhile(django_db_blocker, lambda: books(cast), lambda: len(holidays(cast)))
        assert said == ("booked", 1)
        with transaction.atomic(), wall.house("test.told"):
            told = Notice.objects.filter(kind=news.CHANGED, person=cast["member"])
            assert told.count() == 1


def test_a_page_that_was_open_when_it_was_cancelled_says_so(cast: Cast) -> None:
    with cast.looking_as("facilitator") as ash:
        rose = actions.welcome_guest(cast.later, "Rose", by=ash)
        stale = Meeting.objects.get(pk=cast.later.pk)
        actions.cancel(cast.later, by=ash)
        for enter in (actions.book_guest, partial(actions.book_guest, wait=True)):
            with pytest.raises(DoesNotTakePlace):
                enter(stale, rose, by=ash)
            stale.state = Meeting.State.PLANNED
    group, meeting = f"/g/{cast.group.key}", f"meetings/{cast.later.key}"
    for part, path in (
        ("member", f"{group}/{meeting}/come/"),
        ("member", f"{group}/{meeting}/wait/"),
        ("facilitator", f"{group}/{meeting}/guests/{rose.key}/"),
    ):
        browser = Client()
        browser.force_login(cast[part])
        page = browser.post(path, {"act": "book"}, follow=True).content.decode()
        assert "This meeting is cancelled. Nothing is booked." in page, path
    with transaction.atomic(), wall.house("test.nothing"):
        assert not Booking.objects.filter(meeting=cast.later).exists()
