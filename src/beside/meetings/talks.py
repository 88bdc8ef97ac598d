"""What counts as a first talk for the door alone. Everything here runs as the house.

Words, and being let in, are kept on the persona (`known_at`), which opens the door and the list of
people.
"""

from __future__ import annotations

from beside.groups.models import Group, Membership
from beside.kernel import clock
from beside.meetings.models import Booking, FirstTalk


def tapped_in(booking: Booking) -> None:
    """Another person has seen them. Once is enough."""
    said = {"group_id": booking.persona.group_id, "tapped": booking, "at": clock.now()}
    FirstTalk.objects.get_or_create(persona=booking.persona, defaults=said)


def take_back(booking: Booking) -> None:
    """They had been tapped in by mistake: without words of somebody they wait again."""
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
