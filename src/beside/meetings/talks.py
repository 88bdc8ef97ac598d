"""First talks, after which somebody may know the exact place. Everything here runs as the house."""

from __future__ import annotations

from beside.groups.models import Group, Membership, Persona
from beside.kernel import clock
from beside.meetings.models import Booking, FirstTalk


def remember(persona: Persona, *, tapped: Booking | None = None) -> None:
    """Another person has talked with them: written to them, or tapped them in. Once is enough."""
    said = {"group_id": persona.group_id, "tapped": tapped, "at": clock.now()}
    talk, new = FirstTalk.objects.get_or_create(persona=persona, defaults=said)
    if not new and talk.tapped_id is not None and tapped is None:
        talk.tapped = None  # words stay, whatever becomes of the tap
        talk.save(update_fields=["tapped"])


def take_back(booking: Booking) -> None:
    """They had been tapped in by mistake: without another talk they wait again."""
    FirstTalk.objects.filter(persona=booking.persona_id, tapped=booking).delete()


def remember_members(group: Group) -> None:
    """Who is a member now may know where already, and stays so whatever the group wishes next."""
    there = Membership.objects.current().filter(group=group)
    now = clock.now()
    rows = [
        FirstTalk(persona_id=each, group=group, at=now)
        for each in there.values_list("persona", flat=True)
    ]
    FirstTalk.objects.bulk_create(rows, ignore_conflicts=True)
