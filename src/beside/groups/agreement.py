"""The part of every agreement that no group can vote away (rule 2 of safety)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class FixedPart:
    """What may have to leave a group, who decides, and when one is told. Words for the page."""

    title: str
    first: str
    leaves: Sequence[str]
    decides: str
    told: str


TITLE = gettext_lazy("What may have to leave this group")


def fixed_part(duty_worker_title: str) -> FixedPart:
    """The words, with the organisation's own title for its duty worker."""
    return FixedPart(
        title=str(TITLE),
        first=_(
            "What is said here stays here, with three exceptions. "
            "They stand under every agreement, and no group can vote them away."
        ),
        leaves=(
            _("Somebody’s life is in danger."),
            _("A child, or an adult who cannot protect themselves, is at risk."),
            _("The law requires it."),
        ),
        decides=_("The %(title)s decides, never a member or a facilitator alone.")
        % {"title": duty_worker_title},
        told=_("You are told first, unless telling you would add to the danger."),
    )
