"""Loaded before Django's settings: every run of the tests has a home of its own."""

from __future__ import annotations

import os
import tempfile

# One of several processes that share the tests out among them has its own home, and PostgreSQL.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if "PYTEST_BESIDE_HOME" not in os.environ or os.environ.get("PYTEST_BESIDE_WORKER", "") != WORKER:
    os.environ["PYTEST_BESIDE_WORKER"] = WORKER
    os.environ["PYTEST_BESIDE_HOME"] = tempfile.mkdtemp(prefix="beside-test-")
os.environ["BESIDE_HOME"] = os.environ["PYTEST_BESIDE_HOME"]
for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "PUBLIC_URL", "BESIDE_AS_OWNER"):
    os.environ.pop(name, None)
os.environ.pop("BESIDE_DATABASE", None)
# Playwright keeps an event loop in the thread of the tests, where Django would ask nothing.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
