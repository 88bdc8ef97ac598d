"""Notices: a kind and some keys. The words are made when somebody looks."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

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
