"""A line that somebody with the owner's power took out of the record is missed."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from beside.host import roles
from beside.ledger.lines import first_broken, record


def test_a_line_taken_out_by_the_owner_shows(own_database: str) -> None:
    with transaction.atomic():
        for number in range(3):
            record("people.role", by=1, role="coordinator", about=number)
        assert first_broken() is None
    with roles.superuser(settings.HOME, own_database) as owner:
        owner.execute("delete from ledger_line where about = 1")
    with transaction.atomic():
        broken = first_broken()
    assert broken is not None
    assert broken.about == 2
