"""When a group meets."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from beside.groups import zones
from beside.groups.models import Group, Membership, Persona
from beside.groups.words import Part, Way
from beside.look import moments
from beside.meetings.models import Meeting, Schedule, Venue
from beside.meetings.models.venues import VenueQuerySet
from beside.meetings.recurrence import DAYS, local_times, same_clock
from beside.meetings.wishes import Wish

MEETS = [(way.value, way.label) for way in Way if way != Way.WRITING]
IN_A_ROOM = {Way.IN_PERSON, Way.HYBRID}
NTHS = [
    ("1", pgettext_lazy("weekday of the month", "first")),
    ("2", pgettext_lazy("weekday of the month", "second")),
    ("3", pgettext_lazy("weekday of the month", "third")),
    ("4", pgettext_lazy("weekday of the month", "fourth")),
    ("-1", pgettext_lazy("weekday of the month", "last")),
]
SAID = forms.CharField(
    label=_("A few words about it"),
    help_text=_("The group reads them, and everybody who booked or waits for a place."),
    max_length=200,
    required=False,
    empty_value="",
)


def facilitators(group: Group) -> Any:
    """The names of those who facilitate the group now, to choose from."""
    current = Membership.objects.current().filter(group=group, role=Part.FACILITATOR)
    return Persona.objects.filter(pk__in=current.values("persona")).order_by("name")


if TYPE_CHECKING:
    PersonaChoice = forms.ModelChoiceField[Persona]
    VenueChoice = forms.ModelChoiceField[Venue]
else:
    PersonaChoice = VenueChoice = forms.ModelChoiceField


class PersonaField(PersonaChoice):
    """Somebody of the group, by the name they have there."""

    def label_from_instance(self, obj: Persona) -> str:
        return obj.name

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "data-words": True}


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

    said = SAID


class VenueField(VenueChoice):
    """Venues by the name by which whoever chooses knows them."""

    def label_from_instance(self, obj: Venue) -> str:
        return obj.told_face


class WayForm(forms.Form):
    """How people meet, and where."""

    way = forms.ChoiceField(label=_("How"), choices=MEETS)
    venue = VenueField(
        Venue.objects.none(),
        label=_("Where"),
        help_text=_("A place of others whose door is not public is chosen by a coordinator."),
        required=False,
        empty_label=_("In no room"),
        widget=forms.Select(attrs={"data-words": True}),
    )

    def __init__(self, *args: Any, venues: VenueQuerySet, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["venue"].queryset = venues.select_related("door")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("way") in IN_A_ROOM and not said.get("venue"):
            self.add_error("venue", _("Say where, so that nobody stands at a wrong door."))
        if said.get("way") not in IN_A_ROOM:
            said["venue"] = None
        return said


class DifferentlyForm(WayForm):
    """Online, in a room or both, this once."""

    said = SAID


class StandInForm(forms.Form):
    """Who facilitates this once."""

    persona = PersonaField(
        Persona.objects.none(),
        label=_("Who facilitates this once?"),
        empty_label=_("Choose somebody"),
    )

    def __init__(self, *args: Any, group: Group, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["persona"].queryset = facilitators(group)  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    """Why a meeting does not take place; without words it is simply skipped."""

    reason = forms.CharField(
        label=_("What shall people read?"),
        help_text=_(
            "The group reads it, and everybody who booked or waits for a place. For example: "
            "“Both of us are ill. We meet again next week.”"
        ),
        max_length=200,
        required=False,
        empty_value="",
    )


class PlanForm(WhenForm, WayForm):
    """How a group meets from now on, or from one meeting on."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=10, max_value=480, initial=75)
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=[
            ("once", _("Once")),
            ("daily", _("By the day")),
            ("weekly", _("By the week")),
            ("monthly", _("By the month")),
        ],
        initial="weekly",
        widget=forms.RadioSelect,
    )
    every = forms.IntegerField(
        label=_("Every how many"),
        help_text=_("1 is each day, week or month; 2 is every other one."),
        min_value=1,
        max_value=12,
        initial=1,
        required=False,
    )
    days = forms.MultipleChoiceField(
        label=_("On which days"),
        help_text=_("None chosen: on the weekday of the first day."),
        choices=[(day, WEEKDAYS[number]) for number, day in enumerate(DAYS)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    nths = forms.MultipleChoiceField(
        label=_("Which of them in the month"),
        help_text=_("Only by the month. None chosen: the same as the first day."),
        choices=NTHS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ends = forms.ChoiceField(
        label=_("Until when"),
        choices=[
            ("never", _("Until somebody changes it")),
            ("until", _("Until a day")),
            ("count", _("A number of times")),
        ],
        initial="never",
        widget=forms.RadioSelect,
        required=False,
    )
    until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    count = forms.IntegerField(
        label=_("How many times"), min_value=1, max_value=400, required=False
    )
    fixed = forms.BooleanField(
        label=_("The same people from the first time to the last"),
        help_text=_("Nobody visits, and everybody knows for how long."),
        required=False,
    )
    takes_visitors = forms.BooleanField(
        label=_("Somebody may visit once"), required=False, initial=True
    )
    places = forms.IntegerField(label=_("Places"), min_value=2, max_value=500, required=False)
    lead = PersonaField(
        Persona.objects.none(),
        label=_("Who usually facilitates"),
        required=False,
        empty_label=_("Not said yet"),
    )
    zone = forms.ChoiceField(
        label=_("On whose clock"),
        choices=zones.choices,
        widget=forms.Select(attrs={"translate": "no"}),
    )

    field_order = (
        *("on", "at", "minutes", "rhythm", "every", "days", "nths", "ends", "until", "count"),
        *("way", "venue", "places", "takes_visitors", "fixed", "lead", "zone"),
    )

    def __init__(self, *args: Any, group: Group, names: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.group = group
        if names:
            self.fields["lead"].queryset = facilitators(group)  # type: ignore[attr-defined]
        else:  # nobody there to choose from for a coordinator who is no member
            del self.fields["lead"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        ends = said.get("ends") or "never"
        if ends == "until" and not said.get("until"):
            self.add_error("until", _("Say which day is the last."))
        if ends == "count" and not said.get("count"):
            self.add_error("count", _("Say how many times."))
        if said.get("until") and said.get("on") and said["until"] < said["on"]:
            self.add_error("until", _("The last day is before the first."))
        if city := self._clock_of_the_room():
            words = _(
                "In this room others meet by %(city)s time. Choose that clock, or another room."
            )
            self.add_error("zone", words % {"city": city})
        return said

    def _clock_of_the_room(self) -> str:
        """By which city's clock other groups meet there, if it shows another hour; else ""."""
        said = self.cleaned_data
        if not (said.get("venue") and said.get("zone") and said.get("on")):
            return ""
        rules = Schedule.objects.not_ended().filter(venue=said["venue"]).exclude(group=self.group)
        theirs = list(rules.order_by("zone").values_list("zone", flat=True).distinct())
        same = [zone for zone in theirs if same_clock(zone, said["zone"], said["on"])]
        return "" if same or not theirs else moments.city(ZoneInfo(theirs[0])) or theirs[0]

    def wish(self) -> Wish:
        """What the answers mean."""
        said = self.cleaned_data
        ends = said["ends"] or "never"
        return Wish(
            zone=said["zone"],
            first_on=said["on"],
            at=said["at"],
            minutes=said["minutes"],
            frequency=said["rhythm"],
            interval=said["every"] or 1,
            byday=self._days(),
            until=said["until"] if ends == "until" else None,
            count=said["count"] if ends == "count" else None,
            way=said["way"],
            venue=said["venue"],
            places=said["places"],
            takes_visitors=said["takes_visitors"] and not said["fixed"],
            fixed=said["fixed"],
            lead=said.get("lead"),
        )

    def _days(self) -> tuple[str, ...]:
        said = self.cleaned_data
        first = said["on"]
        days = said["days"] or [DAYS[first.weekday()]]
        if said["rhythm"] == Schedule.Frequency.WEEKLY:
            return tuple(days)
        if said["rhythm"] == Schedule.Frequency.MONTHLY:
            nth = (first.day - 1) // 7 + 1
            nths = said["nths"] or [str(nth) if nth < 5 else "-1"]
            return tuple(f"{which}{day}" for day in days for which in nths)
        return ()


def as_it_is(schedule: Schedule, meeting: Meeting) -> dict[str, Any]:
    """A rule as the answers of `PlanForm`, beginning with one of its meetings."""
    days = [day[-2:] for day in schedule.byday]
    return {
        "on": meeting.original_on or meeting.on,
        "at": schedule.at,
        "minutes": schedule.minutes,
        "rhythm": schedule.frequency,
        "every": schedule.interval,
        "days": list(dict.fromkeys(days)),
        "nths": list(dict.fromkeys(day[:-2] for day in schedule.byday if day[:-2])),
        "ends": "until" if schedule.until else "count" if schedule.count else "never",
        "until": schedule.until,
        "count": _left(schedule, meeting) if schedule.count else None,
        "way": schedule.way,
        "venue": schedule.venue_id,
        "places": schedule.places,
        "takes_visitors": schedule.takes_visitors,
        "fixed": schedule.fixed,
        "lead": schedule.lead_id,
        "zone": schedule.zone,
    }


def _left(schedule: Schedule, meeting: Meeting) -> int:
    """How many times are left by a rule that ends after a number of them, this one included."""
    begins = datetime.combine(meeting.original_on or meeting.on, time.min)
    ever = begins + timedelta(days=50 * 366)
    return sum(1 for _each in local_times(schedule.rule, after=begins, before=ever))
