"""What is written in a group: topics, what was answered, and the fellow feeling it met.

A topic's opening is its post at position 1; positions are dense, so that every page is a range.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Self, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When

from beside.forum.feelings import Kind, Wants
from beside.groups.models import Group, Persona, Wearer
from beside.groups.newcomers import NEW_FOR
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people.models import Person

TITLE_SIGNS = 120
NOTE_SIGNS = 120
WORDS_SIGNS = 10_000
M = TypeVar("M", bound=models.Model)

# The languages whose endings every PostgreSQL knows; all others are searched word by word.
STEMMED = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


class InsideQuerySet(models.QuerySet[M]):
    """Rows that are seen by the members of their group, and by nobody else.

    Who came within the last thirty days sees what was said within thirty days: `begun` says when.
    """

    begun = "at"

    def visible_to(self, person: Person | None) -> Self:
        if person is None:
            return self.none()
        lately = Q(**{f"{self.begun}__gt": clock.now() - NEW_FOR})
        settled = Q(group__in=Group.objects.settled(person))
        return self.filter(settled | (lately & Q(group__in=Group.objects.of(person))))


class TopicQuerySet(InsideQuerySet["Topic"]):
    begun = "opened_at"

    def unanswered(self) -> Self:
        """Nobody but the writer has answered yet; the one who waits longest first."""
        return self.filter(answered_at=None, withdrawn_at=None).order_by("opened_at", "pk")

    def latest_first(self) -> Self:
        return self.order_by("-last_at", "-pk")

    def before(self, topic: Topic) -> Self:
        """Those that come after `topic` in a list with the latest first."""
        earlier = Q(last_at__lt=topic.last_at) | Q(last_at=topic.last_at, pk__lt=topic.pk)
        # The plain bound lets the index begin at the right place.
        return self.filter(earlier, last_at__lte=topic.last_at)


class Topic(models.Model):
    """Something somebody shared, and what would help them."""

    KEPT = "as long as its group's rules say (groups.Inside.kept_days)"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    title = models.CharField(max_length=TITLE_SIGNS)
    wants = models.CharField(max_length=10, choices=Wants, default=Wants.HEARD)
    note = models.CharField(max_length=NOTE_SIGNS, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    next_position = models.PositiveIntegerField(default=1)

    objects = TopicQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["group", "-last_at", "-id"], name="forum_topics_of_a_group"),
            models.Index(
                fields=["group", "opened_at"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="forum_topics_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"topic {self.key}"

    @property
    def last_position(self) -> int:
        return self.next_position - 1

    @property
    def answers(self) -> int:
        """How many posts follow the opening, withdrawn ones too."""
        return max(0, self.last_position - 1)


class PostQuerySet(InsideQuerySet["Post"]):
    def for_a_page(self) -> Self:
        """With who wrote each, in order; without what only searching needs."""
        return self.select_related("persona").defer("tsv", "words").order_by("position")

    def after(self, position: int, *, most: int) -> Self:
        """At most `most` posts that stand after `position`: a range, never an offset."""
        return self.filter(position__gt=position, position__lte=position + most)


class Post(models.Model):
    """One thing somebody wrote. Withdrawn words are blanked; the row keeps its place."""

    KEPT = "as long as its topic; its words until withdrawn or the writer is erased"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="posts")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    words = models.TextField(max_length=WORDS_SIGNS)
    html = models.TextField()
    language = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    form_key = models.CharField(max_length=16, default=new_key)
    tsv = models.GeneratedField(
        expression=Case(
            *[
                When(language=code, then=SearchVector("words", config=config))
                for code, config in STEMMED.items()
            ],
            default=SearchVector("words", config="simple"),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "position"], name="one_post_at_a_position"),
            models.UniqueConstraint(fields=["persona", "form_key"], name="one_post_for_a_form"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(words="", html=""),
                name="withdrawn_words_are_blank",
            ),
        ]
        indexes = [GinIndex(fields=["tsv"], name="forum_posts_by_words")]

    def __str__(self) -> str:
        return f"post {self.key}"

    @property
    def is_opening(self) -> bool:
        return self.position == 1


class Feeling(models.Model):
    """Somebody has been there, or is with the one who wrote."""

    KEPT = "as long as the post"

    post = models.ForeignKey(Post, models.CASCADE, related_name="feelings")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(default=clock.now)

    objects = InsideQuerySet["Feeling"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "persona", "kind"], name="one_feeling_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.post_id}"


class ReadQuerySet(models.QuerySet["Read"]):
    def visible_to(self, person: Person | None) -> Self:
        """Only one's own: nobody sees how far somebody else has read."""
        if person is None:
            return self.none()
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        return self.filter(Exists(worn))


class Read(models.Model):
    """How far somebody has read a topic."""

    KEPT = "as long as the topic"

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()

    objects = ReadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "persona"], name="one_mark_in_a_topic"),
        ]

    def __str__(self) -> str:
        return f"read to {self.position}"


class CardQuerySet(models.QuerySet["Card"]):
    def visible_to(self, person: Person | None) -> Self:
        return self.filter(person=person) if person else self.none()

    def open(self) -> Self:
        """Not put away yet, and of the last day."""
        return self.filter(put_away_at=None, at__gt=clock.now() - Card.SHOWN_FOR)


class Card(models.Model):
    """The last time somebody was shown where to turn, so that it is shown at most weekly.

    It says which post, not which words: the reasons are found again in the words while it is shown.
    """

    KEPT = "eight days after it was shown"
    SHOWN_FOR = timedelta(days=1)
    AT_MOST_EVERY = timedelta(days=7)

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    put_away_at = models.DateTimeField(null=True)

    objects = CardQuerySet.as_manager()

    def __str__(self) -> str:
        return f"card of {self.person_id}"
