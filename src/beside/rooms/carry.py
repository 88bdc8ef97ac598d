"""How many voices and pictures a circle of browsers can carry, each sending to each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WITH_PICTURES = 6
VOICES = 8
HEARING = 12


@dataclass(frozen=True, slots=True)
class Wish:
    """One seat: whether it only listens, or has no sound at all because its person writes."""

    seat: str
    listens: bool = False
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """What the circle carries for one seat: to hear, to speak, to be seen."""

    sound: bool
    voice: bool
    picture: bool


NOTHING = Carried(sound=False, voice=False, picture=False)


def carried(wishes: Sequence[Wish], *, voices: bool, pictures: bool) -> dict[str, Carried]:
    """What each seat may send and hear, by the order in which people sit.

    Up to 6 with pictures; 8 voices; 12 who hear. Those beyond read and write. `voices` and
    `pictures` are what the meeting itself allows.
    """
    hearing = [wish for wish in wishes if not wish.writes][:HEARING] if voices else []
    speaking = [wish.seat for wish in hearing if not wish.listens][:VOICES]
    few = pictures and len(hearing) <= WITH_PICTURES
    sounds = {wish.seat for wish in hearing}
    return {
        wish.seat: Carried(
            sound=True, voice=wish.seat in speaking, picture=few and wish.seat in speaking
        )
        if wish.seat in sounds
        else NOTHING
        for wish in wishes
    }
