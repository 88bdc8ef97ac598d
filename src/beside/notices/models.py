"""Notices: a kind and some keys. The words are made when somebody looks."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people.models import Person


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person | None) -> Self:
        """One's own, once they are due."""
        if person is None:
            return self.none()
        return self.filter(Q(due=None) | Q(due__lte=clock.now()), person=person)

    def unseen(self) -> Self:
        return self.filter(seen=None)


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
    sent = models.DateTimeField(null=True)
    seen = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "dedupe"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["person", "made"], condition=Q(seen=None), name="notices_unseen")
        ]

    def __str__(self) -> str:
        return f"notice {self.key}"
