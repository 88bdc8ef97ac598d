"""Where groups meet, as far as everybody may know."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from beside.groups.words import Access, in_words
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people.models import Person

CONFIRMED_FOR = timedelta(days=90)


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, person: Person | None) -> Self:
        """Everybody may know the face of a place."""
        return self.all()

    def in_place(self, name: str) -> Self:
        """Those in a town, or in a part of one, by its name in whatever capitals."""
        return self.filter(Q(town__iexact=name) | Q(neighbourhood__iexact=name))

    def lapsed(self) -> Self:
        """Those that nobody has confirmed for 90 days."""
        since = clock.now().date() - CONFIRMED_FOR
        return self.exclude(confirmed_on__gte=since)

    def longest_unconfirmed_first(self) -> Self:
        return self.order_by(F("confirmed_on").asc(nulls_first=True), "name", "pk")


class Venue(models.Model):
    """The face of a place: what may be known before anybody has been spoken to. Public.

    Where the door is not public, neither is what would lead there: `name` is the neighbourhood
    then, postcode, quiet space and transport are empty, and what is true of them is at the door.
    The point is rounded to two decimals of a degree, about a kilometre; the exact one is at the
    door, too.
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
    getting_in = models.TextField(blank=True)
    quiet_space = models.CharField(max_length=200, blank=True)
    transport = models.TextField(blank=True)
    confirmed_on = models.DateField(null=True)
    source = models.CharField(max_length=80, blank=True)

    objects = VenueQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["latitude", "longitude"], name="venues_by_point"),
            models.Index(Upper("town"), name="venues_by_town"),
            models.Index(Upper("neighbourhood"), name="venues_by_neighbourhood"),
            # By its beginning, too: "E9" is half of "E9 6SR".
            models.Index(
                OpClass(Upper("postcode"), name="text_pattern_ops"), name="venues_by_postcode"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_lapsed(self) -> bool:
        """Whether nobody has confirmed it for 90 days, so that a page must say so."""
        today = clock.now().date()
        return self.confirmed_on is None or today - self.confirmed_on > CONFIRMED_FOR

    @property
    def around(self) -> str:
        """The neighbourhood and the town, as far as they are known and differ."""
        places = dict.fromkeys(each for each in (self.neighbourhood, self.town) if each)
        return ", ".join(places)

    @property
    def face(self) -> str:
        """All that everybody may know of where it is: "Library, Hackney, London"."""
        words = dict.fromkeys(each for each in (self.name, self.neighbourhood, self.town) if each)
        return ", ".join(words)

    @property
    def told_name(self) -> str:
        """What it is really called, for whoever sees the door; else what everybody may call it.

        For pages that fetched `door` with it.
        """
        door = getattr(self, "door", None)
        return (door.name if door else "") or self.name

    @property
    def told_face(self) -> str:
        """The same with where it is: "The Loft, Homerton, London"."""
        named = (self.told_name, self.neighbourhood, self.town)
        return ", ".join(dict.fromkeys(each for each in named if each))

    @property
    def access_in_words(self) -> list[str]:
        return in_words(Access, self.access)
