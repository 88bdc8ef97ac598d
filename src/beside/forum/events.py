"""What the forum announces, inside the transaction.

`posted` is sent for all that is written, openings and answers, with `post`; `answered` besides,
when somebody else than the topic's writer answered; `withdrawn` when words were taken back.
"""

from django.dispatch import Signal

posted = Signal()
answered = Signal()
withdrawn = Signal()
