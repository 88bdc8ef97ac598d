"""How somebody comes, and how it was."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.groups.forms import NameForm
from beside.meetings.fit import QUESTIONS


class ListeningForm(forms.Form):
    """How somebody would like to come."""

    listen_only = forms.BooleanField(
        label=_("I would like to listen"),
        help_text=_("Nobody asks you to speak. You can change your mind while you are there."),
        required=False,
    )
    greet = forms.BooleanField(
        label=_("Please ask someone to greet me"),
        help_text=_("Somebody from the group writes you a few words before."),
        required=False,
        initial=True,
    )
    supporter = forms.BooleanField(
        label=_("Somebody comes with me"),
        help_text=_(
            "They take a place too. They come in after the greeter has seen you alone, "
            "so that you can say how it is without them."
        ),
        required=False,
    )

    def __init__(self, *args: Any, supporters: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if not supporters:
            del self.fields["supporter"]


class VisitForm(ListeningForm, NameForm):
    """Who somebody would like to be on their visit, and how they come."""

    field_order = ("name", "pebble", "listen_only", "greet", "supporter")


class FitForm(forms.Form):
    """Three questions, each of which may be passed over."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for question in QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                label=str(question.words),
                choices=question.answers,
                widget=forms.RadioSelect,
                required=False,
            )
