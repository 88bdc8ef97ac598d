"""What people say about groups: words in, clean words out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.groups.actions import NAME_LENGTH
from beside.kernel.text import tidy
from beside.look import pebbles


class NameForm(forms.Form):
    """Who somebody would like to be in one group."""

    name = forms.CharField(
        label=_("What may people call you here?"),
        help_text=_("Not your real name, if you would rather not. Only this group sees it."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    pebble = forms.TypedChoiceField(
        label=_("Choose a pebble"),
        help_text=_("It stands beside your name, where others have a photo."),
        choices=pebbles.NAMES,
        coerce=int,
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        """One line, without invisible signs."""
        name = " ".join(tidy(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("A name, or any word you like."))
        return name

    def taken(self) -> None:
        """Say that somebody else has this name."""
        self.add_error("name", _("Somebody in this group has that name already. Try another."))


class WordsForm(forms.Form):
    """A few lines."""

    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(
        self, *args: Any, label: Any = "", hint: Any = "", required: bool = True, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["words"].label = label
        self.fields["words"].help_text = hint
        self.fields["words"].required = required

    def clean_words(self) -> str:
        return tidy(self.cleaned_data["words"])


class AgreementForm(WordsForm):
    """What the group agreed on."""

    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 10}), max_length=8000)
