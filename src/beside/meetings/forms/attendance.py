"""At the door, and on paper afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.utils.dateformat import format as in_format
from django.utils.translation import gettext_lazy as _

from beside.groups.actions import NAME_LENGTH
from beside.kernel.text import tidy
from beside.meetings import proving
from beside.people.models import Person

NAME_ON_PAPER = 80
SALT = "meetings.proof"


class CodeForm(forms.Form):
    """The code that is shown at the door."""

    code = forms.CharField(
        label=_("The code at the door"),
        help_text=_("Six letters and digits. A facilitator shows it."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class ProofForm(forms.Form):
    """Which days, and the name that stands on the sheet."""

    name = forms.CharField(
        label=_("The name on the sheet"),
        help_text=_(
            "As whoever asks for it knows you. It is printed and not kept: we keep only enough to "
            "recognise it when somebody types it again."
        ),
        max_length=NAME_ON_PAPER,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days on which you came"),
        coerce=date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
    )
    # The code of the sheet, signed: the same form sent twice makes one sheet.
    ticket = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, days: Iterable[date], person: Person, **more: Any) -> None:
        self.signer = signing.Signer(salt=f"{SALT}.{person.pk}")
        super().__init__(*args, **more)
        self.fields["ticket"].initial = self.signer.sign(proving.new_code())
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), in_format(day, "l, j F Y")) for day in sorted(days, reverse=True)
        ]

    def clean_name(self) -> str:
        """One line, without invisible signs."""
        name = " ".join(tidy(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("A name has to stand on the sheet."))
        return name

    def clean_ticket(self) -> str:
        """The code, if it is one that we made for this person."""
        try:
            return self.signer.unsign(self.cleaned_data["ticket"])
        except signing.BadSignature as forged:
            raise forms.ValidationError(_("Please load this page again.")) from forged


class ConfirmForm(forms.Form):
    """What stands on a sheet."""

    code = forms.CharField(
        label=_("The code on the sheet"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=_("The name on the sheet"),
        max_length=NAME_ON_PAPER,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        """As it was tidied when the sheet was made."""
        return " ".join(tidy(self.cleaned_data["name"]).split())
