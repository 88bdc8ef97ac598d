"""A site in debug, for looking at /look/ with a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import Settings

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def somebody(chromium: Browser) -> Iterator[BrowserContext]:
    """One person's browser, with nothing kept from before."""
    context = chromium.new_context(viewport={"width": 1240, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(somebody: BrowserContext) -> Page:
    return somebody.new_page()
