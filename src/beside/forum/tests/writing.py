"""How the tests of the forum write."""

from __future__ import annotations

from beside.forum import actions
from beside.forum.models import Post, Topic
from tests.cast import Cast


def share(cast: Cast, by: str = "member", **more: str) -> Post:
    """Somebody of the cast opens a topic in Tuesday Lanterns."""
    given = {"title": "Where to begin", "words": "I slept until four.", **more}
    with cast.looking_as(by) as person:
        return actions.open_topic(cast.group, by=person, **given)


def reply(cast: Cast, to: Topic, by: str = "greeter", **more: str) -> Post:
    """Somebody of the cast answers."""
    given = {"words": "I know four o'clock.", **more}
    with cast.looking_as(by) as person:
        return actions.answer(to, by=person, **given)
