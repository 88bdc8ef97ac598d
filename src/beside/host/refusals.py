"""Two answers that are given before Django is asked: that was too much, or it took too long."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

_SAID = {
    413: (
        _("That was too much at once"),
        _("What you sent is larger than this site takes in one go (2.5 MB). None of it was kept."),
    ),
    408: (
        _("That took too long"),
        _("What you sent did not arrive within a minute. None of it was kept."),
    ),
}
_MEND = _(
    "Go back, send less or leave out the file, and try again. What you wrote is still in the form."
)
_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{heading} · Beside</title>
<h1>{heading}</h1>
<p>{why}</p>
<p>{mend}</p>
<p><a href="/help-now/">{help}</a></p>
"""


def page(status: int, accepts: str, cookies: str) -> bytes:
    """A whole page, needing nothing, for 413 or 408; in the language that the reader asked for.

    `accepts` and `cookies` are the request's headers Accept-Language and Cookie, or "".
    """
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepts
    request.COOKIES = parse_cookie(cookies)
    language = translation.get_language_from_request(request)
    with translation.override(language):
        heading, why = _SAID[status]
        return format_html(
            _PAGE,
            language=language,
            direction="rtl" if translation.get_language_bidi() else "ltr",
            heading=heading,
            why=why,
            mend=_MEND,
            help=_("Get help now"),
        ).encode()
