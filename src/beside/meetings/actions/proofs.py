"""A sheet that says on which days somebody came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from beside import wall
from beside.kernel import clock
from beside.kernel.policy import require
from beside.meetings import policy, proving
from beside.meetings.models import Proof
from beside.people.models import Person


@transaction.atomic
def prove(days: Collection[date], name: str, code: str, *, by: Person) -> str:
    """Write down what a sheet says, with its code and name as digests alone. Twice is once.

    Returns the code for the sheet: another one than `code` if that stands on a different sheet.
    """
    require(policy.may_prove(by, days))
    said = [day.isoformat() for day in sorted(set(days))]
    with wall.house("meetings.prove"):
        before = Proof.objects.filter(code=proving.of_code(code)).first()
        same = before is not None and before.days == said and before.person_id == by.pk
        if before and not (same and bytes(before.name) == proving.of_name(code, name)):
            code = proving.new_code()
        Proof.objects.get_or_create(
            code=proving.of_code(code),
            person=by,
            defaults={"name": proving.of_name(code, name), "days": said, "made_at": clock.now()},
        )
    return code


@transaction.atomic
def take_back_proof(proof: Proof, *, by: Person) -> None:
    """From here on, nobody can have this sheet confirmed."""
    require(policy.may_take_back_proof(by, proof))
    with wall.house("meetings.take_back_proof"):
        Proof.objects.filter(pk=proof.pk).delete()


@transaction.atomic
def forget_proofs(person: Person, *, by: Person) -> int:
    """Every sheet of somebody who is being erased; how many there were."""
    require(policy.may_forget(by, person))
    with wall.house("meetings.forget_proofs"):
        return Proof.objects.filter(person=person).delete()[0]
