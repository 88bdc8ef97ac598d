"""Not wanting to meet somebody."""

from __future__ import annotations

from beside import wall, wire
from beside.kernel.policy import require
from beside.people import policy
from beside.people.models import Block, Person


def block(of: Person, *, via: int, by: Person) -> None:
    """Not meet `of` any more, where they met under the persona with the number `via`.

    Nobody but `by` can see it, and asking twice changes nothing.
    """
    require(policy.may_block(by, of))
    with wall.house("people.block"):
        Block.objects.bulk_create([Block(by=by, of=of, via=via)], ignore_conflicts=True)
    wire.retest(by.pk)


def unblock(of: Person, *, via: int, by: Person) -> None:
    """Lift one's own block again."""
    require(policy.may_block(by, of))
    with wall.house("people.unblock"):
        Block.objects.filter(by=by, of=of, via=via).delete()
    wire.retest(by.pk)
