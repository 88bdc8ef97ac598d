"""The three questions after a visit. Words only; nobody but the one who answers sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Answers = tuple[tuple[str, Promise], ...]

_HOW_MUCH: Answers = (
    ("yes", _("Yes")),
    ("mostly", _("Mostly")),
    ("a_little", _("A little")),
    ("not_really", _("Not really")),
)


@dataclass(frozen=True)
class Question:
    """One question with its few answers."""

    name: str
    words: Promise
    answers: Answers


QUESTIONS = (
    Question("heard", _("Did you feel heard?"), _HOW_MUCH),
    Question("belonging", _("Could you be yourself here?"), _HOW_MUCH),
    Question(
        "again",
        _("Would you come again?"),
        (
            ("yes", _("Yes")),
            ("perhaps", _("Perhaps")),
            ("not_sure", _("Not sure yet")),
            ("no", _("Rather not")),
        ),
    ),
)


def only_known(said: dict[str, str]) -> dict[str, str]:
    """The answers that are answers to these questions; everything else is left out."""
    return {
        question.name: said[question.name]
        for question in QUESTIONS
        if said.get(question.name) in dict(question.answers)
    }
