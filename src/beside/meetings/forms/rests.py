"""When many groups rest at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock

LONGEST, FURTHEST = timedelta(days=60), timedelta(days=366)


class RestForm(forms.Form):
    """From which day to which day, and what people read."""

    first = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("What shall people read?"),
        help_text=_(
            "The groups read it, and everybody who booked or waits for a place. For example: "
            "“We rest over the holidays. Help lines are open all days.”"
        ),
        max_length=200,
    )

    # What a look has shown: of which days, which groups, and which of them are left out.
    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=5_000)
    spared = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200_000)
    after = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000
    )

    @property
    def days(self) -> str:
        """The days in one word, once the form is valid."""
        return f"{self.cleaned_data['first']}..{self.cleaned_data['last']}"

    @property
    def left_out(self) -> list[str]:
        """Keys of the groups that meet all the same, from this page and those before it."""
        sent = self.data.getlist("group") if hasattr(self.data, "getlist") else []
        shown = self.cleaned_data["shown"].split()
        before = set(self.cleaned_data["spared"].split()) - set(shown)
        return sorted(before | (set(shown) - set(sent)))

    def clean_after(self) -> int:
        return self.cleaned_data["after"] or 0

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("last", _("At most 60 days at once."))
        elif last and last > clock.now().date() + FURTHEST:
            self.add_error("last", _("At most a year ahead."))
        return said
