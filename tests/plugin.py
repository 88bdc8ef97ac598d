"""Loaded before Django's settings: every run of the tests has a home of its own, under the temporary folder."""

from __future__ import annotations

import os
import tempfile

if "PYTEST_BESIDE_HOME" not in os.environ:
    os.environ["PYTEST_BESIDE_HOME"] = tempfile.mkdtemp(prefix="beside-test-")
os.environ["BESIDE_HOME"] = os.environ["PYTEST_BESIDE_HOME"]
for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "PUBLIC_URL", "BESIDE_AS_OWNER", "BESIDE_DATABASE"):
    os.environ.pop(name, None)
