"""When a group meets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.groups.words import Way
from beside.meetings.models import Schedule
from beside.meetings.recurrence import DAYS


class WhenForm(forms.Form):
    """A day and an hour on the clock of the place."""

    on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class MoveForm(WhenForm):
    """Another day or hour for one meeting."""

    said = forms.CharField(
        label=_("A few words about it"), max_length=200, required=False, empty_value=""
    )


class CancelForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label=_("What shall people read?"),
        help_text=_("For example: “Both of us are ill. We meet again next week.”"),
        max_length=200,
    )


class PlanForm(WhenForm):
    """How a group meets from now on."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=10, max_value=480, initial=75)
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=[
            ("once", _("Once")),
            ("weekly", _("Every week, on that day")),
            ("fortnightly", _("Every other week, on that day")),
            ("monthly", _("Every month, on that weekday of the month")),
        ],
    )
    way = forms.ChoiceField(
        label=_("How"), choices=[(way.value, way.label) for way in Way if way != Way.WRITING]
    )
    places = forms.IntegerField(label=_("Places"), min_value=2, max_value=500, required=False)

    def rule(self) -> dict[str, Any]:
        """What the answers mean for a schedule."""
        said = self.cleaned_data
        day = DAYS[said["on"].weekday()]
        nth = (said["on"].day - 1) // 7 + 1
        if said["rhythm"] == "once":
            return {"frequency": Schedule.Frequency.ONCE}
        if said["rhythm"] == "monthly":
            return {
                "frequency": Schedule.Frequency.MONTHLY,
                "byday": [f"{nth}{day}" if nth < 5 else f"-1{day}"],
            }
        every = 2 if said["rhythm"] == "fortnightly" else 1
        return {"frequency": Schedule.Frequency.WEEKLY, "byday": [day], "interval": every}
