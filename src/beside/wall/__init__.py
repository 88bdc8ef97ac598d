"""Who the database thinks is looking, and the row policies that believe it."""

from beside.wall.acting import acting_as, acts, house, lock, person

__all__ = ["acting_as", "acts", "house", "lock", "person"]
