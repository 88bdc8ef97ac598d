"""Fellow feeling."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from beside.forum import actions, feelings
from beside.forum.feelings import Kind, Wants
from beside.forum.models import Feeling
from beside.forum.tests.writing import share
from tests.cast import Cast


def test_twice_is_once_and_it_can_be_taken_back(cast: Cast) -> None:
    post = share(cast)
    with cast.looking_as("greeter") as noor:
        actions.feel(post, Kind.BEEN_THERE, by=noor)
        actions.feel(post, Kind.BEEN_THERE, by=noor)
        assert Feeling.objects.count() == 1
        actions.unfeel(post, Kind.BEEN_THERE, by=noor)
        actions.unfeel(post, Kind.BEEN_THERE, by=noor)
        assert Feeling.objects.count() == 0


def test_nobody_gives_it_to_themselves(cast: Cast) -> None:
    post = share(cast)
    with cast.looking_as("member") as marlow, pytest.raises(PermissionDenied):
        actions.feel(post, Kind.BEEN_THERE, by=marlow)


@pytest.mark.parametrize("part", ["elsewhere", "left", "removed", "visitor", "coordinator"])
def test_only_members_give_it(cast: Cast, part: str) -> None:
    post = share(cast)
    with cast.looking_as(part) as person, pytest.raises(PermissionDenied):
        actions.feel(post, Kind.THANKS, by=person)


def test_names_stand_in_a_sentence_and_no_one_other_is_left_over() -> None:
    said = feelings.sentence
    assert said(Kind.BEEN_THERE, ["Fern"]) == "Fern has been there"
    assert said(Kind.BEEN_THERE, ["Fern", "Dev"]) == "Fern and Dev have been there"
    assert said(Kind.THANKS, ["Fern", "Dev", "Sol"]) == "Fern, Dev and Sol say thank you"
    four = ["Fern", "Dev", "Sol", "Kit"]
    assert said(Kind.WITH_YOU, four) == "With you: Fern, Dev, Sol and Kit"
    assert said(Kind.HOPE, [*four, "Ash"]) == "This gives Fern, Dev, Sol and 2 others hope"


def test_who_asked_to_be_heard_is_not_offered_hope_first() -> None:
    assert Kind.HOPE not in feelings.offered(Wants.HEARD, opening=True)
    assert feelings.offered(Wants.BEEN_THERE, opening=True)[0] == Kind.BEEN_THERE
    assert feelings.offered(Wants.HEARD, opening=False) == feelings.offered(
        Wants.IDEAS, opening=False
    )
