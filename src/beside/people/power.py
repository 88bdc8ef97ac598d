"""What was done about somebody, in words: apps say a sentence for each act on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beside.ledger.models import Line
from beside.people.models import Person

_sentences: dict[str, str | Promise] = {}
_UNTOLD = _("Something was decided about you.")


def says(act: str, sentence: str | Promise) -> None:
    """Let the record say `sentence` for `act` ("groups.remove") to the one concerned."""
    _sentences[act] = sentence


@dataclass(frozen=True)
class Told:
    """One line as its subject reads it: roles, never names."""

    at: datetime
    what: str | Promise
    role: str
    reason: str


def about(person: Person, most: int = 50) -> list[Told]:
    """The latest lines about this person that they may read."""
    lines = Line.objects.visible_to(person.pk).order_by("-at")[:most]
    return [
        Told(line.at, _sentences.get(line.act, _UNTOLD), line.role, line.reason) for line in lines
    ]
