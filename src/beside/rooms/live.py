"""Who may hear that something changed in a room."""

from __future__ import annotations

from beside.people.models import Person
from beside.rooms.models import Room, Seat


def may_watch_room(person: Person | None, key: str) -> bool:
    """Those who wait at its door or sit inside, and those who facilitate."""
    if person is None:
        return False
    there = (*Seat.IN, Seat.Standing.KNOCKING)
    if Seat.objects.of(person).filter(room__key=key, standing__in=there).exists():
        return True
    return Room.objects.kept_by(person).filter(key=key).exists()


def may_watch_seat(person: Person | None, key: str) -> bool:
    """Nobody but whoever sits there, or waits to; the last thing heard is that it is over."""
    return person is not None and Seat.objects.of(person).filter(key=key).exists()
