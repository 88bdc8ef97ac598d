"""What is told outside a group stays outside it, whatever its facilitators have already."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from beside import wall
from beside.care import actions
from beside.care import clock as sweeps
from beside.care.models import Concern
from beside.care.tests.stepping import ask, everything, holding, seen_by, tell
from beside.forum.tests.writing import share
from tests.cast import Cast, build

CARE = "I have been feeling suicidal."


@contextmanager
def on_the_wire() -> Iterator[list[str]]:
    """What open pages are told meanwhile."""
    said: list[str] = []

    def note(execute: Any, words: str, given: Any, many: bool, about: Any) -> Any:
        if "pg_notify" in words:
            said.extend(given[1])
        return execute(words, given, many, about)

    with connection.execute_wrapper(note):
        yield said


@pytest.mark.parametrize("kind", ["danger", "money"])
def test_what_goes_outside_never_joins_what_the_facilitators_have(cast: Cast, kind: str) -> None:
    post = share(cast, words=CARE)
    sweeps.look_at(post.pk)
    tell(cast, post, "unkind", by="blocked", words="Not how we speak here.")
    tell(cast, post, kind, words="Ash and Marlow ask people for money.")
    (theirs,) = seen_by(cast, "facilitator")
    (outside,) = seen_by(cast, "duty_worker")
    assert (theirs.told_by, outside.told_by) == (1, 1)
    with cast.looking_as("facilitator") as ash:
        inside = actions.read(theirs, by=ash)
        assert [words for _report, words in inside.told] == ["Not how we speak here."]
        assert f"told:{kind}" not in theirs.reasons
    with cast.looking_as("duty_worker") as worker:
        assert "suicidal" in actions.read(outside, by=worker).excerpt


def test_what_facilitators_can_look_after_reaches_them_beside_what_is_kept_from_them(
    cast: Cast,
) -> None:
    post = share(cast)
    tell(cast, post, "money")
    tell(cast, post, "unkind", by="blocked")
    assert [each.reasons for each in seen_by(cast, "facilitator")] == [["told:unkind"]]
    assert [each.reasons for each in seen_by(cast, "duty_worker")] == [["told:money"]]


def test_the_desk_of_a_group_does_not_stir_when_something_is_told_outside_it(cast: Cast) -> None:
    post = share(cast, "facilitator")
    with on_the_wire() as said:
        tell(cast, post, "unkind", by="member")
    assert f"desk:{cast.group.key}" not in said
    assert "desk:duty" in said
    with on_the_wire() as said:
        ask(cast)
    assert f"desk:{cast.group.key}" in said


def test_two_who_tell_of_one_post_at_one_moment_are_both_heard(own_database: str) -> None:
    cast = build()
    post, barrier = share(cast), Barrier(2)

    def told(part: str) -> str:
        try:
            person = cast[part]
            with wall.acting_as(person.pk), transaction.atomic():
                barrier.wait(30)
                return str(actions.report(post, "worried", part, by=person).status)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        assert list(people.map(told, ["greeter", "blocked"])) == ["open", "open"]
    with everything():
        assert [each.told_by for each in Concern.objects.all()] == [2]
    assert holding(cast) == {"facilitator": "facilitates"}
