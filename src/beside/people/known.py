"""A device of somebody's own on which they signed in before: nobody else's tries shut it out.

It carries a number and a digest that only this installation can make of it, for this person and
this passphrase. The cookie names nobody, goes to the sign-in pages alone, and is never left on a
device that others use too.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from beside.people.models import Person

COOKIE, PATH = "beside_known", "/sign-in/"
LIVES = timedelta(days=180)  # after the last time somebody signed in there


def remember(request: HttpRequest, person: Person, *, shared: bool) -> None:
    """Let the answer to this request make the device known; or forgotten, where others use it."""
    number = "" if shared else secrets.token_urlsafe(12)
    mark = f"{number}.{_digest(number, person)}" if number else ""
    request.device_mark = mark  # type: ignore[attr-defined]


def put(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, with the cookie that was decided on meanwhile, if one was."""
    mark = getattr(request, "device_mark", None)
    if mark:
        response.set_cookie(
            COOKIE,
            mark,
            max_age=LIVES,
            path=PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    elif mark is not None:
        response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


def number(request: HttpRequest, sign_in: str) -> str:
    """The number of this device, if whoever has this private name signed in on it; else nothing."""
    told, _, digest = request.COOKIES.get(COOKIE, "").partition(".")
    person = Person.objects.filter(sign_in=sign_in, is_active=True).first() if told else None
    if person is None or not constant_time_compare(digest, _digest(told, person)):
        return ""
    return told


def _digest(number: str, person: Person) -> str:
    """Another passphrase makes it another one: whoever took the cookie before has nothing."""
    words = f"{number}:{person.pk}:{person.password}"
    return salted_hmac("beside.people.known", words, algorithm="sha256").hexdigest()
