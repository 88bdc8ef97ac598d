"""What the look announces, inside the transaction.

left_quickly(person)   somebody signed in is leaving this site quickly; their session has just ended
"""

from __future__ import annotations

from django.dispatch import Signal

left_quickly = Signal()
