"""What goes out to machines: the public feed of our open groups."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from beside.exchange import feed


@login_not_required
@require_safe
def meeting_guide(request: HttpRequest) -> HttpResponseBase:
    """Our open groups that meet weekly, as Meeting Guide JSON; the same for whoever asks.

    Only the question whether anything changed is asked here: the lines themselves are made while
    they are sent, as nobody, outside of this request's transaction.
    """
    site = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    found = feed.fingerprint()
    since = feed.noted_at(found)
    etag = f'W/"{found}{sha256(site.encode()).hexdigest()[:8]}"'
    modified = int(since.timestamp()) if since else None
    # Kept by anybody, and asked about each time: what was changed is told at once.
    headers = {
        "ETag": etag,
        "Cache-Control": "public, no-cache",
        "Access-Control-Allow-Origin": "*",
        **({"Last-Modified": http_date(modified)} if modified else {}),
    }
    asked = HttpResponse(headers=headers)
    known = get_conditional_response(request, etag, modified, asked)
    if known is not None and known is not asked:
        known.headers["Access-Control-Allow-Origin"] = "*"
        return known
    lines = feed.stream(feed.Ours(site)) if request.method == "GET" else ()
    return StreamingHttpResponse(
        lines, content_type="application/json; charset=utf-8", headers=headers
    )
