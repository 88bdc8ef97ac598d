"""The record of uses of power. Never a record of speech."""

from __future__ import annotations

import hashlib
import json
from typing import Self

from django.db import models

from beside.kernel import clock


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, person: int | None) -> Self:
        """What was done about this person, unless two people delayed it to protect somebody."""
        shown = models.Q(withheld_until=None) | models.Q(withheld_until__lte=clock.now())
        return self.filter(shown, about=person)


class Line(models.Model):
    """One use of power, chained to the one before it so that a missing line shows.

    People and groups are numbers without foreign keys: the record outlives them.
    """

    KEPT = "for the life of the organisation; numbers, acts and reasons, never words of members"

    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    role = models.CharField(max_length=40)
    about = models.BigIntegerField(null=True)
    group = models.BigIntegerField(null=True)
    act = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    withheld_until = models.DateTimeField(null=True)
    chain = models.BinaryField(unique=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["about"], name="ledger_line_about")]

    def __str__(self) -> str:
        return f"{self.act} at {self.at:%Y-%m-%d %H:%M}"

    def link(self, before: bytes) -> bytes:
        """The digest of this line upon the one before it (SHA-256 over JSON with sorted keys)."""
        said = {
            "at": self.at.isoformat(),
            "by": self.by,
            "role": self.role,
            "about": self.about,
            "group": self.group,
            "act": self.act,
            "reason": self.reason,
        }
        words = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
        return hashlib.sha256(before + words).digest()
