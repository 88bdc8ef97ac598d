"""What people say about meetings: words in, clean words out."""

from beside.meetings.forms.schedules import (
    CancelForm,
    DifferentlyForm,
    MoveForm,
    PlanForm,
    StandInForm,
    WayForm,
    WhenForm,
    as_it_is,
)
from beside.meetings.forms.visits import FitForm, ListeningForm, VisitForm

__all__ = [
    "CancelForm",
    "DifferentlyForm",
    "FitForm",
    "ListeningForm",
    "MoveForm",
    "PlanForm",
    "StandInForm",
    "VisitForm",
    "WayForm",
    "WhenForm",
    "as_it_is",
]
