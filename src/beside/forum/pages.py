"""What stands on the pages of the forum, gathered in a few questions whatever their length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from beside.forum import feelings, noticing, paper
from beside.forum.feelings import Kind
from beside.forum.models import Card, Feeling, Post, Read, Topic
from beside.groups.models import Group, Membership, Persona
from beside.groups.words import Part
from beside.people.models import Block, Person

TOPICS_A_PAGE = 20
ANSWERS_A_PAGE = 20


@dataclass(frozen=True)
class Offer:
    """A feeling that can be given, or taken back."""

    kind: str
    label: str | Promise
    given: bool


@dataclass(frozen=True)
class Said:
    """One post as this reader sees it."""

    post: Post
    mine: bool
    facilitates: bool
    blocked: bool
    sentences: list[str]
    offers: list[Offer]


@dataclass(frozen=True)
class TopicPage:
    """A topic's opening and one page of its answers."""

    topic: Topic
    me: Persona
    opening: Said
    answers: list[Said]
    after: int
    read_to: int
    card: Card | None

    @property
    def unread(self) -> bool:
        """Whether something on this page was not read before."""
        return self.last_shown > self.read_to

    @property
    def why(self) -> str | Promise:
        """What was noticed, found anew in the words: nothing of it is kept."""
        finding = noticing.look(self.card.post) if self.card else None
        return finding.why if finding else ""

    @property
    def earlier(self) -> int | None:
        return max(1, self.after - ANSWERS_A_PAGE) if self.after > 1 else None

    @property
    def later(self) -> int | None:
        end = self.after + ANSWERS_A_PAGE
        return end if end < self.topic.last_position else None

    @property
    def not_shown(self) -> int:
        """How many answers stand on later pages."""
        return max(0, self.topic.last_position - self.after - ANSWERS_A_PAGE)

    @property
    def last_shown(self) -> int:
        return min(self.topic.last_position, self.after + ANSWERS_A_PAGE)


@dataclass
class Line:
    """One topic in a list."""

    topic: Topic
    opening: Post
    mine: bool
    fresh: int
    latest: Post | None = None
    sentences: list[str] = field(default_factory=list)

    @property
    def excerpt(self) -> str:
        return paper.beginning(self.opening.words)

    @property
    def latest_words(self) -> str:
        return paper.beginning(self.latest.words, signs=120) if self.latest else ""


def page_of(position: int) -> int:
    """After which position the page begins on which this one stands."""
    return 1 + max(0, position - 2) // ANSWERS_A_PAGE * ANSWERS_A_PAGE


def topic_page(topic: Topic, me: Persona, *, after: int | None, reader: Person) -> TopicPage:
    """One page of a topic: the one that begins after `after`, or the first one with news."""
    mark = Read.objects.filter(topic=topic, persona=me).first()
    read_to = mark.position if mark else 0
    if after is None:
        after = page_of(min(read_to + 1, topic.last_position)) if read_to else 1
    after = max(1, min(after, topic.last_position))
    here = Q(position=1) | Q(position__gt=after, position__lte=after + ANSWERS_A_PAGE)
    # The topic was found through sight; its posts are seen by the same people.
    posts = list(Post.objects.filter(here, topic=topic).for_a_page())
    said = _said(posts, topic, me, reader)
    return TopicPage(topic, me, said[0], said[1:], after, read_to, _card(topic, reader))


def _card(topic: Topic, reader: Person) -> Card | None:
    shown = Card.objects.visible_to(reader).open().filter(post__topic=topic)
    return shown.select_related("post__topic").first()


def _said(posts: Sequence[Post], topic: Topic, me: Persona, reader: Person) -> list[Said]:
    felt = _felt(posts, me)
    # The house shows who facilitates to all members; a block folds words for its maker alone.
    keepers = _facilitators(topic.group_id)
    blocked = set(Block.objects.visible_to(reader).values_list("via", flat=True))
    return [
        Said(
            post=post,
            mine=post.persona_id == me.pk,
            facilitates=post.persona_id in keepers,
            blocked=post.persona_id in blocked,
            sentences=_sentences(felt[post.pk]),
            offers=_offers(post, topic, me, felt[post.pk]),
        )
        for post in posts
    ]


def _facilitators(group: int) -> set[int]:
    held = Membership.objects.current().filter(group=group, role=Part.FACILITATOR)
    return set(held.values_list("persona_id", flat=True))


def _felt(posts: Iterable[Post], me: Persona) -> dict[int, dict[str, tuple[list[str], bool]]]:
    """For each post and kind: who gave it, the first to do so first, and whether I did."""
    found: dict[int, dict[str, tuple[list[str], bool]]] = defaultdict(dict)
    rows = (
        Feeling.objects.filter(post__in=[post.pk for post in posts])
        .values("post_id", "kind")
        .annotate(
            names=ArrayAgg("persona__name", order_by=("at", "pk")), mine=BoolOr(Q(persona=me))
        )
    )
    for row in rows:
        names = [name or _("Someone who was here") for name in row["names"]]
        found[row["post_id"]][row["kind"]] = (names, row["mine"])
    return found


def _sentences(felt: dict[str, tuple[list[str], bool]]) -> list[str]:
    return [feelings.sentence(kind, felt[kind][0]) for kind in Kind if kind in felt]


def _offers(
    post: Post, topic: Topic, me: Persona, felt: dict[str, tuple[list[str], bool]]
) -> list[Offer]:
    if post.persona_id == me.pk or post.withdrawn_at:
        return []
    return [
        Offer(kind, kind.label, given=felt.get(kind, ([], False))[1])
        for kind in feelings.offered(topic.wants, opening=post.is_opening)
    ]


def lines(group: Group, me: Persona, *, before: Topic | None) -> list[Line]:
    """A page of a group's topics, the latest first, and one more when there are older ones.

    `me` is the reader in this group: that they are a member was found out before.
    """
    mark = Read.objects.filter(topic=OuterRef("pk"), persona=me).values("position")
    stands = Q(withdrawn_at=None) | Q(next_position__gt=2)
    found = Topic.objects.filter(stands, group=group)
    if before is not None:
        found = found.before(before)
    topics = list(
        found.latest_first()
        .select_related("persona")
        .annotate(read_to=Subquery(mark[:1]))[: TOPICS_A_PAGE + 1]
    )
    # Each end is named, so that the index finds it; compared with the topic's row, all are read.
    ends = [Q(topic=topic, position__in={1, topic.last_position}) for topic in topics]
    named = reduce(or_, ends, Q(pk__in=()))
    posts = Post.objects.filter(named).select_related("persona")
    by_place: dict[tuple[int, bool], Post] = {
        (post.topic_id, post.is_opening): post for post in posts.defer("tsv", "html")
    }
    felt = _felt([post for (_topic, opening), post in by_place.items() if opening], me)
    return [_line(topic, me, by_place, felt) for topic in topics]


def _line(
    topic: Any, me: Persona, by_place: dict[tuple[int, bool], Post], felt: dict[int, Any]
) -> Line:
    opening = by_place[topic.pk, True]
    return Line(
        topic=topic,
        opening=opening,
        mine=topic.persona_id == me.pk,
        fresh=max(0, topic.last_position - (topic.read_to or 0)),
        latest=by_place.get((topic.pk, False)),
        sentences=_sentences(felt.get(opening.pk, {})),
    )


def answered(person: Person, *, most: int = 3) -> list[Topic]:
    """Topics of this person's with answers they have not read yet, the latest first."""
    mine = Persona.objects.worn_by(person).values("pk")
    mark = Read.objects.filter(topic=OuterRef("pk"), persona=OuterRef("persona")).values("position")
    found = (
        Topic.objects.visible_to(person)
        .filter(persona__in=mine, withdrawn_at=None)
        .annotate(read_to=Subquery(mark[:1]))
        .filter(next_position__gt=F("read_to") + 1)
    )
    return list(found.latest_first().select_related("group")[:most])
