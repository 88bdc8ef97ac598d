"""How long somebody stays signed in: a shared device rests soon, their own lasts two weeks."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest

from beside.kernel import clock

IDLE = timedelta(minutes=10)
OWN_DEVICE = timedelta(days=14)
_NOTED_EVERY = timedelta(seconds=30)  # an activity is written down no more often than this

SHARED, SEEN, DAY, ZONE, CODES_DUE = "shared", "seen", "day", "zone", "codes_due"


def begin(request: HttpRequest, *, shared: bool, zone: str = "") -> None:
    """Right after somebody signed in: decide how long this lasts."""
    session = request.session
    session[SHARED], session[SEEN], session[ZONE] = shared, _now(), zone
    session[DAY] = f"{clock.now():%Y-%m-%d}"
    session.set_expiry(0 if shared else int(OWN_DEVICE.total_seconds()))


def is_shared(request: HttpRequest) -> bool:
    """Whether others use this device too; yes unless somebody said no."""
    return bool(request.session.get(SHARED, True))


def rests_in(request: HttpRequest) -> float | None:
    """In how many seconds a shared device that nobody touches rests; None for one's own."""
    seen = request.session.get(SEEN)
    if seen is None or not is_shared(request):
        return None
    return float(seen + IDLE.total_seconds() - _now())


def rested_too_long(request: HttpRequest) -> bool:
    """Whether this is a shared device that nobody touched for ten minutes."""
    left = rests_in(request)
    return left is not None and left < 0


def touch(request: HttpRequest) -> None:
    """Somebody is there. A part of a page that fetches itself again does not count as somebody."""
    if request.headers.get("HX-Request") and request.method in {"GET", "HEAD"}:
        return
    seen = request.session.get(SEEN)
    if is_shared(request) and (seen is None or _now() - seen > _NOTED_EVERY.total_seconds()):
        request.session[SEEN] = _now()


def is_new_day(request: HttpRequest) -> bool:
    """Whether this is the first page of a day; remembers that it was."""
    today = f"{clock.now():%Y-%m-%d}"
    new = request.session.get(DAY) != today
    if new:
        request.session[DAY] = today
    return new


def zone(request: HttpRequest) -> ZoneInfo | None:
    """The time zone of whoever is signed in, if they chose one."""
    try:
        return ZoneInfo(request.session.get(ZONE) or "nowhere")
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _now() -> int:
    return int(clock.now().timestamp())
