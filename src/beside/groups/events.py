"""What groups announce, inside the transaction, with `by` who acted.

All are sent with `membership`; `retired` with `persona`; `forgetting` with `person` and `personas`.
"""

from __future__ import annotations

from django.dispatch import Signal

joined = Signal()
"""Somebody became a member: they joined, or were admitted."""

left = Signal()
"""Somebody left by themselves; nothing more is ever said about it."""

removed = Signal()
"""A facilitator removed somebody."""

part_changed = Signal()
"""Somebody facilitates or greets from now on, or no longer does."""

retired = Signal()
"""A name is no longer worn: its person left, was removed, or ended a visit without ever joining."""

forgetting = Signal()
"""Somebody is being erased: blank what their `personas` (numbers) said, before the links go."""
