"""What people announce, inside the transaction.

joined(person)    somebody took their first step
erasing(person)   they are about to be erased: blank what is theirs above, in this transaction
                  (their key still opens; it is destroyed right afterwards)
ended(person)     one or all of their sessions ended: open subscriptions are tested again
"""

from __future__ import annotations

from django.dispatch import Signal

joined = Signal()
erasing = Signal()
ended = Signal()
