"""What people say about meetings: words in, clean words out."""

from beside.meetings.forms.attendance import CodeForm, ConfirmForm, ProofForm
from beside.meetings.forms.guests import GuestForm
from beside.meetings.forms.manners import MannerForm
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
    "CodeForm",
    "ConfirmForm",
    "DifferentlyForm",
    "FitForm",
    "GuestForm",
    "ListeningForm",
    "MannerForm",
    "MoveForm",
    "PlanForm",
    "ProofForm",
    "StandInForm",
    "VisitForm",
    "WayForm",
    "WhenForm",
    "as_it_is",
]
