"""What people announce, inside the transaction.

joined(person)      somebody took their first step
erasing(person)     they are about to be erased: blank what is theirs above, in this transaction
                    (their key still opens; it is destroyed right afterwards)
recovered(person)   somebody chose a new passphrase with one of the recovery codes
role_changed(role)  a duty of the whole organisation was given or ended
zone_changed(person) their own clock is another one from now on
"""

from __future__ import annotations

from django.dispatch import Signal

joined = Signal()
erasing = Signal()
recovered = Signal()
role_changed = Signal()
zone_changed = Signal()
