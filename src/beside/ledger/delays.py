"""Reading a line later: one person asks, another agrees, and there is a day to look at it again.

Who may is for the act that calls: these only keep that they are two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from beside import wall
from beside.kernel import clock
from beside.ledger.models import Delay


@dataclass(frozen=True)
class Standing:
    """How a matter stands: what somebody asked and nobody agreed to, and until when it is held."""

    asked: Delay | None
    until: datetime | None


def standing(matter: str) -> Standing:
    """What was asked and agreed about the lines of a matter."""
    with wall.house("ledger.delays"):
        found = list(Delay.objects.filter(matter=matter))
    held = [each.until for each in found if each.until and each.until > clock.now()]
    asked = next((each for each in found if each.agreed_by is None), None)
    return Standing(asked, max(held, default=None))


def ask(matter: str, why: str, *, by: int) -> None:
    """Ask that the lines of a matter are read later; it holds nothing yet. Twice is once."""
    with wall.house("ledger.ask_delay"):
        Delay.objects.get_or_create(
            matter=matter,
            agreed_by=None,
            defaults={"why": Delay.Why(why), "asked_by": by, "asked_at": clock.now()},
        )


def agree(matter: str, *, by: int, until: datetime) -> bool:
    """Agree, as the second person; from now on it holds. False when there is nothing to agree to.

    The database refuses (IntegrityError) that the same person asks and agrees.
    """
    with wall.house("ledger.agree_delay"):
        asked = Delay.objects.filter(matter=matter, agreed_by=None)
        return asked.update(agreed_by=by, agreed_at=clock.now(), until=until) > 0
