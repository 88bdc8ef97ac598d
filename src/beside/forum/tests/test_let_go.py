"""Nothing is kept longer than its group said."""

from __future__ import annotations

from datetime import timedelta

from beside.forum import clock as sweeps
from beside.forum.models import Card, Post, Topic
from beside.forum.tests.writing import reply, share
from beside.kernel import clock
from tests.cast import Cast


def test_topics_go_when_nobody_wrote_in_them_for_as_long_as_the_group_keeps_them(
    cast: Cast,
) -> None:
    share(cast, title="Old")
    living = share(cast, title="Living").topic
    with clock.at(cast.now + timedelta(days=700)):
        reply(cast, living)
    with clock.at(cast.now + timedelta(days=731)):
        sweeps.let_go()
    with cast.looking_as("member"):
        assert [topic.title for topic in Topic.objects.all()] == ["Living"]
        assert Post.objects.count() == 2


def test_after_eight_days_nothing_says_that_a_card_was_shown(cast: Cast) -> None:
    share(cast, words="I have been feeling suicidal.")
    with clock.at(cast.now + timedelta(days=9)):
        sweeps.let_go()
    with cast.looking_as("member"):
        assert Card.objects.count() == 0
