"""What people do in writing: open a topic, answer, leave fellow feeling, take words back.

Call them as the person who acts (`wall.acting_as(by.pk)`, as every request does).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from beside import wall, wire
from beside.forum import events, noticing, paper, policy
from beside.forum.feelings import Kind, Wants
from beside.forum.models import Card, Feeling, Post, PostQuerySet, Read, Topic
from beside.groups.models import Group, Persona
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.people.models import Person
from beside.signposts import danger

SAME_WORDS_WITHIN = timedelta(minutes=5)


@transaction.atomic
def open_topic(
    group: Group,
    *,
    title: str,
    words: str,
    wants: str = Wants.HEARD,
    note: str = "",
    form_key: str = "",
    by: Person,
) -> Post:
    """Share something; returns the opening. The same `form_key` twice is one topic, not two.

    So are the same words a moment later: a slow page, Back, and another press.
    """
    require(policy.may_open_topic(by, group))
    persona, title = _persona(by, group), " ".join(tidy(title).split())
    with wall.house("forum.open_topic"):
        wall.lock("form", persona.pk)
        there = _written(persona, form_key)
        there = there or _just_said(persona, words, position=1, topic__title=title)
        if there is not None:
            return there
        topic = Topic.objects.create(
            group=group,
            persona=persona,
            title=title,
            wants=Wants(wants),
            note=" ".join(tidy(note).split()),
            opened_at=clock.now(),
        )
        post = _write(topic, persona, words, form_key)
    _say(post, by)
    return post


@transaction.atomic
def answer(topic: Topic, *, words: str, form_key: str = "", by: Person) -> Post:
    """Write back. The same `form_key` twice is the same post, not two; so are the same words that
    nobody has answered yet, a moment later.
    """
    require(policy.may_answer(by, topic))
    persona = _persona(by, topic.group)
    with wall.house("forum.answer"):
        there = _written(persona, form_key)
        if there is not None:
            return there
        # The row is the queue for positions: whoever comes second waits here, and looks again.
        topic = (
            Topic.objects.select_for_update(of=("self",)).select_related("group").get(pk=topic.pk)
        )
        last = topic.next_position - 1
        there = _written(persona, form_key) or _just_said(
            persona, words, topic=topic, position=last
        )
        if there is not None:
            return there
        post = _write(topic, persona, words, form_key)
    _say(post, by)
    if persona.pk != topic.persona_id:
        events.answered.send(Post, post=post, by=by)
    return post


@transaction.atomic
def feel(post: Post, kind: str, *, by: Person) -> None:
    """Leave fellow feeling; twice is once."""
    require(policy.may_feel(by, post))
    persona = _persona(by, post.group)
    with wall.house("forum.feel"):
        Feeling.objects.bulk_create(
            [Feeling(post=post, group_id=post.group_id, persona=persona, kind=Kind(kind))],
            ignore_conflicts=True,
        )
    _look_again(post.topic)


@transaction.atomic
def unfeel(post: Post, kind: str, *, by: Person) -> None:
    """Take fellow feeling back."""
    require(policy.may_feel(by, post))
    persona = _persona(by, post.group)
    with wall.house("forum.unfeel"):
        Feeling.objects.filter(post=post, persona=persona, kind=Kind(kind)).delete()
    _look_again(post.topic)


@transaction.atomic
def withdraw(post: Post, *, by: Person) -> None:
    """Take one's own words back: they are blanked, and the place where they stood stays."""
    require(policy.may_withdraw(by, post))
    with wall.house("forum.withdraw"):
        topic = (
            Topic.objects.select_for_update(of=("self",))
            .select_related("group")
            .get(pk=post.topic_id)
        )
        _blank(Post.objects.filter(pk=post.pk, withdrawn_at=None))
        Card.objects.filter(post=post).update(put_away_at=clock.now())
        _settle(topic)
    events.withdrawn.send(Post, post=post, by=by)
    _look_again(topic)


@transaction.atomic
def mark_read(topic: Topic, position: int, *, by: Person) -> None:
    """Remember how far this person has read; it never goes back."""
    require(policy.may_read(by, topic))
    persona = _persona(by, topic.group)
    seen = min(position, topic.last_position)
    with wall.house("forum.mark_read"):
        fresh = Read(topic=topic, persona=persona, position=seen)
        Read.objects.bulk_create([fresh], ignore_conflicts=True)
        Read.objects.filter(topic=topic, persona=persona, position__lt=seen).update(position=seen)


@transaction.atomic
def put_card_away(post: Post, *, by: Person) -> None:
    """The writer has seen where to turn."""
    require(policy.may_put_away(by, post))
    with wall.house("forum.put_card_away"):
        Card.objects.filter(person=by, post=post).update(put_away_at=clock.now())


@transaction.atomic
def forget(person: Person, worn: Sequence[int], *, by: Person) -> None:
    """Blank all that somebody who is being erased wrote under the personas `worn` (numbers)."""
    require(policy.may_forget(by, person))
    with wall.house("forum.forget"):
        theirs = Topic.objects.filter(posts__persona__in=worn).select_related("group").distinct()
        topics = list(theirs.order_by("pk"))
        _blank(Post.objects.filter(persona__in=worn, withdrawn_at=None))
        Feeling.objects.filter(persona__in=worn).delete()
        Read.objects.filter(persona__in=worn).delete()
        Card.objects.filter(person=person).delete()
        for topic in topics:
            _settle(topic)
    for topic in topics:
        _look_again(topic)


def _persona(person: Person, group: Group) -> Persona:
    persona = policy.persona_in(person, group)
    if persona is None:
        raise PermissionDenied
    return persona


def _written(persona: Persona, form_key: str) -> Post | None:
    """What this very form has written already."""
    if not form_key:
        return None
    found = Post.objects.filter(persona=persona, form_key=form_key)
    return found.select_related("topic__group", "group").first()


def _just_said(persona: Persona, words: str, **where: object) -> Post | None:
    """The same words by the same person, at this place and a moment ago."""
    lately = Post.objects.filter(persona=persona, words=tidy(words), withdrawn_at=None, **where)
    found = lately.filter(at__gt=clock.now() - SAME_WORDS_WITHIN)
    return found.select_related("topic__group", "group").first()


def _write(topic: Topic, persona: Persona, words: str, form_key: str) -> Post:
    """The next post of a topic whose row is ours alone; the topic learns of it."""
    words = tidy(words)
    post = Post.objects.create(
        topic=topic,
        group=topic.group,
        persona=persona,
        position=topic.next_position,
        words=words,
        html=paper.to_html(words),
        language=noticing.language_of(topic.group),
        at=clock.now(),
        form_key=form_key or new_key(),
    )
    topic.next_position += 1
    topic.last_at = post.at
    if topic.answered_at is None and persona.pk != topic.persona_id:
        topic.answered_at = post.at
    topic.save(update_fields=["next_position", "last_at", "answered_at"])
    Read.objects.bulk_create(
        [Read(topic=topic, persona=persona, position=post.position)],
        update_conflicts=True,
        unique_fields=["topic", "persona"],
        update_fields=["position"],
    )
    return post


def _say(post: Post, by: Person) -> None:
    """Announce what was written, and put a card where only its writer finds it."""
    _offer_card(post, by)
    events.posted.send(Post, post=post, by=by)
    _look_again(post.topic)


def _offer_card(post: Post, by: Person) -> None:
    """Where to turn, for the writer alone: at most weekly, unless somebody should read this now."""
    finding = noticing.look(post)
    if finding is None:
        return
    with wall.house("forum.offer_card"):
        last = Card.objects.filter(person=by).first()
        lately = last is not None and last.at > clock.now() - Card.AT_MOST_EVERY
        if lately and finding.level != danger.Level.HIGH:
            return
        Card.objects.update_or_create(
            person=by, defaults={"post": post, "at": clock.now(), "put_away_at": None}
        )


def _blank(posts: PostQuerySet) -> None:
    posts.update(words="", html="", withdrawn_at=clock.now())


def _settle(topic: Topic) -> None:
    """Once words were taken back: does the topic still stand, and has somebody answered it?"""
    standing = Post.objects.filter(topic=topic, withdrawn_at=None)
    opening = standing.filter(position=1).exists()
    others = standing.filter(~Q(persona=topic.persona_id)).order_by("position").first()
    topic.answered_at = others.at if others else None
    if not opening and topic.withdrawn_at is None:
        topic.withdrawn_at, topic.title, topic.note = clock.now(), "", ""
    topic.save(update_fields=["answered_at", "withdrawn_at", "title", "note"])


def _look_again(topic: Topic) -> None:
    wire.tell(f"topic:{topic.key}", f"talk:{topic.group.key}")
