"""What rooms announce, inside the transaction, with `by` who acted (None: the clock).

opened(room)    a facilitator is there, and people can be let in
admitted(seat)  somebody was let in
left(seat)      somebody left, or was asked to leave
closed(room)    the meeting is over
"""

from __future__ import annotations

from django.dispatch import Signal

opened = Signal()
admitted = Signal()
left = Signal()
closed = Signal()
