"""What we ask of allauth: signing in with a passphrase, and nothing else."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from beside.people import known, throttle
from beside.people.entering import onward
from beside.people.forms import too_often


class Adapter(DefaultAccountAdapter):
    """The first step is ours, and so are the words, the counting of tries and where one goes on."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "The private name and the passphrase do not fit together. "
            "Nothing is lost: try again, or use one of your recovery codes."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person whose name and passphrase these are.

        Every try is counted, for names that exist and names that do not. The passphrase is hashed
        before that, so that whoever shares an address waits for nobody's hash; what came in too
        great a number is refused afterwards, even where it is right.
        """
        name = str(credentials.get("username", ""))
        counted = throttle.guess(request, name, device=known.number(request, name))
        person, wait = None, throttle.waits(counted)
        if not wait:
            person = authenticate(request, username=name, password=credentials.get("password"))
            wait = throttle.settle(counted, right=person is not None)
        if wait:
            here = (throttle.BY_ADDRESS, throttle.address(request))
            raise ValidationError(too_often(wait, other_ways=not throttle.waits([here])))
        return person

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return onward(request, super().get_login_redirect_url(request))

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this site, written without its name."""
        return url is not None and url.startswith("/") and super().is_safe_url(url)

    def add_message(self, *args: Any, **more: Any) -> None:
        """Nothing is said: its words would show the private name on the screen."""
