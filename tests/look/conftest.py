"""A site in debug, for looking at /look/ with a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import Settings


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests say enough by themselves."""


class _Server(ThreadedWSGIServer):
    daemon_threads = True

    def close_request(self, request: object) -> None:
        connections.close_all()
        super().close_request(request)


@pytest.fixture
def site(own_database: str, settings: Settings) -> Iterator[str]:
    """The address of a running Beside with debug on, so that /look/ is there."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = _Server(("127.0.0.1", 0), _Silent)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """The one browser of the run: a second one cannot start beside it."""
    return browser


@pytest.fixture
def somebody(chromium: Browser) -> Iterator[BrowserContext]:
    """One person's browser, with nothing kept from before."""
    context = chromium.new_context(viewport={"width": 1240, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(somebody: BrowserContext) -> Page:
    return somebody.new_page()
