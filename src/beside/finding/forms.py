"""What did they ask for? Whatever an address holds is answered; what makes no sense is left out."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from beside.finding.matching import WEEKDAYS, WEEKEND, Point, Wish
from beside.groups.words import Access, Experience, Safety, Way

WAYS = [Way.CALL, Way.IN_PERSON, Way.WRITING, Way.TELEPHONE]
DAYS = {"weekdays": WEEKDAYS, "weekend": WEEKEND, **{str(day): (day,) for day in range(7)}}
KILOMETRES = (1, 3, 5, 10, 25, 50)
USUALLY = 10


class Some(forms.MultipleChoiceField):
    """Any number of the choices; what is not one of them is passed over."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, **more)

    def clean(self, value: Any) -> list[str]:
        return [each for each in value or [] if self.valid_value(each)]


class FindForm(forms.Form):
    """The questions of the finder. None needs an answer."""

    experience = Some(label=_("What brings you here?"), choices=Experience.choices)
    way = Some(
        label=_("How would you like to meet?"), choices=[(way.value, way.label) for way in WAYS]
    )
    day = Some(
        label=_("When"),
        choices=[
            ("weekdays", _("Weekdays")),
            ("weekend", _("Weekends")),
            *((str(day), words) for day, words in WEEKDAYS_ABBR.items()),
        ],
    )
    part = Some(
        label=_("Part of the day"),
        choices=[
            ("morning", _("Morning")),
            ("afternoon", _("Afternoon")),
            ("evening", _("Evening")),
            ("night", _("Night")),
        ],
    )
    place = forms.CharField(
        label=_("Near a town or postcode"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    km = forms.ChoiceField(
        label=_("Within"),
        required=False,
        choices=lambda: [(km, _("%(n)d km") % {"n": km}) for km in KILOMETRES],
    )
    near = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    safety = Some(label=_("I would feel safer with"), choices=Safety.choices)
    access = Some(label=_("It helps me to come"), choices=Access.choices)
    language = Some(label=_("Language"), choices=[])

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]

    def wish(self, point: Point | None) -> Wish:
        """What was asked for, with the place already found."""
        said = self.cleaned_data
        days = [day for name in said.get("day", []) for day in DAYS[name]]
        return Wish(
            experiences=frozenset(said.get("experience", [])),
            ways=frozenset(said.get("way", [])),
            days=frozenset(days),
            parts=frozenset(said.get("part", [])),
            point=point,
            km=float(said.get("km") or USUALLY),
            languages=frozenset(said.get("language", [])),
            safety=frozenset(said.get("safety", [])),
            access=frozenset(said.get("access", [])),
        )


def near(words: str) -> Point | None:
    """A position from a browser, "51.54,-0.05": to two decimals, about a kilometre, at most."""
    match = re.fullmatch(r"(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)", words.strip())
    if match is None:
        return None
    latitude, longitude = round(float(match[1]), 2), round(float(match[2]), 2)
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
