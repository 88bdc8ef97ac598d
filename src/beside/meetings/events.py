"""What meetings announce, inside the transaction, with `by` who acted.

booked(booking)    somebody is coming, as a visitor or to a seat of their own group
changed(meetings)  they were moved, cancelled, or meet in another way, all in one act
set_right(meetings)  a country changed its clocks: the same hour there is another instant, from
                   `meeting.stood_at` on; nobody acted
place_changed(venue)  its address, its door or how to find it, so that it leads elsewhere
held(holding)      somebody is named to hold a meeting, or to stand in
stepped_back(holding)  they do not hold it after all
uncovered(meetings)  nobody holds these any more, because somebody no longer facilitates
greeted(greeting)  a greeter, or the visitor, wrote a few words
waiting(booking)   somebody waits for a place; nothing is offered yet
offered(booking)   a place is theirs if they say yes by `booking.offer_until`
lapsed(booking)    their offer ran out, and the place went on

`by` is None where time did it. A booking may be a guest's: a persona whom nobody wears.
"""

from __future__ import annotations

from django.dispatch import Signal

booked = Signal()
changed = Signal()
set_right = Signal()
held = Signal()
stepped_back = Signal()
uncovered = Signal()
place_changed = Signal()
greeted = Signal()
waiting = Signal()
offered = Signal()
lapsed = Signal()
