"""Every request looks at the database as whoever sent it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from beside.wall.acting import acting_as


class Acting:
    """Stands behind the sign-in and in front of everything that reads rows."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_as(request.user.pk if request.user.is_authenticated else None):
            return self.answer(request)

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        """Pages that other libraries leave unrendered are rendered while somebody is looking."""
        with transaction.atomic():
            return response.render()


acting = Acting
