"""What people say about meetings: words in, clean words out."""

from beside.meetings.forms.schedules import CancelForm, MoveForm, PlanForm, WhenForm
from beside.meetings.forms.visits import FitForm, ListeningForm, VisitForm

__all__ = [
    "CancelForm",
    "FitForm",
    "ListeningForm",
    "MoveForm",
    "PlanForm",
    "VisitForm",
    "WhenForm",
]
