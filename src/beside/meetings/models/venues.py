"""Where groups meet, as far as everybody may know."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beside.kernel.ids import new_key


class Venue(models.Model):
    """The face of a place: what may be known before anybody has been spoken to. Public.

    The point is rounded to two decimals of a degree, about a kilometre; the exact one is at the
    door.
    """

    KEPT = "as long as a group meets there"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    name = models.CharField(max_length=120)
    neighbourhood = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    access = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    confirmed_on = models.DateField(null=True)
    source = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name
