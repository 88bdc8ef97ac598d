"""Where to turn, shown to the writer alone."""

from __future__ import annotations

from datetime import timedelta

from beside.forum import actions
from beside.forum.models import Card
from beside.forum.tests.writing import reply, share
from beside.kernel import clock
from tests.cast import Cast

CARE = "I have been feeling suicidal."
HIGH = "I am going to end my life."


def cards(cast: Cast, part: str = "member") -> list[str]:
    with cast.looking_as(part) as person:
        return [card.post.words for card in Card.objects.visible_to(person).open()]


def test_words_of_danger_bring_a_card_and_ordinary_words_do_not(cast: Cast) -> None:
    topic = share(cast).topic
    assert cards(cast) == []
    reply(cast, topic, by="member", words=CARE)
    assert cards(cast) == [CARE]


def test_nobody_else_knows_of_it(cast: Cast) -> None:
    share(cast, words=HIGH)
    for part in cast.everybody():
        if part != "member":
            with cast.looking_as(part):
                assert list(Card.objects.all()) == []


def test_it_comes_at_most_weekly_unless_somebody_should_read_now(cast: Cast) -> None:
    topic = share(cast, words=CARE).topic
    with cast.looking_as("member") as marlow:
        actions.put_card_away(topic.posts.get(), by=marlow)
    with clock.at(cast.now + timedelta(days=6)):
        reply(cast, topic, by="member", words=CARE)
        assert cards(cast) == []
        reply(cast, topic, by="member", words=HIGH)
        assert cards(cast) == [HIGH]
    with clock.at(cast.now + timedelta(days=14)):
        reply(cast, topic, by="member", words=CARE)
        assert cards(cast) == [CARE]


def test_the_title_is_read_with_the_opening(cast: Cast) -> None:
    share(cast, title=HIGH, words="That is all.")
    assert cards(cast) == ["That is all."]


def test_it_is_put_away_when_the_words_are_taken_back(cast: Cast) -> None:
    post = share(cast, words=HIGH)
    with cast.looking_as("member") as marlow:
        actions.withdraw(post, by=marlow)
    assert cards(cast) == []
