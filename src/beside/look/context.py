"""What every page knows."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest

THEME_COOKIE = "beside_theme"
THEMES = ("light", "dark")
NEUTRAL = "https://www.bbc.co.uk/weather"

SHEETS = ("look/tokens.css", "look/base.css", "look/layout.css", "look/parts.css")
WIRE = "wire/wire.js"
FONT_SHEETS = ("fonts/fraunces/soft.css", "fonts/atkinson-hyperlegible-next/index.css")
FONT_FILES = (
    "fonts/fraunces/files/fraunces-latin-soft-normal.woff2",
    "fonts/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
)


def page(request: HttpRequest) -> dict[str, Any]:
    """The theme somebody chose (or ""), where leaving leads, and the fonts that are installed."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "theme": chosen if chosen in THEMES else "",
        "leave_to": leave_to(),
        "font_sheets": _there(FONT_SHEETS),
        "font_files": _there(FONT_FILES),
        "sheets": SHEETS,
        "wire": next(iter(_there((WIRE,))), ""),
    }


def leave_to() -> str:
    """The neutral page that leaving quickly ends on (setting LEAVE_TO)."""
    return str(getattr(settings, "LEAVE_TO", NEUTRAL))


@cache
def _there(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the files that this installation has: fonts are there only when npm brought them."""
    return tuple(path for path in paths if finders.find(path) or staticfiles_storage.exists(path))
