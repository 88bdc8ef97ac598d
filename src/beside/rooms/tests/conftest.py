from __future__ import annotations

from collections.abc import Iterator

import pytest

from beside.rooms.tests.evening import Evening, evening_of
from tests.cast import Cast
from tests.cast import cast as cast  # the fixture


@pytest.fixture
def evening(cast: Cast) -> Iterator[Evening]:
    with evening_of(cast) as evening:
        yield evening
