"""What came in from elsewhere, row by row; and the addresses at which calendars ask."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people.models import OwnQuerySet, Person, Role
from beside.vault.box import Box, fingerprint


class SeenByCoordinators(models.QuerySet["Import"]):
    def visible_to(self, person: Person | None) -> Self:
        """Whoever runs the programme sees what was brought into it."""
        return self if _coordinates(person) else self.none()


class RowsSeenByCoordinators(models.QuerySet["Row"]):
    def visible_to(self, person: Person | None) -> Self:
        """The same as the import they belong to."""
        return self if _coordinates(person) else self.none()


def _coordinates(person: Person | None) -> bool:
    if person is None:
        return False
    return Role.objects.current().filter(person=person, role=Role.Kind.COORDINATOR).exists()


class Import(models.Model):
    """One file, brought in once. `number` is what `./beside import undo` is told."""

    KEPT = "two years; what was here before only until the next import of the same source"

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(default=clock.now)
    source = models.CharField(max_length=80)
    file = models.CharField(max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    dates_before = models.JSONField(default=dict)  # group number: when its source was last read
    undone_at = models.DateTimeField(null=True)

    objects = SeenByCoordinators.as_manager()

    def __str__(self) -> str:
        return f"import {self.number}"


class Row(models.Model):
    """What became of one row. Refused rows say why; changed ones hold what was here before."""

    KEPT = "as long as the import"

    class What(models.TextChoices):
        """What was done."""

        ADDED = "added"
        UPDATED = "updated"
        CLOSED = "closed"
        REFUSED = "refused"

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = (
        models.PositiveIntegerField()
    )  # its place in the file, from 1; 0 where it was not in it
    slug = models.CharField(max_length=120, blank=True)
    what = models.CharField(max_length=8, choices=What)
    field = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    group = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)

    objects = RowsSeenByCoordinators.as_manager()

    class Meta:
        indexes = [models.Index(fields=["of", "what", "number"], name="rows_of_an_import")]

    def __str__(self) -> str:
        return f"row {self.number}: {self.what}"


class CalendarAddress(models.Model):
    """An address at which a calendar asks for one person's meetings. Theirs alone.

    The secret in it is shown once and not kept: only its fingerprint, by which it is known again.
    """

    KEPT = "until its person stops it or is erased"

    class Shows(models.TextChoices):
        """What a calendar is told of a meeting, beside when it is."""

        NEUTRAL = "neutral", _("“Group meeting”, and nothing more")
        OWN = "own", _("Words of my own")
        NAME = "name", _("The name of the group")

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    secret_hash = models.BinaryField(unique=True)
    label = models.CharField(max_length=40)
    shows = models.CharField(max_length=8, choices=Shows, default=Shows.NEUTRAL)
    words_sealed = models.BinaryField(default=b"")
    place = models.BooleanField(default=False)
    made_on = models.DateField()
    asked_on = models.DateField(null=True)  # the last day on which a calendar came by

    objects = OwnQuerySet["CalendarAddress"].as_manager()

    def __str__(self) -> str:
        return f"calendar address {self.key}"

    @staticmethod
    def digest(secret: str) -> bytes:
        """What is kept of the secret."""
        return fingerprint(f"calendar:{secret}")

    @property
    def words(self) -> str:
        """The words of their own, opened; empty when there are none. Needs an open transaction."""
        if not self.words_sealed:
            return ""
        return Box("person", self.person_id).open(self.words_sealed, **self._place)

    @words.setter
    def words(self, words: str) -> None:
        box = Box("person", self.person_id)
        self.words_sealed = box.seal(words, **self._place) if words else b""

    @property
    def _place(self) -> dict[str, str]:
        return {"table": "exchange_calendaraddress", "column": "words_sealed", "row": self.key}


class Told(models.Model):
    """Since when one line of the public feed is as it is; with an empty slug, the whole feed.

    Not the line itself: only by what it is known again.
    """

    KEPT = "as long as the line stands in the feed"

    slug = models.CharField(max_length=120, unique=True)
    digest = models.CharField(max_length=32)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"told {self.slug}"


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def visible_to(self, person: Person | None) -> Self:
        """A file waits for whoever sent it, while they run the programme."""
        return self.filter(by=person) if person and _coordinates(person) else self.none()


class Waiting(models.Model):
    """A file that somebody sent and has not decided about, and how it is to be read."""

    KEPT = "a day, or until it is brought in or put away"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    file = models.CharField(max_length=200)
    raw = models.BinaryField()  # packed
    manner = models.JSONField()
    became = models.ForeignKey(Import, models.CASCADE, null=True, related_name="+")

    objects = WaitingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"waiting {self.key}"
