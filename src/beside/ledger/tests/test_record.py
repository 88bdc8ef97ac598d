"""Uses of power are written down, read by the one concerned, and cannot be taken out again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from beside import wall
from beside.kernel import clock
from beside.ledger import delays
from beside.ledger.lines import first_broken, record
from beside.ledger.models import Delay, Line

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


LATER = timedelta(days=30)


def read_by(number: int) -> int:
    """How many lines somebody reads; the code and the database say the same."""
    with wall.acting_as(number):
        seen = set(Line.objects.visible_to(number))
        assert seen == set(Line.objects.all())
    return len(seen)


def test_one_person_alone_delays_nothing() -> None:
    record("care.read", by=1, role="facilitator", about=2, matter="m1")
    delays.ask("m1", "danger", by=1)
    assert read_by(2) == 1
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        delays.agree("m1", by=1, until=clock.now() + LATER)
    assert read_by(2) == 1


def test_two_people_delay_what_is_written_about_a_matter_and_what_comes_after() -> None:
    record("care.read", by=1, role="facilitator", about=2, matter="m1")
    record("groups.remove", by=1, role="facilitator", about=2)
    record("care.read", by=1, role="facilitator", about=2, matter="m2")
    delays.ask("m1", "danger", by=1)
    delays.ask("m1", "teller", by=4)  # asked already
    assert delays.agree("m1", by=3, until=clock.now() + LATER)
    assert not delays.agree("m1", by=4, until=clock.now() + LATER)
    record("care.close", by=1, role="facilitator", about=2, matter="m1")
    assert read_by(2) == 2
    assert delays.standing("m1").until is not None
    assert delays.standing("m2").until is None
    assert first_broken() is None


def test_after_the_day_of_review_it_is_read_unless_two_agree_again() -> None:
    record("care.read", by=1, role="facilitator", about=2, matter="m1")
    delays.ask("m1", "danger", by=1)
    delays.agree("m1", by=3, until=clock.now() - timedelta(minutes=1))
    assert read_by(2) == 1
    delays.ask("m1", "danger", by=1)
    assert read_by(2) == 1
    delays.agree("m1", by=3, until=clock.now() + LATER)
    assert read_by(2) == 0


def test_nobody_sees_who_delayed_what() -> None:
    delays.ask("m1", "danger", by=1)
    for number in (1, 2, None):
        with wall.acting_as(number), pytest.raises(ProgrammingError), transaction.atomic():
            Delay.objects.exists()


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
