"""Taking one's own words back, and being forgotten."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from beside.forum import actions
from beside.forum.models import Card, Feeling, Post, Read, Topic
from beside.forum.tests.writing import reply, share
from beside.people import events as people
from beside.people.models import Person
from tests.cast import Cast


def test_withdrawn_words_are_gone_and_their_place_stays(cast: Cast) -> None:
    topic = share(cast).topic
    post = reply(cast, topic)
    reply(cast, topic, by="facilitator")
    with cast.looking_as("greeter") as noor:
        actions.withdraw(post, by=noor)
        there = Post.objects.get(pk=post.pk)
        assert (there.words, there.html, there.withdrawn_at) == ("", "", cast.now)
        assert [each.position for each in Post.objects.order_by("position")] == [1, 2, 3]


def test_nobody_withdraws_somebody_elses_words(cast: Cast) -> None:
    post = share(cast)
    with cast.looking_as("facilitator") as ash, pytest.raises(PermissionDenied):
        actions.withdraw(post, by=ash)


def test_a_topic_whose_only_answer_was_taken_back_waits_for_an_answer_again(cast: Cast) -> None:
    topic = share(cast).topic
    post = reply(cast, topic)
    with cast.looking_as("greeter") as noor:
        actions.withdraw(post, by=noor)
        assert list(Topic.objects.visible_to(noor).unanswered()) == [topic]


def test_withdrawing_the_opening_takes_its_title_and_note_too(cast: Cast) -> None:
    post = share(cast, note="sleep")
    with cast.looking_as("member") as marlow:
        actions.withdraw(post, by=marlow)
        topic = Topic.objects.get()
        assert (topic.title, topic.note) == ("", "")
        assert list(Topic.objects.unanswered()) == []


def test_pages_promise_no_more_than_is_so_about_taking_words_back(cast: Cast) -> None:
    """Once somebody has left they cannot; and who was told of the words keeps a copy."""
    post = share(cast)
    inside = f"/g/{cast.group.key}"
    at = f"{inside}/talk/{post.topic.key}/"
    marlow = Client()
    marlow.force_login(cast["member"])
    assert "as long as you are in this group" in marlow.get(f"{inside}/talk/new/").content.decode()
    assert "keeps a sealed copy" in marlow.get(at).content.decode()
    assert "take back before you leave" in marlow.get(f"{inside}/leave/").content.decode()
    marlow.post(f"{inside}/leave/")
    assert marlow.post(f"{at}{post.key}/withdraw/").status_code == 404


def test_whoever_is_erased_leaves_no_words_behind(cast: Cast) -> None:
    topic = share(cast, words="I want to die tonight.").topic
    reply(cast, topic, by="greeter")
    reply(cast, topic, by="member", words="Thank you, Noor.")
    marlow = cast["member"]
    with cast.looking_as("member"):
        people.erasing.send(Person, person=marlow)
        assert list(Card.objects.all()) == list(Read.objects.all()) == []
    with cast.looking_as("greeter"):
        kept = [post.words for post in Post.objects.order_by("position")]
        assert kept == ["", "I know four o'clock.", ""]
        assert Topic.objects.get().title == ""
        assert Feeling.objects.count() == 0
