"""On the desk: the places somebody keeps, and how many of them wait for a look."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beside.groups import policy as groups
from beside.meetings import policy
from beside.meetings.models import Venue
from beside.meetings.models.venues import VenueQuerySet
from beside.meetings.places import kept_venues, venues_to_meet_at
from beside.people.models import Person


def kept_by(person: Person) -> VenueQuerySet:
    """The places whose facts this person keeps true; listings from elsewhere keep their own."""
    ours = Venue.objects.filter(source="")
    return ours if groups.coordinates(person) else ours.filter(pk__in=kept_venues())


def open_to(person: Person) -> VenueQuerySet:
    """The places at which this person may plan a meeting, by name."""
    ours = Venue.objects.filter(source="").order_by("name", "pk")
    return ours if groups.coordinates(person) else ours.filter(pk__in=venues_to_meet_at())


def venues_to_confirm(request: HttpRequest, person: Person) -> SafeString:
    """The way to one's venues, with how many nobody has confirmed for 90 days."""
    if not policy.may_add_venue(person):
        return SafeString("")
    page = {"lapsed": kept_by(person).lapsed().count()}
    return render_to_string("meetings/slots/venues.html", page, request)
