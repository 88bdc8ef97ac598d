"""Notices and texts: a kind and some keys. The words are made when somebody looks, or is told."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people.models import Person


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person | None) -> Self:
        """One's own, once they are due and while they say something."""
        if person is None:
            return self.none()
        now = clock.now()
        due = Q(due=None) | Q(due__lte=now)
        return self.filter(due, Q(until=None) | Q(until__gt=now), person=person)

    def unseen(self) -> Self:
        return self.filter(seen=None)

    def latest_first(self) -> Self:
        """By when they could first be read."""
        return self.order_by(Coalesce("due", "made").desc(), "-pk")

    def to_post(self, now: datetime) -> Self:
        """Those for which there is something to do: a letter, or pages that look again."""
        return self.filter(post_at__lte=now).order_by("post_at")


class Notice(models.Model):
    """Something that one person may want to look at."""

    KEPT = "30 days after it was seen, 90 days unseen"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    dedupe = models.CharField(max_length=120)
    made = models.DateTimeField(default=clock.now)
    due = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)  # afterwards it is neither shown nor sent
    urgent = models.BooleanField(default=False)
    # When the letter is next tried. None: none will go, or it went (`sent`).
    post_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    seen = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "dedupe"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["person", "made"], condition=Q(seen=None), name="notices_unseen"),
            models.Index(
                fields=["urgent", "post_at"],
                condition=Q(post_at__isnull=False),
                name="notices_to_post",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.key}"

    @property
    def since(self) -> datetime:
        """When it could first be read."""
        return self.due or self.made


class TextQuerySet(models.QuerySet["Text"]):
    def visible_to(self, person: Person | None) -> Self:
        """The house alone; the app that left a text tells who may know what became of it."""
        return self.none()

    def to_send(self, now: datetime) -> Self:
        """Those for which there is something to do."""
        return self.filter(send_at__lte=now).order_by("send_at")


class Text(models.Model):
    """A text message that is to go: never a number, and never words.

    Who `whom` is, only the app knows that registered the kind.
    """

    KEPT = "30 days after it was of use, or until whoever it is for is forgotten"

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENT = "sent", _("texted")
        UNSURE = "unsure", _("we do not know whether the text arrived")
        NOT = "not", _("no text went")

    key = models.CharField(max_length=16, unique=True, default=new_key)
    kind = models.CharField(max_length=60)
    whom = models.BigIntegerField()
    args = models.JSONField(default=dict)
    dedupe = models.CharField(max_length=120)
    made = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()  # afterwards it does not go
    # When it is next tried. None: it is settled, and how and when say `state` and `at`.
    send_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    at = models.DateTimeField(null=True)

    objects = TextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whom", "kind", "dedupe"], name="texted_once"),
        ]
        indexes = [
            models.Index(
                fields=["send_at"], condition=Q(send_at__isnull=False), name="notices_to_text"
            ),
        ]

    def __str__(self) -> str:
        return f"text {self.key}"
