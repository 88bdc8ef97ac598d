"""When and where groups meet, and who comes."""

from beside.meetings.models.bookings import VISIT_LASTS, Booking, Fit, Greeting
from beside.meetings.models.doors import (
    Door,
    Holding,
    Photo,
    Said,
    Taken,
    agreements_visited,
    insides_visited,
    personas_met,
    told_where,
    venues_kept_by,
)
from beside.meetings.models.guests import DoorCode, Guest, Posted, Proof
from beside.meetings.models.manners import Manner
from beside.meetings.models.schedules import OPENS_BEFORE, Meeting, Schedule
from beside.meetings.models.venues import CONFIRMED_FOR, Venue

__all__ = [
    "CONFIRMED_FOR",
    "OPENS_BEFORE",
    "VISIT_LASTS",
    "Booking",
    "Door",
    "DoorCode",
    "Fit",
    "Greeting",
    "Guest",
    "Holding",
    "Manner",
    "Meeting",
    "Photo",
    "Posted",
    "Proof",
    "Said",
    "Schedule",
    "Taken",
    "Venue",
    "agreements_visited",
    "insides_visited",
    "personas_met",
    "told_where",
    "venues_kept_by",
]
