"""Finding a meeting and a booking, as the person who looks."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from beside.groups.models import Persona
from beside.meetings.models import Booking, Meeting
from beside.people.models import Person

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


def the_meeting(person: Person | None, key: str, meeting: str) -> Meeting:
    seen = Meeting.objects.visible_to(person).select_related("group", "venue", "schedule")
    return get_object_or_404(seen, group__key=key, key=meeting)


def own_booking(person: Person, one: Meeting) -> Booking | None:
    """This person's booking under the name they wear now."""
    worn = Persona.objects.worn_by(person)
    found = Booking.objects.filter(meeting=one, persona__in=worn)
    return found.select_related("persona", "meeting__group").first()
