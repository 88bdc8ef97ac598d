"""Finding a room and one's own seat in it; absent and forbidden look alike."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from beside.people.http import Request
from beside.rooms.models import Room, Seat


def room_of(request: Request, key: str) -> Room:
    """The room, for those who may know of it. Raises Http404 for everybody else."""
    seen = Room.objects.visible_to(request.user).select_related("group", "meeting__group")
    return get_object_or_404(seen, key=key)


def my_seat(request: Request, key: str) -> Seat:
    """One's own seat in the room, in whatever standing. Raises Http404 without one."""
    room = room_of(request, key)
    seat = own_seat(request, room)
    return seat if seat is not None else get_object_or_404(Seat.objects.none())


def own_seat(request: Request, room: Room) -> Seat | None:
    """One's own seat in this room, or None."""
    seats = Seat.objects.of(request.user).filter(room=room).select_related("persona")
    seat = seats.order_by("-pk").first()
    if seat is not None:
        seat.room = room
    return seat


def their_seat(request: Request, room: Room, key: str) -> Seat:
    """Somebody's seat in the room, for those who see it. Raises Http404."""
    seen = Seat.objects.visible_to(request.user).select_related("persona")
    seat = get_object_or_404(seen, room=room, key=key)
    seat.room = room
    return seat
