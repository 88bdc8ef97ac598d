"""Who may do what in writing. Whoever may write somewhere may also read there."""

from __future__ import annotations

from beside.forum.models import Post, Topic
from beside.groups.models import Group, Membership, Persona
from beside.groups.policy import has_agreed
from beside.people.models import Person


def membership_in(person: Person, group: Group) -> Membership | None:
    """Where this person stands in the group now, or None for somebody who is not a member."""
    return Membership.objects.of(person).filter(group=group).select_related("persona").first()


def persona_in(person: Person, group: Group) -> Persona | None:
    """Who this person is in the group now, or None for somebody who is not a member."""
    mine = membership_in(person, group)
    return mine.persona if mine else None


def may_open_topic(person: Person, group: Group) -> bool:
    """Members who said yes to what the group agreed on; everybody else may read until they do."""
    inside = group.closed_at is None and persona_in(person, group) is not None
    return inside and has_agreed(person, group)


def may_read(person: Person, topic: Topic) -> bool:
    """Members; who came within the last thirty days reads thirty days back."""
    return Topic.objects.visible_to(person).filter(pk=topic.pk).exists()


def may_answer(person: Person, topic: Topic) -> bool:
    return may_open_topic(person, topic.group) and may_read(person, topic)


def may_feel(person: Person, post: Post) -> bool:
    """With what others wrote, never with one's own words or with words that were taken back."""
    here = persona_in(person, post.group)
    return here is not None and here.pk != post.persona_id and post.withdrawn_at is None


def may_withdraw(person: Person, post: Post) -> bool:
    """One's own words."""
    here = persona_in(person, post.group)
    return here is not None and here.pk == post.persona_id


def may_put_away(person: Person, post: Post) -> bool:
    return may_withdraw(person, post)


def may_forget(person: Person, whom: Person) -> bool:
    """Only oneself is ever erased."""
    return person.pk == whom.pk
