"""What notices of rooms say: no group and no name, only that somebody thought of them."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from beside import notices, wall
from beside.groups.models import Wearer
from beside.kernel import clock
from beside.notices import Words
from beside.notices.kinds import Args
from beside.people.models import Person
from beside.rooms.models import Room, Seat

ENDED_ALONE = "rooms.ended_alone"
SAID_FOR = timedelta(days=3)


def register() -> None:
    """Tell notices, once, when Django starts."""
    notices.register(ENDED_ALONE, words=ended_alone, page=to_help, urgent=True)


def tell_those_left_alone(room: Room) -> None:
    """Whoever still sat in a room that ended without a facilitator is written to.

    Whoever left before is left in peace, and so is whoever facilitated.
    """
    with wall.house("rooms.left_alone"):
        seats = Seat.objects.filter(room=room, keeps=False).inside()
        worn = Wearer.objects.filter(current=True, persona__in=seats.values("persona"))
        persons = list(worn.values_list("person", flat=True))
    notices.tell_many(persons, ENDED_ALONE, dedupe=room.key, until=clock.now() + SAID_FOR)


def ended_alone(reader: Person, args: Args) -> Words | None:
    return Words(
        _("Your meeting ended because nobody could facilitate it any more"),
        _("It was not about you. If something is left that is heavy, here is who listens now."),
    )


def to_help(reader: Person, args: Args) -> str:
    return reverse("signposts:help")
