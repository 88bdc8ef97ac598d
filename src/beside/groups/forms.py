"""What people say about groups: words in, clean words out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.groups.actions import NAME_LENGTH
from beside.groups.words import Access, Entry, Experience, Safety, Way
from beside.kernel.text import tidy
from beside.look import pebbles


def _one_line(words: str) -> str:
    """A name in one line, without invisible signs. Raises ValidationError when nothing is left."""
    name = " ".join(tidy(words).split())
    if not name:
        raise forms.ValidationError(_("A name, or any word you like."))
    return name


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
        help_text=_("It stands beside your name, instead of a picture."),
        choices=pebbles.NAMES,
        coerce=int,
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        """One line, without invisible signs."""
        return _one_line(self.cleaned_data["name"])

    def taken(self) -> None:
        """Say that somebody else has this name."""
        self.add_error("name", _("Somebody in this group has that name already. Try another."))


class OpenForm(forms.Form):
    """A new group, as anybody will read about it, and how one becomes part of it."""

    name = forms.CharField(label=_("What is it called?"), max_length=120)
    about = forms.CharField(
        label=_("What is it, in two or three sentences?"),
        help_text=_("As you would tell somebody who hesitates to come."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    experiences = forms.MultipleChoiceField(
        label=_("What brings people there?"),
        choices=Experience.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ways = forms.MultipleChoiceField(
        label=_("How does it meet?"), choices=Way.choices, widget=forms.CheckboxSelectMultiple
    )
    safety = forms.MultipleChoiceField(
        label=_("Is it for some people only?"),
        choices=Safety.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    access = forms.MultipleChoiceField(
        label=_("What makes coming easier there?"),
        choices=Access.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    entry = forms.ChoiceField(
        label=_("How does one become a member?"), choices=Entry.choices, widget=forms.RadioSelect
    )
    visits = forms.BooleanField(label=_("People may visit once"), required=False, initial=True)
    facilitated_by = forms.CharField(
        label=_("Facilitated by"),
        help_text=_("The names they chose to be shown by."),
        max_length=120,
        required=False,
    )
    known_as = forms.CharField(
        label=_("What may people call you there?"),
        help_text=_(
            "You facilitate it at first, and can give that to others once they have joined."
        ),
        max_length=NAME_LENGTH,
    )

    def clean_known_as(self) -> str:
        return _one_line(self.cleaned_data["known_as"])


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
