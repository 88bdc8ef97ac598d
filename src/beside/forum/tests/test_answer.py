"""Writing back."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from beside import wall
from beside.forum import actions, events
from beside.forum.models import Post, Read, Topic
from beside.forum.tests.writing import reply, share
from beside.kernel import clock
from tests.cast import Cast, build


def test_positions_follow_one_another_without_a_gap(cast: Cast) -> None:
    topic = share(cast).topic
    for number in range(3):
        reply(cast, topic, words=f"number {number}")
    with cast.looking_as("member"):
        assert [post.position for post in Post.objects.order_by("position")] == [1, 2, 3, 4]


def test_an_answer_by_somebody_else_answers_the_topic(cast: Cast) -> None:
    topic = share(cast).topic
    heard: list[Post] = []

    def hear(sender: object, post: Post, **more: object) -> None:
        heard.append(post)

    events.answered.connect(hear)
    try:
        reply(cast, topic, by="member", words="And one more thing.")
        with cast.looking_as("facilitator") as ash:
            assert list(Topic.objects.visible_to(ash).unanswered()) == [topic]
        post = reply(cast, topic)
        with cast.looking_as("facilitator") as ash:
            assert list(Topic.objects.visible_to(ash).unanswered()) == []
    finally:
        events.answered.disconnect(hear)
    assert heard == [post]


def test_somebody_who_was_removed_can_no_longer_answer(cast: Cast) -> None:
    topic = share(cast).topic
    with pytest.raises(PermissionDenied):
        reply(cast, topic, by="removed")


def test_sending_twice_answers_once(cast: Cast) -> None:
    topic = share(cast).topic
    first = reply(cast, topic, form_key="f" * 16)
    assert reply(cast, topic, form_key="f" * 16).pk == first.pk
    with cast.looking_as("member"):
        assert Post.objects.count() == 2


def test_the_same_words_again_are_one_answer_until_somebody_has_answered(cast: Cast) -> None:
    topic = share(cast).topic
    first = reply(cast, topic, words="Thank you.")
    assert reply(cast, topic, words="Thank you.").pk == first.pk
    reply(cast, topic, by="member", words="You moved the kettle?")
    assert reply(cast, topic, words="Thank you.").pk != first.pk


def test_two_people_may_send_forms_with_the_same_key(cast: Cast) -> None:
    topic = share(cast).topic
    one = reply(cast, topic, form_key="f" * 16)
    other = reply(cast, topic, by="facilitator", form_key="f" * 16)
    assert one.pk != other.pk


def test_ones_own_words_are_read_already(cast: Cast) -> None:
    topic = share(cast).topic
    reply(cast, topic)
    with cast.looking_as("greeter") as noor:
        assert [mark.position for mark in Read.objects.visible_to(noor)] == [2]
        actions.mark_read(topic, 1, by=noor)
        assert [mark.position for mark in Read.objects.visible_to(noor)] == [2]


def test_eight_answers_at_once_all_find_a_place(own_database: str) -> None:
    cast = build()
    topic = share(cast).topic
    wrong: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with clock.at(cast.now), wall.acting_as(cast["greeter"].pk):
                actions.answer(
                    topic, words=f"{number}", form_key=f"key{number % 4}", by=cast["greeter"]
                )
        except BaseException as failed:  # noqa: BLE001
            wrong.append(failed)
        finally:
            connection.close()

    together = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert wrong == []
    from django.db import transaction

    with wall.acting_as(cast["member"].pk), transaction.atomic():
        assert [p.position for p in Post.objects.order_by("position")] == [1, 2, 3, 4, 5]
