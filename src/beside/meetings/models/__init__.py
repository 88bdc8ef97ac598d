"""When and where groups meet, and who comes."""

from beside.meetings.models.bookings import VISIT_LASTS, Booking, Fit, Greeting
from beside.meetings.models.doors import (
    Door,
    Holding,
    agreements_visited,
    insides_visited,
    personas_met,
)
from beside.meetings.models.schedules import OPENS_BEFORE, Meeting, Schedule
from beside.meetings.models.venues import Venue

__all__ = [
    "OPENS_BEFORE",
    "VISIT_LASTS",
    "Booking",
    "Door",
    "Fit",
    "Greeting",
    "Holding",
    "Meeting",
    "Schedule",
    "Venue",
    "agreements_visited",
    "insides_visited",
    "personas_met",
]
