"""How browsers reach one another: through the relay, or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from beside.kernel import clock
from beside.relay.credentials import credentials
from beside.rooms.models import Room, Seat

AFTER = timedelta(hours=2)  # an allocation ends with its credentials: they outlast the meeting
WITHOUT_END = timedelta(hours=4)


def addresses(host: str) -> list[str]:
    """The relay's addresses for browsers: the operator's, else the embedded relay at `host`.

    Empty when there is no relay. Then nobody hears or sees anybody: no call ever goes without one.
    """
    if settings.RELAY_URLS:
        return list(settings.RELAY_URLS)
    if not settings.RELAY_PORT:
        return []
    name = settings.RELAY_HOST or host
    named = f"[{name}]" if ":" in name else name
    return [f"turn:{named}:{settings.RELAY_PORT}?transport={way}" for way in ("udp", "tcp")]


def servers(seat: Seat, room: Room, host: str) -> list[dict[str, Any]]:
    """`iceServers` of RTCPeerConnection, for this seat alone; empty without a relay."""
    urls = addresses(host)
    if not urls or not room.voices:
        return []
    now = clock.now()
    ttl = room.meeting.ends_at + AFTER - now if room.meeting else WITHOUT_END
    own = credentials(
        settings.RELAY_SECRET.encode(), room=room.key, person=seat.key, ttl=ttl, now=now
    )
    return [{"urls": urls, "username": own.username, "credential": own.password}]
