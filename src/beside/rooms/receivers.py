"""What rooms hear from the floors beneath."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from beside import wall
from beside.groups import events as groups
from beside.groups.models import Persona
from beside.look import events as look
from beside.people.models import Person
from beside.rooms.actions import seats
from beside.rooms.models import Room, Seat


@receiver(groups.retired, dispatch_uid="rooms.retired")
def _nobody_stays_without_a_name(sender: object, persona: Persona, **told: Any) -> None:
    """Whoever left or was removed from a group is not in its room any more."""
    with wall.house("rooms.retired"):
        found = list(
            Seat.objects.filter(persona=persona)
            .exclude(standing__in=[Seat.Standing.LEFT, Seat.Standing.REMOVED])
            .exclude(room__state=Room.State.CLOSED)
            .select_related("room")
        )
    for seat in found:
        seats.give_up(seat)


@receiver(look.left_quickly, dispatch_uid="rooms.left_quickly")
def _whoever_left_quickly_sits_nowhere(sender: object, *, person: Person, **told: Any) -> None:
    """Nobody sees them away for a moment, and no turn waits for them: they left."""
    mine = Seat.objects.of(person).exclude(room__state=Room.State.CLOSED).select_related("room")
    for seat in mine.exclude(standing__in=[Seat.Standing.LEFT, Seat.Standing.REMOVED]):
        seats.leave(seat, by=person)


@receiver(groups.forgetting, dispatch_uid="rooms.forgetting")
def _nothing_stays_of_somebody_erased(sender: object, *, personas: list[int], **told: Any) -> None:
    """What they wrote tonight goes at once."""
    seats.unsay(personas)
