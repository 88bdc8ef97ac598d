"""What people say at the door and in the circle."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.rooms.rounds import KINDS, QUESTION_SIGNS


class KnockForm(forms.Form):
    """How somebody would like to be here today."""

    listen_only = forms.BooleanField(label=_("Only listen today"), required=False)
    writes = forms.BooleanField(label=_("I’d rather write"), required=False)
    agree = forms.BooleanField(
        label=_("I agree, for today"),
        error_messages={"required": _("Say yes to this first; it is what holds the meeting.")},
    )


class RoundForm(forms.Form):
    """A question for the circle."""

    question = forms.CharField(label=_("The question"), max_length=QUESTION_SIGNS)
    minutes = forms.TypedChoiceField(
        label=_("Time for each"),
        coerce=int,
        initial=120,
        choices=[
            (60, _("1 minute")),
            (120, _("2 minutes")),
            (180, _("3 minutes")),
            (300, _("5 minutes")),
            (480, _("8 minutes")),
        ],
    )
    first = forms.SlugField(required=False)
    saw = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class MoveForm(forms.Form):
    """One move in a round, and which version of it was seen."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    saw = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    to = forms.SlugField(required=False, max_length=16)
    seconds = forms.IntegerField(required=False, min_value=0, max_value=900)
    order = forms.CharField(required=False, max_length=600)

    def clean_order(self) -> tuple[str, ...]:
        """Keys of seats, divided by commas."""
        return tuple(key for key in str(self.cleaned_data["order"]).split(",") if key)
