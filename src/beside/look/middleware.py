"""Pages about people stay out of caches, search engines and other sites' logs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

PUBLIC = "beside_public"


def public(response: HttpResponse) -> HttpResponse:
    """Mark a page as one that anybody may keep and find; a signed-in reader's copy is still private."""
    setattr(response, PUBLIC, True)
    return response


class Quiet:
    """Nothing private is kept by a browser's Back, and nothing is told to other hosts."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        if self._private(request, response):
            add_never_cache_headers(response)
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    @staticmethod
    def _private(request: HttpRequest, response: HttpResponse) -> bool:
        # Asking for the user would open the session; a session cookie is answer enough.
        if request.COOKIES.get("beside"):
            return True
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return is_page and not getattr(response, PUBLIC, False)


quiet = Quiet
