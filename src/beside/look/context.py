"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The theme somebody chose (or ""), for `<html data-theme>`."""
    chosen = request.COOKIES.get("beside_theme", "")
    return {"theme": chosen if chosen in {"light", "dark"} else ""}
