"""Recovery codes: made, written so that they can be read out, and recognised again."""

from __future__ import annotations

from django.db.models import Max

from beside import wall
from beside.kernel.ids import new_key
from beside.people.models import Person, Recovery
from beside.vault.box import fingerprint

HOW_MANY = 8


def new_set() -> list[str]:
    """Eight codes of four groups of four signs, without vowels and look-alikes; 76 bits each."""
    return [spaced(new_key()) for _ in range(HOW_MANY)]


def spaced(signs: str) -> str:
    """The signs in groups of four."""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def digest(person: int, code: str) -> bytes:
    """What is kept of a code, for this person (their number) alone.

    The codes are random enough that a keyed digest is as good as a slow hash, and looking one up
    takes the same time whether or not it is there.
    """
    signs = "".join(sign for sign in code.lower() if sign.isalnum())
    return fingerprint(f"recovery:{person}:{signs}")


def mark(person: Person) -> str:
    """Which set of codes is theirs now, in signs that say nothing else; empty without one."""
    with wall.house("people.codes_mark"):
        newest = Recovery.objects.filter(person=person).aggregate(Max("pk"))["pk__max"]
    return fingerprint(f"codes:{newest}").hex()[:16] if newest else ""


def left(person: Person) -> int:
    """How many codes of theirs still work; the codes themselves are for the house alone."""
    with wall.house("people.codes_left"):
        return Recovery.objects.filter(person=person, used_at=None).count()
