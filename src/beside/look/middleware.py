"""Pages about people stay out of caches, search engines and other sites' logs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])
_FINDABLE = "beside_findable"


def findable(view: View) -> View:
    """A page that search engines and caches may keep: only what anybody may know at any time.

    What a signed-in reader sees of it is still private.
    """

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        setattr(response, _FINDABLE, response.status_code == 200)
        return response

    return cast("View", found)


class Quiet:
    """Back shows nothing private, and no other host is told where somebody came from."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        # Not "no-referrer": with that, forms come with "Origin: null" and every one is refused.
        # To other hosts both say nothing (docs/decisions/0014).
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if self._private(request, response):
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    @staticmethod
    def _private(request: HttpRequest, response: HttpResponse) -> bool:
        # Asking who it is would open the session and vary every page; having a session is enough.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return True
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page:
            return not getattr(response, _FINDABLE, False)
        return "Cache-Control" not in response.headers  # what else is public says so itself


quiet = Quiet
