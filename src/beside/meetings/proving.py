"""Sheets of attendance: their codes, and what whoever holds one is told."""

from __future__ import annotations

from datetime import date

from beside import wall
from beside.kernel.ids import new_key
from beside.meetings.models import Proof
from beside.vault.box import fingerprint


def new_code() -> str:
    """Sixteen signs in groups of four, 76 bits; none of them can be mistaken for another."""
    signs = new_key()
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def of_code(code: str) -> bytes:
    """What is kept of a code, however it is typed."""
    return fingerprint(f"proof:{_signs(code)}")


def of_name(code: str, name: str) -> bytes:
    """What is kept of the name on the sheet; the same name on another sheet looks different."""
    words = " ".join(name.casefold().split())
    return fingerprint(f"proof-name:{_signs(code)}:{words}")


def confirmed(code: str, name: str) -> list[date]:
    """The days on the sheet with this code and this name; none where there is no such sheet.

    Needs an open transaction. Whether the code or the name was wrong, or the sheet was taken back,
    is not told.
    """
    with wall.house("meetings.confirm_proof"):
        proof = Proof.objects.filter(code=of_code(code), name=of_name(code, name)).first()
    return [date.fromisoformat(day) for day in proof.days] if proof else []


def _signs(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())
