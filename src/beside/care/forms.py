"""What people say when they tell us something, look after something, or offer hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.care.words import ABOUT_A_POST, Kind
from beside.forum.forms import Words
from beside.groups.models import Group

MOST = 4000
EVERYWHERE = "all"
WEEKS = [(1, _("this once")), (4, _("for 4 weeks")), (8, _("for 8 weeks"))]


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(kind.value, kind.label) for kind in ABOUT_A_POST],
        initial=Kind.WORRIED,
        widget=forms.RadioSelect,
    )
    words = Words(label=_("In your words"), max_length=MOST, required=False, widget=_area())


class WordsForm(forms.Form):
    """A few words; what they are for is said by `label`."""

    words = Words(
        max_length=MOST,
        widget=_area(),
        error_messages={"required": _("There are no words yet.")},
    )

    def __init__(self, *args: Any, label: Any = "", hint: Any = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["words"].label, self.fields["words"].help_text = label, hint


class CloseForm(WordsForm):
    """The answer; it may be left out where nobody told us anything."""

    def __init__(self, *args: Any, asked: bool, **more: Any) -> None:
        label = _("Your answer to whoever told us") if asked else _("How it ended")
        super().__init__(*args, label=label, **more)
        self.fields["words"].required = asked


class HoursForm(forms.Form):
    """When somebody reads: a day, from when until when, and for how many weeks."""

    where = forms.ChoiceField(label=_("Where"))
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))
    weeks = forms.TypedChoiceField(label=_("Again"), choices=WEEKS, coerce=int, initial=1)

    def __init__(self, *args: Any, groups: list[Group], for_all: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.groups = {group.key: group for group in groups}
        places: list[tuple[str, Any]] = [(group.key, group.name) for group in groups]
        if for_all:
            places.insert(0, (EVERYWHERE, _("for all groups")))
        self.fields["where"] = forms.ChoiceField(
            label=_("Where"), choices=places, widget=forms.Select(attrs={"data-words": True})
        )

    def spans(self, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
        """The hours as moments on the clock of `zone`; those that end earlier end the next day."""
        said = self.cleaned_data
        found = []
        for week in range(said["weeks"]):
            day = said["on"] + timedelta(weeks=week)
            begin = datetime.combine(day, said["start"], zone)
            last = day if said["end"] > said["start"] else day + timedelta(days=1)
            found.append((begin, datetime.combine(last, said["end"], zone)))
        return found

    @property
    def group(self) -> Group | None:
        """The group, or None for all."""
        return self.groups.get(self.cleaned_data["where"])
