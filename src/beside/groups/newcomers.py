"""How long somebody counts as new. Only greeters and facilitators see it."""

from datetime import timedelta

NEW_FOR = timedelta(days=30)
