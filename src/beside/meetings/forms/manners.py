"""How a group keeps its meetings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.meetings.models import Manner

OFFERS = [
    (30, _("half an hour")),
    (60, _("an hour")),
    (120, _("two hours")),
    (240, _("four hours")),
    (720, _("twelve hours")),
    (1440, _("a day")),
    (2880, _("two days")),
]
KEPT = [
    (1, _("until the day after")),
    (7, _("a week")),
    (30, _("30 days")),
    (90, _("three months")),
    (365, _("a year")),
]


class MannerForm(forms.Form):
    """What the group wishes."""

    door_after = forms.ChoiceField(
        label=_("When does somebody new learn the exact place?"),
        help_text=_(
            "Until then they read the neighbourhood only. Present members know it. Whoever joins "
            "later without having talked with anybody waits too."
        ),
        choices=Manner.DoorAfter.choices,
        widget=forms.RadioSelect,
    )
    supporters = forms.BooleanField(
        label=_("People may bring somebody along"),
        help_text=_(
            "A supporter takes a place too, and comes in after the greeter has seen the person "
            "alone."
        ),
        required=False,
    )
    offer_minutes = forms.TypedChoiceField(
        label=_("How long is a free place kept for whoever is next?"),
        help_text=_(
            "Never beyond the start of the meeting. Nobody has to answer between 21:00 and 8:00: "
            "the offer lasts into the morning. Then it goes to the next person."
        ),
        choices=OFFERS,
        coerce=int,
    )
    attendance_days = forms.TypedChoiceField(
        label=_("How long is it kept who came?"),
        help_text=_(
            "Facilitators see it, and people can prove days on which they came. Then it is erased."
        ),
        choices=KEPT,
        coerce=int,
    )

    def __init__(self, *args: Any, manner: Manner, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            field.initial = getattr(manner, name)
