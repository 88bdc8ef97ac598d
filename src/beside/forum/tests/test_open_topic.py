"""Sharing something."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from beside.forum import events
from beside.forum.models import Post, Topic
from beside.forum.tests.writing import share
from beside.kernel import clock
from tests.cast import Cast


def test_a_member_shares_something_and_says_what_would_help(cast: Cast) -> None:
    post = share(cast, wants="ideas", note="sleep")
    with cast.looking_as("greeter") as noor:
        topic = Topic.objects.visible_to(noor).get()
        assert (topic.title, topic.wants, topic.note) == ("Where to begin", "ideas", "sleep")
        assert topic.persona == cast.personas["member"]
        assert [each.position for each in topic.posts.all()] == [1]
    assert post.html == "<p>I slept until four.</p>"


OUTSIDE = ["stranger", "visitor", "left", "removed", "elsewhere", "duty_worker", "coordinator"]


@pytest.mark.parametrize("part", OUTSIDE)
def test_only_members_may_share(cast: Cast, part: str) -> None:
    with pytest.raises(PermissionDenied):
        share(cast, part)


def test_pressing_send_twice_shares_it_once(cast: Cast) -> None:
    first = share(cast, form_key="k" * 16)
    second = share(cast, form_key="k" * 16)
    assert first.pk == second.pk
    with cast.looking_as("member"):
        assert Topic.objects.count() == 1


def test_going_back_and_sending_the_same_words_again_shares_them_once(cast: Cast) -> None:
    first = share(cast, form_key="k" * 16)
    assert share(cast, form_key="o" * 16).pk == first.pk
    assert share(cast, title="Where to go on").pk != first.pk
    with clock.at(cast.now + timedelta(minutes=6)):
        assert share(cast).pk != first.pk


def test_what_is_written_is_announced_inside_the_transaction(cast: Cast) -> None:
    heard: list[tuple[Post, bool]] = []

    def hear(sender: object, post: Post, **more: object) -> None:
        heard.append((post, connection.in_atomic_block))

    events.posted.connect(hear)
    try:
        post = share(cast)
    finally:
        events.posted.disconnect(hear)
    assert heard == [(post, True)]


def test_the_words_can_be_searched_in_the_language_of_the_group(cast: Cast) -> None:
    share(cast, words="The alarms were ringing")
    with cast.looking_as("member"), connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from forum_post where tsv @@ to_tsquery('english', 'alarm')"
        )
        assert cursor.fetchone() == (1,)
