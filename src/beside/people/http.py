"""What a view of ours is given: a request in which `user` is one of our people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from beside.people.models import Person

if TYPE_CHECKING:

    class Request(HttpRequest):
        """Somebody is signed in: the closed door let them through."""

        user: Person
        htmx: HtmxDetails

else:
    Request = HttpRequest


def who(request: HttpRequest) -> Person | None:
    """The person who asks, or None for a stranger; for views that are open to both."""
    user = request.user
    return user if isinstance(user, Person) and user.is_authenticated else None
