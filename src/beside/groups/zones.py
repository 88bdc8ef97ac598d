"""In which time zone a reader is shown times, without JavaScript and without an account."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse

COOKIE = "beside_zone"
_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """All zones that are named after a city, by part of the world: (area, ((zone, city), …))."""
    found = sorted(available_timezones())
    return tuple(
        (
            area,
            tuple(
                (zone, zone.partition("/")[2].replace("_", " ").replace("/", ", "))
                for zone in found
                if zone.startswith(area + "/")
            ),
        )
        for area in _AREAS
    )


def of_reader(request: HttpRequest) -> ZoneInfo | None:
    """The zone asked for in the address, chosen in the account, or chosen here before; else None.

    It is put on the request, where `{% when %}` looks for it.
    """
    given = request.GET.get("zone") or ""
    known = getattr(request, "zone", None)
    zone: ZoneInfo | None = _zone(given) or known or _zone(request.COOKIES.get(COOKIE, ""))
    if zone is not None:
        request.zone = zone  # type: ignore[attr-defined]
    return zone


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep a zone that was just chosen for as long as the browser is open; nothing else is kept."""
    zone = _zone(request.GET.get("zone") or "")
    if zone is not None:
        response.set_cookie(COOKIE, zone.key, samesite="Lax", httponly=True)
    return response


def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a whole folder, 10 ms each time
