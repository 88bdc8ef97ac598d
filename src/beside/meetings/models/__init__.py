"""When and where groups meet, and who comes."""

from beside.meetings.models.bookings import VISIT_LASTS, Booking, Fit, Greeting
from beside.meetings.models.doors import (
    Door,
    FirstTalk,
    Holding,
    Photo,
    Said,
    Taken,
    agreements_visited,
    groups_told,
    insides_visited,
    personas_met,
    to_greet,
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
    "FirstTalk",
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
    "groups_told",
    "insides_visited",
    "personas_met",
    "to_greet",
    "told_where",
    "venues_kept_by",
]
