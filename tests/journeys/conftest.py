"""What journeys share."""

from __future__ import annotations

import pytest

from tests.cast import Cast, build


@pytest.fixture
def cast_at_home(own_database: str) -> Cast:
    """Everybody, in a database of this test's own, each able to sign in."""
    return build(can_sign_in=True)
