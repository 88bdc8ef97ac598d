"""How long somebody counts as new. Only greeters and facilitators see it.

Newcomers are not prey, and nobody knows who a newcomer is: for thirty days they read thirty days
back, and see who is here once somebody who greets has talked with them.
"""

from datetime import timedelta

NEW_FOR = timedelta(days=30)
