"""Where a member stands while they look at a page inside a group."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import Http404

from beside.groups.models import Acceptance, Agreement, Group, Membership, Persona
from beside.groups.policy import KEEPERS
from beside.groups.words import Part
from beside.people.models import Person


@dataclass(frozen=True)
class Here:
    """The group, and who the reader is in it. `agreement` knows whether they `accepted` it."""

    membership: Membership
    agreement: Agreement | None

    @property
    def group(self) -> Group:
        return self.membership.group

    @property
    def persona(self) -> Persona:
        return self.membership.persona

    @property
    def facilitates(self) -> bool:
        return self.membership.role == Part.FACILITATOR

    @property
    def greets(self) -> bool:
        return self.membership.role in KEEPERS

    @property
    def asks_agreement(self) -> bool:
        """Whether there are words that the reader has not said yes to."""
        return self.agreement is not None and not getattr(self.agreement, "accepted", False)


def here(person: Person, key: str) -> Here:
    """The group of this key, for its member. Two questions. Raises Http404 for everybody else."""
    found = Membership.objects.of(person).select_related("group", "persona")
    membership = found.filter(group__key=key, group__closed_at=None).first()
    if membership is None:
        raise Http404
    return Here(membership, latest_agreement(membership.group, membership.persona))


def latest_agreement(group: Group, persona: Persona | None) -> Agreement | None:
    """The words that hold now, `accepted` if this persona has said yes to them.

    The bare question is meant: row policies show it to members, and to those booked for a visit.
    """
    yes = Acceptance.objects.filter(agreement=OuterRef("pk"), persona=persona)
    words = Agreement.objects.filter(group=group).annotate(accepted=Exists(yes))
    return words.order_by("-version").first()
