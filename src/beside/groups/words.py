"""The words by which groups are described and found. Pure vocabulary, no rows."""

from __future__ import annotations

from functools import cache

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _


class Experience(TextChoices):
    """What brings somebody here."""

    DEPRESSION = "depression", _("Depression")
    ANXIETY = "anxiety", _("Anxiety")
    BIPOLAR = "bipolar", _("Bipolar")
    GRIEF = "grief", _("Grief and loss")
    SUICIDE_LOSS = "suicide_loss", _("Bereaved by suicide")
    ADDICTION = "addiction", _("Addiction recovery")
    SLEEP = "sleep", _("Awake at night")
    WELLNESS = "wellness", _("General wellness")
    SUPPORTING = "supporting", _("Supporting someone else")
    NO_NAME = "no_name", _("I have no name for it")


class Way(TextChoices):
    """How people meet."""

    CALL = "call", _("Video or voice call")
    IN_PERSON = "in_person", _("In person")
    HYBRID = "hybrid", _("In a room and in a call at once")
    WRITING = "writing", _("In writing")
    TELEPHONE = "telephone", _("By telephone")


class Safety(TextChoices):
    """Whom the group is for, where that makes it safer."""

    WOMEN = "women", _("Women only, trans women included")
    MEN = "men", _("Men only")
    LGBTQ = "lgbtq", _("LGBTQ+")
    YOUNG = "young", _("Young adults")
    OLDER = "older", _("Older people")
    NEWCOMERS = "newcomers", _("Newcomers especially")


class Access(TextChoices):
    """What makes coming possible."""

    STEP_FREE = "step_free", _("Step-free")
    QUIET = "quiet", _("A quiet space nearby")
    SIGNED = "signed", _("Sign language")
    TEXT_ONLY = "text_only", _("Nobody has to speak")
    TELEPHONE = "telephone", _("Telephone welcome")
    CHILDREN = "children", _("Children welcome")


class Entry(TextChoices):
    """How one becomes a member."""

    OPEN = "open", _("Open: come and join")
    REQUEST = "request", _("By request: a facilitator answers")
    INVITATION = "invitation", _("By invitation")


class Part(TextChoices):
    """What a member does in the group. A part, never a rank."""

    MEMBER = "member", _("member")
    GREETER = "greeter", _("greeter")
    FACILITATOR = "facilitator", _("facilitator")


class Standing(TextChoices):
    """Where somebody stands with a group."""

    ASKED = "asked", _("has asked to join")
    INVITED = "invited", _("is invited")
    WAITING = "waiting", _("is waiting for a place")
    MEMBER = "member", _("is a member")
    LEFT = "left", _("left")
    REMOVED = "removed", _("was removed")


def in_words(choices: type[TextChoices], values: list[str]) -> list[str]:
    """The labels of these values in the reader's language, in the order of the choices."""
    return [str(label) for value, label in _labels(choices) if value in values]


@cache
def _labels(choices: type[TextChoices]) -> list[tuple[str, str | Promise]]:
    """Read once: an enumeration looks each of its words up anew."""
    return [(str(value), label) for value, label in choices.choices]


def language_in_words(code: str) -> str:
    """A language by its own name, "Polski"; sign languages too."""
    if code in SIGNED:
        return str(SIGNED[code])
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code.upper()


SIGNED = {
    "bfi": _("British Sign Language"),
    "ase": _("American Sign Language"),
    "isg": _("Irish Sign Language"),
}
