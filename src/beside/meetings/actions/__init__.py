"""What people do about meetings: plan, change, visit, come, stay away, greet.

Call them as the person who acts (`wall.acting_as(by.pk)`, as every request does).
"""

from beside.meetings.actions.attendance import NoSuchCode, come_in, show_code, tap_in
from beside.meetings.actions.bookings import (
    book_seat,
    book_visit,
    bring_supporter,
    came,
    give_back_places,
    not_tonight,
)
from beside.meetings.actions.changes import (
    cancel,
    go_ahead_after_all,
    meet_differently,
    move,
    rest,
)
from beside.meetings.actions.guests import (
    CONTACT_LENGTH,
    book_guest,
    forget_guest,
    say_posted,
    welcome_guest,
)
from beside.meetings.actions.holdings import give_back_meetings, hold, stand_in, step_back
from beside.meetings.actions.manners import keep_manner, welcome_visitors
from beside.meetings.actions.proofs import forget_proofs, prove, take_back_proof
from beside.meetings.actions.schedules import add_meeting, change_from, end_from, plan
from beside.meetings.actions.venues import (
    ChangedMeanwhile,
    Facts,
    add_venue,
    change_venue,
    confirm_venue,
    remove_photo,
    show_door,
)
from beside.meetings.actions.visits import (
    GREETING_LENGTH,
    answer_fit,
    forget_fits,
    forget_words,
    greet,
)
from beside.meetings.actions.waiting import (
    OfferOver,
    accept,
    settle,
    wait_for_seat,
    wait_to_visit,
)
from beside.meetings.line import DoesNotTakePlace, Full
from beside.meetings.rows import HeldElsewhere, VenueTaken
from beside.meetings.wishes import NeverMeets, NoSuchHour, Past, TooEarly, Wish

__all__ = [
    "CONTACT_LENGTH",
    "GREETING_LENGTH",
    "ChangedMeanwhile",
    "DoesNotTakePlace",
    "Facts",
    "Full",
    "HeldElsewhere",
    "NeverMeets",
    "NoSuchCode",
    "NoSuchHour",
    "OfferOver",
    "Past",
    "TooEarly",
    "VenueTaken",
    "Wish",
    "accept",
    "add_meeting",
    "add_venue",
    "answer_fit",
    "book_guest",
    "book_seat",
    "book_visit",
    "bring_supporter",
    "came",
    "cancel",
    "change_from",
    "change_venue",
    "come_in",
    "confirm_venue",
    "end_from",
    "forget_fits",
    "forget_guest",
    "forget_proofs",
    "forget_words",
    "give_back_meetings",
    "give_back_places",
    "go_ahead_after_all",
    "greet",
    "hold",
    "keep_manner",
    "meet_differently",
    "move",
    "not_tonight",
    "plan",
    "prove",
    "remove_photo",
    "rest",
    "say_posted",
    "settle",
    "show_code",
    "show_door",
    "stand_in",
    "step_back",
    "take_back_proof",
    "tap_in",
    "wait_for_seat",
    "wait_to_visit",
    "welcome_guest",
    "welcome_visitors",
]
