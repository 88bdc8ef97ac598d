"""What meetings announce, inside the transaction, with `by` who acted.

booked(booking)    somebody is coming, as a visitor or to a seat of their own group
changed(meeting)   it was moved or cancelled
greeted(greeting)  a greeter, or the visitor, wrote a few words
"""

from __future__ import annotations

from django.dispatch import Signal

booked = Signal()
changed = Signal()
greeted = Signal()
