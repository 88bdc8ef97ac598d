"""Booking for somebody without an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.groups.actions import NAME_LENGTH
from beside.kernel.text import tidy
from beside.meetings import texting
from beside.meetings.actions import CONTACT_LENGTH
from beside.meetings.models import Guest
from beside.people import gateway


class GuestForm(forms.Form):
    """Who they are, and how somebody reaches them."""

    name = forms.CharField(
        label=_("What shall we call them?"),
        help_text=_("A first name is enough. Facilitators and greeters read it."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reach = forms.ChoiceField(
        label=_("How do they want to be reminded?"),
        choices=Guest.Reach.choices,
        initial=Guest.Reach.CALL,
        widget=forms.RadioSelect,
    )
    contact = forms.CharField(
        label=_("Their number or address"),
        help_text=_(
            "Only what is safe for them: may somebody else answer, read the screen, or open the "
            "letter? For a letter, all that stands on the envelope. "
            "Only facilitators of this group read it, and it is erased 30 days after their "
            "last meeting."
        ),
        max_length=CONTACT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        """One line, without invisible signs."""
        name = " ".join(tidy(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("A name, or any word you like."))
        return name

    def clean(self) -> dict[str, Any]:
        """Whoever is to be reached has a number or an address."""
        said = super().clean() or self.cleaned_data
        said["contact"] = tidy(said.get("contact", ""))
        if said.get("reach") != Guest.Reach.NOBODY and not said["contact"]:
            self.add_error("contact", _("A number or an address, or choose “not at all”."))
        elif said.get("reach") == Guest.Reach.TEXT and not _takes_texts(said["contact"]):
            self.add_error(
                "contact",
                _(
                    "Texts go by themselves, so only a mobile number can stand here, without "
                    "words. If there is more to know about it, choose a call."
                ),
            )
        return said


def _takes_texts(contact: str) -> bool:
    """Where no gateway is, somebody reads it and writes themselves."""
    return not gateway.is_set() or bool(texting.mobile_of(contact))
