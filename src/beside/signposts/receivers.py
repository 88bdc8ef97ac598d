"""What we hear from beneath."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from beside import wall
from beside.people.models import Profile

OWN_DEVICE = "own_device"


def remember_whose_device(
    sender: object, request: HttpRequest, user: AbstractBaseUser, **_: Any
) -> None:
    """Whether this sign-in is on somebody's own device; "shared" until they said otherwise."""
    with wall.acting_as(user.pk):
        own = Profile.objects.filter(pk=user.pk, shared_device=False).exists()
    request.session[OWN_DEVICE] = own
