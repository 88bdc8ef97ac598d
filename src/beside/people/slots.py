"""What people put on every page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beside.look.slots import signed_in
from beside.people import stay


def lock(request: HttpRequest, _thing: object) -> SafeString:
    """On a shared device: what covers the page once nobody has touched it for ten minutes."""
    seconds = stay.rests_in(request) if signed_in(request) else None
    if seconds is None:
        return SafeString("")
    return render_to_string("people/slots/lock.html", {"seconds": max(0, round(seconds))}, request)
