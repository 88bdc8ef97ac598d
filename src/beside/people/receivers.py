"""What people hear: Django's own word that somebody signed in or out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from beside import wall
from beside.people import actions, devices
from beside.people.models import Person


@receiver(user_logged_in, dispatch_uid="people.open_session")
def open_session(sender: object, request: HttpRequest, user: Person, **_: Any) -> None:
    """Write down the place where they signed in."""
    words = devices.in_words(request.META.get("HTTP_USER_AGENT", ""))
    with wall.acting_as(user.pk), transaction.atomic():
        actions.open_session(session_key=request.session.session_key or "", device=words, by=user)


@receiver(user_logged_out, dispatch_uid="people.session_gone")
def session_gone(sender: object, request: HttpRequest, user: Person | None, **_: Any) -> None:
    """Forget the place where they signed out."""
    key = request.session.session_key
    if isinstance(user, Person) and key:
        with wall.acting_as(user.pk), transaction.atomic():
            actions.session_gone(session_key=key, by=user)
