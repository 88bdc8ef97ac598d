"""What people do about meetings: plan, visit, come, stay away, greet.

Call them as the person who acts (`wall.acting_as(by.pk)`, as every request does).
"""

from beside.meetings.actions.bookings import (
    Full,
    book_seat,
    book_visit,
    came,
    give_back_places,
    not_tonight,
)
from beside.meetings.actions.schedules import VenueTaken, add_meeting, cancel, move, plan
from beside.meetings.actions.visits import GREETING_LENGTH, answer_fit, forget_fits, greet

__all__ = [
    "GREETING_LENGTH",
    "Full",
    "VenueTaken",
    "add_meeting",
    "answer_fit",
    "book_seat",
    "book_visit",
    "came",
    "cancel",
    "forget_fits",
    "give_back_places",
    "greet",
    "move",
    "not_tonight",
    "plan",
]
