"""Demo sign-ins: one click, on the machine that runs the demo, and nowhere else."""

from __future__ import annotations

import ipaddress
import json

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from beside.host import reach
from beside.people.models import Person

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


def people() -> dict[str, str]:
    """Name in the address → private name for signing in, as the demo wrote it into its home."""
    try:
        told = json.loads((settings.HOME.root / "demo").read_text() or "{}")
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def is_here(request: HttpRequest) -> bool:
    """Whether the request was made on this very machine, to a demo that only it can reach."""
    if not settings.DEMO or settings.PUBLIC_URL or not reach.is_loopback(settings.LISTENS_ON):
        return False
    if settings.SECURE_PROXY_SSL_HEADER:  # a proxy in front: who asks is its word, not ours
        return False
    if any(name in request.META for name in FORWARDED):
        return False
    if request.META.get("HTTP_SEC_FETCH_SITE") in {"cross-site", "same-site"}:
        return False  # a link on somebody else's page
    host, _port = split_domain_port(request.get_host())
    return host in {"127.0.0.1", "localhost", "[::1]"} and _is_loopback(request)


def somebody(name: str) -> Person | None:
    """The person of the demo with this name."""
    sign_in = people().get(name)
    return Person.objects.filter(sign_in=sign_in, is_active=True).first() if sign_in else None


def _is_loopback(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False
