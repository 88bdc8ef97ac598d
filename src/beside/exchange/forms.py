"""What did they say about their calendars, and about a file to be brought in?"""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from beside.exchange.formats import FORMATS, code_names
from beside.exchange.meeting_guide import UnreadableFile
from beside.exchange.models import CalendarAddress
from beside.exchange.previews import How
from beside.groups.words import Experience
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


LARGEST = 2_000_000  # bytes, of what fits into one form here; longer ones at the command line


class BringForm(forms.Form):
    """A listing from elsewhere, and how it is to be read."""

    file_name = ""

    file = forms.FileField(
        label=_("The listing"),
        max_length=200,
        help_text=_("JSON, up to 2 MB. Nothing changes until you have seen what it would do."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
    source = forms.CharField(
        label=_("Where it comes from"),
        max_length=80,
        help_text=_(
            "Visitors read this name beside each group. The same name again changes those groups."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    experiences = forms.MultipleChoiceField(
        label=_("What brings people to its groups?"),
        help_text=_("Where the listing does not say so itself."),
        choices=Experience.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        help_text=_("Where a row does not say its own. Such as Europe/London."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )
    format = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=[("", _("As the file looks")), *FORMATS.items()],
    )
    sunday = forms.TypedChoiceField(
        label=_("What Sunday is in a BMLT file"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("As the file shows")),
            ("1", _("1, as BMLT answers")),
            ("0", _("0, as in a copy of its database")),
        ],
    )
    codes = forms.FileField(
        label=_("What its type codes mean"),
        required=False,
        max_length=200,
        help_text=_("A JSON file with codes and names, or BMLT’s formats."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
    replace = forms.BooleanField(
        label=_("This file is all there is"),
        required=False,
        help_text=_("Groups of the same source that are not in it are closed."),
    )

    def clean_source(self) -> str:
        source = _one_line(self.cleaned_data["source"])
        if not source:
            raise forms.ValidationError(gettext("A name, so that visitors know whose groups."))
        return source

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(gettext("There is no time zone of this name."))
        return zone

    def clean_codes(self) -> dict[str, str]:
        sent: UploadedFile[Any] | None = self.cleaned_data["codes"]
        if sent is None:
            return {}
        try:
            return code_names(json.loads(_whole(sent)))
        except (ValueError, TypeError, RecursionError):
            raise forms.ValidationError(gettext("These are not codes with names.")) from None

    def clean_file(self) -> bytes:
        sent: UploadedFile[Any] = self.cleaned_data["file"]
        self.file_name = str(sent.name)
        return _whole(sent)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.how().read(said["file"])
            except UnreadableFile as error:
                self.add_error("file", str(error))
        return said

    def how(self) -> How:
        """What was said about how to read it."""
        said = self.cleaned_data
        names = ("source", "experiences", "zone", "format", "sunday", "replace")
        return How(names=said["codes"], **{name: said[name] for name in names})


def _whole(sent: UploadedFile[Any]) -> bytes:
    if (sent.size or 0) > LARGEST:
        raise forms.ValidationError(
            gettext("The file is larger than 2 MB. Bring it in at the command line.")
        )
    raw: bytes = sent.read(LARGEST)
    return raw


def _one_line(words: str) -> str:
    return " ".join(tidy(words).split())
