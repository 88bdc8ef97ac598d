"""Pages that belong to no part of the house: forms that grew too old."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose key no longer fits (Django calls this)."""
    return render(request, "look/form_expired.html", status=403)
