"""The table of all addresses: who gets in."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.cast import PARTS

ALL = frozenset(PARTS)
SIGNED_IN = ALL - {"nobody"}
NOBODY: frozenset[str] = frozenset()
MEMBERS = frozenset({"member", "greeter", "facilitator", "blocked"})
KEEPERS = frozenset({"greeter", "facilitator"})
FACILITATOR = frozenset({"facilitator"})
COORDINATOR = frozenset({"coordinator"})


@dataclass(frozen=True)
class Door:
    """`of` names the things in the address (see things.py); `act` asks with POST.

    `hidden` doors say "nothing here" even to somebody who could sign in.
    """

    who: frozenset[str]
    of: dict[str, str] = field(default_factory=dict)
    act: bool = False
    hidden: bool = False


DOORS: dict[str, Door] = {
    "home:welcome": Door(ALL),
    "home:today": Door(SIGNED_IN),
}
