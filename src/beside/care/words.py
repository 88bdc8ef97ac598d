"""What people tell us, and where it goes. Pure vocabulary, no rows."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beside.signposts import danger

FIRST_CLOCK = timedelta(minutes=5)
SECOND_CLOCK = timedelta(minutes=15)


class Came(TextChoices):
    """How a concern came to be."""

    ASKED = "asked", _("asked for a facilitator")
    REPORTED = "reported", _("somebody told us")
    NOTICED = "noticed", _("noticed in what was written")
    WHERE = "where", _("said where they are")


class Kind(TextChoices):
    """What somebody tells us about, in their own words."""

    ASKED = "asked", _("I need a facilitator")
    WHERE = "where", _("Where I am, so that help can be sent")
    WORRIED = "worried", _("I'm worried about them")
    DANGER = "danger", _("Someone else may be in danger")
    MONEY = "money", _("Romance, money or recruiting")
    UNKIND = "unkind", _("Unkind or disrespectful")
    METHODS = "methods", _("Methods or amounts")
    ELSE = "else", _("Something else")


ABOUT_A_POST = [kind for kind in Kind if kind not in {Kind.ASKED, Kind.WHERE}]
# A facilitator may be close to somebody who grooms or threatens: these go outside the group.
OUTSIDE = {Kind.DANGER, Kind.MONEY}
# Whoever is worried, or asks, speaks of a person; the others speak of words that somebody wrote.
PRESSING = {Kind.ASKED, Kind.WHERE, Kind.WORRIED, Kind.DANGER}
# So long a place is kept once nothing about them is open any more.
PLACE_KEPT = timedelta(hours=72)


class State(TextChoices):
    """Where a concern stands."""

    OPEN = "open", _("needs a person")
    TAKEN = "taken", _("somebody is looking after it")
    CLOSED = "closed", _("answered")


class How(TextChoices):
    """By what a concern came into somebody's hands."""

    FACILITATES = "facilitates", _("facilitates the group")
    DUTY = "duty", _("on duty")
    ESCALATED = "escalated", _("because nobody had come yet")
    CALLED = "called", _("was brought in")
    COORDINATES = "coordinates", _("coordinates, where nobody else could")


# What comes before everything else: a life in danger now, somebody else's, a place to send help to.
FOR_LIFE = frozenset(
    [
        f"told:{Kind.DANGER}",
        f"told:{Kind.WHERE}",
        *(
            f"noticed:{rule.name}"
            for rules in danger.RULES.values()
            for rule in rules
            if rule.level is danger.Level.HIGH
        ),
    ]
)


def why(reason: str) -> str | Promise:
    """A reason in words: "noticed:<rule>" or "told:<kind>"; an old rule's name says nothing."""
    source, _colon, name = reason.partition(":")
    if source == "told":
        return Kind(name).label
    for rules in danger.RULES.values():
        for rule in rules:
            if rule.name == name:
                return rule.why
    return _("words that should be read by a person")
