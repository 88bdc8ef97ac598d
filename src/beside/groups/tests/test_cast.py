"""The cast stands where it says."""

from __future__ import annotations

from beside.groups.models import Group, Membership
from tests.cast import PARTS, Cast


def test_everybody_of_the_cast_is_there(cast: Cast) -> None:
    assert tuple(cast.everybody()) == PARTS


def test_each_sees_the_members_of_their_own_groups_and_no_other(cast: Cast) -> None:
    seen = {}
    for part, person in cast.everybody().items():
        with cast.looking_as(part):
            members = Membership.objects.current().visible_to(person)
            seen[part] = sorted(members.values_list("persona__name", flat=True))
    lanterns, long_table = ["Ash", "Hal", "Marlow", "Noor"], ["Bea", "Mags"]
    inside = ("member", "greeter", "facilitator", "blocked")
    outside = {part: [] for part in PARTS}
    there = dict.fromkeys(inside, lanterns)
    assert seen == outside | there | dict.fromkeys(("elsewhere", "other_facilitator"), long_table)


def test_all_groups_of_the_cast_are_listed(cast: Cast) -> None:
    with cast.looking_as("nobody"):
        names = Group.objects.visible_to(None).values_list("name", flat=True)
    assert sorted(names) == ["The Long Table", "Tuesday Lanterns"]
