"""One of each thing that an address can name, all of them in the group of the cast."""

from __future__ import annotations

from typing import Any

from tests.cast import Cast


def furnish(cast: Cast) -> dict[str, Any]:
    """Keys by what they name."""
    return {"group": cast.group.key, "slug": cast.group.slug, "meeting": cast.meeting.key}
