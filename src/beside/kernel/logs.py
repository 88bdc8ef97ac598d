"""What a log line may say about a request."""

from __future__ import annotations

import logging


class RoutesNotPaths(logging.Filter):
    """Replaces the address in Django's request lines by the name of its route.

    An address can name a group, and a log is read by people who are not in it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            route = match.view_name if match else "no route"
            record.msg, record.args = (
                "%s %s: %s",
                (
                    getattr(request, "method", "?"),
                    route,
                    getattr(record, "status_code", "?"),
                ),
            )
        return True
