"""Whoever writes in a group has said yes to what it agreed on; whoever reads need not have."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from beside.forum import actions, policy
from beside.forum.models import Post
from beside.forum.tests.writing import share
from beside.groups import actions as groups
from beside.groups.models import Acceptance, Agreement, Group
from tests.cast import Cast

NEW_WORDS = "We leave out methods and amounts.\nWe knock before we answer."


def browser(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def agree_anew(cast: Cast) -> Agreement:
    """The group has new words, to which nobody said yes yet."""
    with cast.looking_as("facilitator") as ash:
        return groups.write_agreement(cast.group, NEW_WORDS, by=ash)


def written(cast: Cast) -> list[str]:
    with cast.looking_as("facilitator"):
        return list(Post.objects.order_by("pk").values_list("words", flat=True))


def test_the_yes_stands_beside_the_box_and_both_count_in_one_step(cast: Cast) -> None:
    topic = share(cast).topic
    agreement = agree_anew(cast)
    noor = browser(cast, "greeter")
    new, answers = f"/g/{cast.group.key}/talk/new/", f"/g/{cast.group.key}/talk/{topic.key}/"
    for where, said in ((answers, {"words": "Me too."}), (new, {"words": "A", "title": "B"})):
        said |= {"wants": "heard"}
        page = noor.get(where).content.decode()
        assert "We knock before we answer." in page
        assert "Somebody’s life is in danger." in page
        back = noor.post(where, said)
        assert back.status_code == 422
        assert "Your words are kept. Say yes to this first." in back.content.decode()
        assert said["words"] in back.content.decode()
        assert noor.post(where, said | {"yes_1": "on"}).status_code == 422  # to the words before
    assert written(cast) == ["I slept until four."]
    assert noor.post(answers, {"words": "Me too.", "yes_2": "on"}).status_code == 302
    assert written(cast) == ["I slept until four.", "Me too."]
    with cast.looking_as("greeter"):
        assert Acceptance.objects.filter(agreement=agreement, meeting=None).count() == 1
    assert "We knock before" not in noor.get(answers).content.decode()
    assert noor.post(new, {"words": "A", "title": "B", "wants": "heard"}).status_code == 302


def test_without_the_yes_nothing_is_written_by_whatever_way(cast: Cast) -> None:
    topic = share(cast).topic
    agreement = agree_anew(cast)
    with cast.looking_as("greeter") as noor:
        assert policy.may_read(noor, topic)
        assert not policy.may_open_topic(noor, cast.group)
        assert not policy.may_answer(noor, topic)
        with pytest.raises(PermissionDenied):
            actions.answer(topic, words="Me too.", by=noor)
        with pytest.raises(PermissionDenied):
            actions.open_topic(cast.group, title="A", words="B", by=noor)
        groups.accept_agreement(agreement, by=noor)
        assert policy.may_answer(noor, topic)


def test_a_yes_at_the_door_of_a_meeting_is_a_yes(cast: Cast) -> None:
    agreement = agree_anew(cast)
    with cast.looking_as("member") as marlow:
        groups.accept_agreement(agreement, cast.meeting.pk, by=marlow)
        assert policy.may_open_topic(marlow, cast.group)


def test_where_nothing_was_agreed_on_nobody_is_asked(cast: Cast) -> None:
    with cast.looking_as("coordinator") as esi:
        group: Group = groups.open_group(name="Evening Tide", by=esi)
    with cast.looking_as("stranger") as tove:
        groups.be_known(group, "Tove", 1, by=tove)
        groups.join(group, by=tove)
        assert policy.may_open_topic(tove, group)
