"""Duties for the whole organisation, given and ended by coordinators and written down."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from beside import wall, wire
from beside.kernel import clock
from beside.kernel.policy import require
from beside.ledger import lines
from beside.people import events, policy
from beside.people.models import Person, Role


def give_role(person: Person, role: str, *, by: Person, reason: str = "") -> Role:
    """Give somebody a duty (a Role.Kind); whoever has it already keeps it as it is."""
    require(policy.may_give_role(by, person))
    with wall.house("people.give_role"):
        try:
            with transaction.atomic():
                given = Role.objects.create(
                    person=person, role=Role.Kind(role), since=clock.now(), given_by=by
                )
        except IntegrityError:
            return Role.objects.current().get(person=person, role=role)
    lines.record(
        "people.give_role", by=by.pk, role="coordinator", about=person.pk, reason=reason or role
    )
    events.role_changed.send(Role, role=given)
    wire.retest(person.pk)
    return given


def take_role(role: Role, *, by: Person, reason: str = "") -> None:
    """End a duty. The last coordinator cannot: nobody could give duties any more."""
    require(policy.may_take_role(by, role))
    with wall.house("people.take_role"):
        wall.lock("people.roles")
        require(not policy.is_last(role))
        role.until = clock.now()
        role.save(update_fields=["until"])
    acted = "themselves" if by.pk == role.person_id else "coordinator"
    lines.record(
        "people.take_role", by=by.pk, role=acted, about=role.person_id, reason=reason or role.role
    )
    events.role_changed.send(Role, role=role)
    wire.retest(role.person_id)
