"""The timetable for the organisation's own site: for a frame, without a script or a cookie."""

from __future__ import annotations

import re

from csp.constants import NONE
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from beside.exchange import timetable
from beside.look.context import THEMES

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?")
MOST_GROUPS = 50


@login_not_required
@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """The next two weeks; `group` (several), `lang` and `theme` in the address choose."""
    days, more = timetable.coming(request.GET.getlist("group")[:MOST_GROUPS])
    theme = request.GET.get("theme", "")
    page = {"days": days, "more": more, "chosen_theme": theme if theme in THEMES else ""}
    language = request.GET.get("lang", "")
    known = dict(settings.LANGUAGES)
    with translation.override(language if language in known else settings.LANGUAGE_CODE):
        response = render(request, "exchange/embed.html", page)
    return _framed_by(
        response, [each for each in settings.EMBED_ORIGINS if _ORIGIN.fullmatch(each)]
    )


def _framed_by(response: HttpResponse, origins: list[str]) -> HttpResponse:
    """Only the operator's named sites may show it in a frame; no script runs in it at all."""
    policy = {"script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]}
    policy["frame-ancestors"] = list(origins) or [NONE]
    setattr(response, "_csp_replace", policy)  # noqa: B010 - what csp's own decorators do
    setattr(response, "xframe_options_exempt", bool(origins))  # noqa: B010 - and Django's
    return response
