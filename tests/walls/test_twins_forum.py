"""The forum: what the code lists and the database shows is the same to everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from beside import wall
from beside.forum import actions, live, policy
from beside.forum.models import Card, Feeling, Post, Read, Topic
from beside.forum.tests.writing import reply, share
from tests.cast import PARTS, Cast

MODELS: list[type[Model]] = [Topic, Post, Feeling, Read, Card]
INSIDE = {"member", "greeter", "facilitator", "blocked"}


@pytest.fixture
def written(cast: Cast) -> Post:
    """A topic with an answer, a feeling, marks and a card."""
    post = share(cast, words="I am going to end my life.")
    reply(cast, post.topic)
    reply(cast, post.topic, "blocked")
    with cast.looking_as("facilitator") as ash:
        actions.feel(post, "with_you", by=ash)
        actions.mark_read(post.topic, 2, by=ash)
    return post


def seen(model: Any) -> set[int]:
    return set(model.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_list_and_the_database_agree(cast: Cast, written: Post, model: Any, part: str) -> None:
    person = cast.everybody()[part]
    with wall.house("test.look"):
        told = set(model.objects.visible_to(person).values_list("pk", flat=True))
    with cast.looking_as(part):
        assert seen(model) == told


@pytest.mark.parametrize("part", PARTS)
def test_only_members_see_what_is_written_and_the_predicates_say_so(
    cast: Cast, written: Post, part: str
) -> None:
    inside = part in INSIDE
    with cast.looking_as(part) as person:
        assert (len(seen(Topic)), len(seen(Post))) == ((1, 3) if inside else (0, 0))
        assert live.may_watch_topic(person, written.topic.key) is inside
        assert live.may_watch_talk(person, cast.group.key) is inside
        if part != "nobody":
            assert policy.may_read(person, written.topic) is inside
            assert policy.may_answer(person, written.topic) is inside
            assert policy.may_open_topic(person, cast.group) is inside
            assert policy.may_feel(person, written) is (inside and part != "member")
            assert policy.may_withdraw(person, written) is (part == "member")


@pytest.mark.parametrize("part", PARTS)
def test_marks_and_cards_are_seen_by_their_own_person_alone(
    cast: Cast, written: Post, part: str
) -> None:
    with cast.looking_as(part):
        assert len(seen(Read)) == (part in INSIDE)
        assert len(seen(Card)) == (part == "member")
