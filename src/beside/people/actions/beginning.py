"""The first hour of an organisation."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from beside import wall
from beside.kernel.policy import require
from beside.ledger import lines
from beside.people import policy
from beside.people.actions.joining import join
from beside.people.models import Organisation, Person, Role


class NotTheFirst(Exception):
    """Somebody else named the organisation a moment earlier."""


def begin(
    *, by: Person | None = None, organisation: dict[str, Any], person: dict[str, Any]
) -> Person:
    """The first coordinator names the organisation and takes their own first step.

    `organisation` holds fields of Organisation, `person` what `join` asks. Raises NotTheFirst and
    SignInTaken.
    """
    require(policy.may_begin(by))
    with wall.house("people.begin"):
        try:
            with transaction.atomic():
                Organisation(pk=1, **organisation).save(force_insert=True)
        except IntegrityError as second:
            raise NotTheFirst from second
    first = join(**person)
    with wall.house("people.begin"):
        Role.objects.create(person=first, role=Role.Kind.COORDINATOR)
    lines.record("people.begin", by=first.pk, role="coordinator", about=first.pk)
    return first
