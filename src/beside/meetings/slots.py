"""What meetings put on the pages of others."""

from __future__ import annotations


def fill_all() -> None:
    """Tell the look, once, when Django starts."""
