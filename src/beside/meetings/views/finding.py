"""Finding a meeting and a booking, as the person who looks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from beside.groups.models import Persona
from beside.meetings.line import DoesNotTakePlace
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


def the_meeting(person: Person | None, key: str, meeting: str) -> Meeting:
    seen = Meeting.objects.visible_to(person).select_related("group", "venue", "schedule")
    return get_object_or_404(seen, group__key=key, key=meeting)


def still_on(one: Meeting) -> Meeting:
    """The same. Raises DoesNotTakePlace where a page was open when it was cancelled."""
    if one.state == Meeting.State.CANCELLED:
        raise DoesNotTakePlace(one.key)
    return one


def say_cancelled(request: HttpRequest) -> None:
    """Somebody was on their way in, and it does not take place."""
    messages.warning(request, _("This meeting is cancelled. Nothing is booked."))


def own_booking(person: Person, one: Meeting) -> Booking | None:
    """This person's booking under the name they wear now."""
    worn = Persona.objects.worn_by(person)
    found = Booking.objects.filter(meeting=one, persona__in=worn)
    return found.select_related("persona", "meeting__group").first()
