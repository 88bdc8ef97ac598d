"""What the finder goes through: one narrow table of what everybody may know anyway."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beside.groups.models import Group
from beside.people.models import Person


def _words(length: int) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=length))


class OccasionQuerySet(models.QuerySet["Occasion"]):
    def visible_to(self, person: Person | None) -> Self:
        """Everybody may know when and where a listed group meets."""
        return self.all()


class Occasion(models.Model):
    """One way to come to a listed group: its meetings at the same hour of the week and the same
    place. One that has no meetings has one occasion without `starts`. Public.

    Nobody writes here: the database keeps it as groups, meetings, venues and doors change, within
    the same statement (`migrations/0002_wall.py`, decision 0015).
    """

    KEPT = "as long as the group is listed"

    group = models.ForeignKey(Group, models.DO_NOTHING, related_name="+")  # they go with it
    key = models.CharField(max_length=16)  # the group's
    starts = ArrayField(models.DateTimeField())  # what is not cancelled, in order
    way = models.CharField(max_length=10)
    # The exact point where the door is public, else the rounded one; none without a room.
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    offers = _words(20)  # access, by the group or at the venue
    group_ways = _words(20)
    access = _words(20)  # by the group
    experiences = _words(20)
    languages = _words(12)
    safety = _words(20)
    ours = models.BooleanField()  # not listed elsewhere

    objects = OccasionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="occasions_by_place")]

    def __str__(self) -> str:
        return f"occasion {self.pk}"
