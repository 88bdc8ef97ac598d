"""Where somebody can turn right now. Facts about lines, and nothing about people."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock, dialling
from beside.kernel.ids import new_key
from beside.signposts.countries import Country


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, person: object) -> Self:
        """Everybody may see every line, signed in or not."""
        return self.all()

    def shown(self) -> Self:
        """Those that the organisation did not take down, emergency first."""
        return self.filter(taken_down_on=None).order_by("country", "place", "pk")


class Line(models.Model):
    """One number to call or to write to, as it is dialled in its country."""

    KEPT = "as long as it is right; taken down at once when it is not"

    class Kind(models.TextChoices):
        """Different kinds of help; never called by one word."""

        EMERGENCY = "emergency", _("Emergency")
        CRISIS = "crisis", _("Crisis line")
        HELPLINE = "helpline", _("Helpline")
        WARMLINE = "warmline", _("Warmline, run by peers")

    key = models.CharField(max_length=16, unique=True, default=new_key)
    slug = models.CharField(max_length=60, unique=True, null=True)
    country = models.CharField(max_length=2, choices=Country)
    place = models.PositiveSmallIntegerField(default=1000)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80)
    dial = models.CharField(max_length=30, blank=True)
    dial_other = models.CharField(max_length=30, blank=True)
    text_to = models.CharField(max_length=30, blank=True)
    text_words = models.CharField(max_length=20, blank=True)
    hours = models.CharField(max_length=80)
    whom = models.CharField(max_length=120, blank=True)
    young = models.BooleanField(default=False)  # made for children and young people
    languages = ArrayField(models.CharField(max_length=12), default=list)
    source = models.CharField(max_length=80)
    collected_on = models.DateField()
    verified_on = models.DateField(null=True)
    expires_on = models.DateField()
    taken_down_on = models.DateField(null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(dial="") | ~Q(text_to=""), name="a_line_has_a_number"
            ),
        ]
        indexes = [models.Index(fields=["country", "place"], name="lines_of_a_country")]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been looked at again by now."""
        return self.expires_on < clock.now().date()

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody of this organisation said that it is right."""
        return self.verified_on is not None

    @property
    def languages_in_words(self) -> str:
        """Its languages, each by its own name: "English, Français"."""
        return ", ".join(str(get_language_info(code)["name_local"]) for code in self.languages)

    @property
    def called(self) -> str:
        """Its name. The emergency number has none: it is called by what it is."""
        return str(self.get_kind_display()) if self.kind == self.Kind.EMERGENCY else self.name

    @property
    def hours_in_words(self) -> str:
        """When somebody answers; the lines we carry are said in the reader's language."""
        return gettext(self.hours)

    @property
    def whom_in_words(self) -> str:
        """Whom it is for, in the reader's language where we carry the line; "" for everybody."""
        return gettext(self.whom) if self.whom else ""

    @property
    def call_href(self) -> str:
        return dialling.call(self.dial) if self.dial else ""

    @property
    def call_other_href(self) -> str:
        return dialling.call(self.dial_other) if self.dial_other else ""

    @property
    def text_href(self) -> str:
        return dialling.text(self.text_to, self.text_words) if self.text_to else ""


def is_a_line(number: str) -> bool:
    """Whether this whole mobile number (+447400123456) is one that people turn to."""
    shown = Line.objects.values_list("country", "dial", "dial_other", "text_to") if number else ()
    return any(
        dialling.mobile(each, country) == number for country, *all_of in shown for each in all_of
    )


def lines_for(country: str) -> list[Line]:
    """The lines of a country (ISO 3166-1), emergency first; empty where we carry none."""
    return list(Line.objects.shown().filter(country=country))


def young_lines_for(country: str) -> list[Line]:
    """Those of them that are made for children and young people."""
    return list(Line.objects.shown().filter(country=country, young=True))


def again_on(day: date) -> date:
    """By when a line that was looked at on `day` wants to be looked at again: a year later."""
    return date(day.year + 1, day.month, min(day.day, 28))
