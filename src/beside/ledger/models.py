"""The record of uses of power. Never a record of speech."""

from __future__ import annotations

import hashlib
import json
from typing import Self

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, person: int | None) -> Self:
        """What was done about this person, unless two people delayed it to protect somebody."""
        shown = Q(withheld_until=None) | Q(withheld_until__lte=clock.now())
        # Asked of the database by its owner: who delayed what is nobody's to see.
        later = Func(F("matter"), function="is_delayed", output_field=models.BooleanField())
        return self.filter(shown, ~Q(later), about=person)


class Line(models.Model):
    """One use of power, chained to the one before it so that a missing line shows.

    People and groups are numbers without foreign keys: the record outlives them. `matter` is the
    random key of what it was about, where several lines tell of the same; `withheld_until` gives a
    second person time to agree that the one concerned reads it later.
    """

    KEPT = "for the life of the organisation; numbers, acts and reasons, never words of members"

    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    role = models.CharField(max_length=40)
    about = models.BigIntegerField(null=True)
    group = models.BigIntegerField(null=True)
    act = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    matter = models.CharField(max_length=16, blank=True)
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
        if self.matter:  # lines older than matters keep their digest
            said["matter"] = self.matter
        words = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
        return hashlib.sha256(before + words).digest()


class Delay(models.Model):
    """Two people want the lines of a matter to be read later by the one concerned.

    It holds once a second person has agreed, until the day of review; then the lines are shown
    unless two people agree anew. Only the house looks at who they were.
    """

    KEPT = "for the life of the organisation, as the lines it delays"

    class Why(models.TextChoices):
        DANGER = "danger", _("somebody could be in danger")
        TELLER = "teller", _("it would show who told us")

    matter = models.CharField(max_length=16)
    why = models.CharField(max_length=10, choices=Why)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField(default=clock.now)
    agreed_by = models.BigIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None, until=None)
                | (
                    Q(agreed_by__isnull=False, agreed_at__isnull=False, until__isnull=False)
                    & ~Q(agreed_by=F("asked_by"))
                ),
                name="two_people_delay_a_line",
            ),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(agreed_by=None), name="one_delay_is_asked_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["matter"], name="ledger_delay_matter")]

    def __str__(self) -> str:
        return f"delay of {self.matter}"
