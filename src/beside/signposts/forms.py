"""What did they say about the lines?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from beside.kernel import dialling
from beside.signposts.countries import Country
from beside.signposts.models import Line


def _label(line: Line) -> SafeString:
    """The question, and for the ear of which line; no translator changes its name."""
    marked = "" if line.kind == Line.Kind.EMERGENCY else mark_safe(" data-words")
    asked = '{} <span class="only-heard"{}>{}</span>'
    return format_html(asked, _("Is it right?"), marked, line.called)


class Confirming(forms.Form):
    """One answer for each line; the field of a line carries its key."""

    ANSWERS = [
        ("right", _("Right")),
        ("wrong", _("Wrong: take it down")),
        ("later", _("Not looked at")),
    ]

    def __init__(self, lines: Iterable[Line], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[line.key] = forms.ChoiceField(
                label=_label(line), choices=self.ANSWERS, widget=forms.RadioSelect, initial="later"
            )

    def answered(self, answer: str) -> list[str]:
        """The keys of the lines that were given this answer."""
        return [key for key, said in self.cleaned_data.items() if said == answer]


if TYPE_CHECKING:
    LineForm = forms.ModelForm[Line]
else:
    LineForm = forms.ModelForm


class OwnLine(LineForm):
    """A line of the organisation's own, with a number that can be dialled there."""

    class Meta:
        model = Line
        fields = [
            "country",
            "kind",
            "name",
            "dial",
            "text_to",
            "text_words",
            "hours",
            "young",
            "source",
        ]
        labels = {
            "country": _("Country"),
            "kind": _("What it is"),
            "name": _("Its name"),
            "dial": _("Number to call, as people dial it there"),
            "text_to": _("Number to write to"),
            "text_words": _("Word to begin with"),
            "hours": _("When somebody answers"),
            "young": _("It is for children and young people"),
            "source": _("Where this is published"),
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        numbers = {name: said.get(name) or "" for name in ("dial", "text_to")}
        if not any(numbers.values()) and not self.errors:
            self.add_error("dial", _("Please give a number to call or to write to."))
        for name, number in numbers.items():
            if number and not dialling.can_be_dialled(number, said.get("country", "")):
                self.add_error(name, _("This number cannot be dialled in that country."))
        return said


def country_from(words: str, *, otherwise: str) -> str:
    """The country that an address asks for, or the other one."""
    return words if words in Country.values else otherwise
