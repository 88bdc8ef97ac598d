"""What did they say about their calendars?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from beside.exchange.models import CalendarAddress
from beside.kernel.text import tidy

Shows = CalendarAddress.Shows


class NewCalendar(forms.Form):
    """An address for a calendar, and what is told at it."""

    label = forms.CharField(
        label=_("What you call it"),
        max_length=40,
        initial=_("My phone"),
        help_text=_("Only you see this, so that you know later which one to stop."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shows = forms.ChoiceField(
        label=_("What your calendar says"),
        choices=Shows.choices,
        initial=Shows.NEUTRAL,
        help_text=_("Whoever sees your calendar sees this: on your phone, at work, at home."),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Words of your own"),
        max_length=60,
        required=False,
        help_text=_("If you chose that. Choir, a walk, anything that needs no explaining."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    place = forms.BooleanField(
        label=_("Say where it is"),
        required=False,
        help_text=_("The place, or that it is a call. There is never a link into a room."),
    )

    def clean_label(self) -> str:
        return _one_line(self.cleaned_data["label"]) or gettext("My calendar")

    def clean_words(self) -> str:
        return _one_line(self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("shows") != Shows.OWN:
            said["words"] = ""
        elif not said.get("words"):
            self.add_error("words", gettext("Write the words that your calendar is to say."))
        return said


def _one_line(words: str) -> str:
    return " ".join(tidy(words).split())
