"""Uses of power are written down, read by the one concerned, and cannot be taken out again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from beside import wall
from beside.kernel import clock
from beside.ledger.lines import record
from beside.ledger.models import Line

pytestmark = pytest.mark.django_db


def test_the_one_concerned_reads_what_was_done_and_by_which_role() -> None:
    record("groups.remove", by=1, role="facilitator", about=2, group=3, reason="after two talks")
    for number, lines in ((2, 1), (1, 0), (None, 0)):
        with wall.acting_as(number):
            assert len(Line.objects.visible_to(number)) == lines
            assert Line.objects.count() == lines


def test_a_line_is_withheld_while_it_protects_somebody() -> None:
    soon = clock.now() + timedelta(days=1)
    record("care.read", by=1, role="duty worker", about=2, withheld_until=soon)
    with wall.acting_as(2):
        assert list(Line.objects.all()) == []


def test_not_even_the_house_may_change_a_line() -> None:
    record("care.read", by=1, role="duty worker", about=2)
    for words in ("update ledger_line set reason = 'none'", "delete from ledger_line"):
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            wall.house("test.tamper"),
            connection.cursor() as cursor,
        ):
            cursor.execute(words)
