"""What somebody may ask for, and what can be given back. Pure vocabulary, no rows."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

NAMED = 3


class Wants(TextChoices):
    """What would help the one who writes."""

    HEARD = "heard", gettext_lazy("just to be heard")
    BEEN_THERE = "been_there", gettext_lazy("people who have been there")
    IDEAS = "ideas", gettext_lazy("ideas")


class Kind(TextChoices):
    """Fellow feeling. On screen only the words themselves are said."""

    BEEN_THERE = "been_there", gettext_lazy("I've been there")
    WITH_YOU = "with_you", gettext_lazy("With you")
    HOPE = "hope", gettext_lazy("Gives me hope")
    THANKS = "thanks", gettext_lazy("Thank you")


_TO_THE_WRITER = {
    Wants.HEARD: (Kind.BEEN_THERE, Kind.WITH_YOU, Kind.THANKS),
    Wants.BEEN_THERE: (Kind.BEEN_THERE, Kind.WITH_YOU, Kind.HOPE),
    Wants.IDEAS: (Kind.BEEN_THERE, Kind.WITH_YOU, Kind.THANKS),
}
_TO_AN_ANSWER = (Kind.THANKS, Kind.BEEN_THERE, Kind.HOPE)


def offered(wants: str, *, opening: bool) -> tuple[Kind, ...]:
    """What can be given: to an opening by what its writer asked for; to answers always the same."""
    return _TO_THE_WRITER[Wants(wants)] if opening else _TO_AN_ANSWER


def said_by(names: list[str]) -> str:
    """Names in a sentence: "Fern", "Fern and Dev", "Fern, Dev, Sol and 3 others".

    At most three names stand there; a single one left over is named too, never "1 other".
    """
    if len(names) > NAMED + 1:
        rest = len(names) - NAMED
        words = ngettext("%(names)s and %(n)d other", "%(names)s and %(n)d others", rest)
        return words % {"names": ", ".join(names[:NAMED]), "n": rest}
    if len(names) > 1:
        return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    return names[0] if names else ""


def sentence(kind: str, names: list[str]) -> str:
    """Who gave this feeling: "Fern and Dev have been there"."""
    one = len(names) == 1
    said = {
        Kind.BEEN_THERE: _("%(who)s has been there") if one else _("%(who)s have been there"),
        Kind.WITH_YOU: _("With you: %(who)s"),
        Kind.HOPE: _("This gives %(who)s hope"),
        Kind.THANKS: _("%(who)s says thank you") if one else _("%(who)s say thank you"),
    }
    return said[Kind(kind)] % {"who": said_by(names)}
