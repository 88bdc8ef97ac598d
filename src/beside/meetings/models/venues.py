"""Where groups meet, as far as everybody may know."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beside.kernel import clock
from beside.kernel.ids import new_key

CONFIRMED_FOR = timedelta(days=90)


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
    quiet_space = models.CharField(max_length=200, blank=True)
    transport = models.TextField(blank=True)
    confirmed_on = models.DateField(null=True)
    source = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def has_lapsed(self) -> bool:
        """Whether nobody has confirmed it for 90 days, so that a page must say so."""
        today = clock.now().date()
        return self.confirmed_on is None or today - self.confirmed_on > CONFIRMED_FOR
