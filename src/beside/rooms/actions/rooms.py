"""Opening, pausing and closing a room."""

from __future__ import annotations

from django.db import transaction

from beside import wall, wire
from beside.groups.models import Inside
from beside.groups.words import Way
from beside.kernel import clock
from beside.kernel.policy import require
from beside.meetings.models import Meeting
from beside.people.models import Person
from beside.rooms import circles, events, notices, policy
from beside.rooms.models import Circle, Room, Seat


@transaction.atomic
def set_out(meeting: Meeting, *, by: None = None) -> Room:
    """The clock sets the room out, 15 minutes before; twice is once. Nobody is in it yet."""
    require(policy.may_set_out(by, meeting))
    return _made(meeting)


@transaction.atomic
def open_room(meeting: Meeting, *, by: Person) -> Room:
    """A facilitator has the room set out before the clock did."""
    require(policy.may_open(by, meeting))
    return _made(meeting)


@transaction.atomic
def pause(room: Room, *, by: Person) -> Room:
    """Pause the room: voices, pictures, words and the clock rest, and nobody loses their turn."""
    require(policy.may_keep(by, room))
    with wall.house("rooms.pause"):
        circle = circles.locked(room)
        if room.state == Room.State.OPEN:
            circles.rest(room, circle, None, unheld=False)
        circles.tell(room)
    return room


@transaction.atomic
def resume(room: Room, *, by: Person) -> Room:
    """Go on after a pause."""
    require(policy.may_keep(by, room))
    with wall.house("rooms.resume"):
        circle = circles.locked(room)
        if room.state == Room.State.RESTING:
            circles.go_on(room, circle, None)
        circles.tell(room)
    return room


@transaction.atomic
def close(room: Room, *, by: Person) -> Room:
    """End the meeting for everybody."""
    require(policy.may_keep(by, room))
    return _closed(room, by)


@transaction.atomic
def close_late(room: Room, *, by: None = None) -> Room:
    """The clock ends a meeting that is over, or that nobody facilitated for ten minutes."""
    require(policy.may_sweep(by))
    return _closed(room, None)


def _made(meeting: Meeting) -> Room:
    with wall.house("rooms.set_out"):
        wall.lock("room", meeting.pk)
        there = Room.objects.filter(meeting=meeting).first()
        if there is not None:
            return _again(there, meeting)
        inside = Inside.objects.filter(group=meeting.group_id).first()
        voices = meeting.way != Way.WRITING
        room = Room.objects.create(
            group_id=meeting.group_id,
            meeting=meeting,
            voices=voices,
            pictures=voices and (inside is None or inside.camera != Inside.Camera.NEVER),
            made_at=clock.now(),
        )
        Circle.objects.create(room=room)
    wire.tell(f"meeting:{meeting.key}", f"group:{meeting.group.key}")
    return room


def _again(room: Room, meeting: Meeting) -> Room:
    """The room that is there; one that was closed before its meeting was moved waits anew.

    Everybody knocks again, but whoever was asked to leave.
    """
    if room.closed_at is not None and room.closed_at < meeting.opens_at:
        let_in = Seat.objects.filter(room=room).exclude(standing=Seat.Standing.REMOVED)
        let_in.update(standing=Seat.Standing.LEFT)
        Circle.objects.filter(room=room).update(round=None)
        room.state, room.opened_at, room.closed_at = Room.State.WAITING, None, None
        room.save(update_fields=["state", "opened_at", "closed_at"])
        wire.tell(f"meeting:{meeting.key}", f"group:{meeting.group.key}")
    return room


def _closed(room: Room, by: Person | None) -> Room:
    with wall.house("rooms.close"):
        circles.locked(room)
        alone = by is None and room.unheld_since is not None and not room.is_closed
        if not room.is_closed:
            room.state, room.closed_at = Room.State.CLOSED, clock.now()
            room.unheld_since = None
            room.save(update_fields=["state", "closed_at", "unheld_since"])
            waiting = Seat.objects.filter(room=room, standing=Seat.Standing.KNOCKING)
            waiting.update(standing=Seat.Standing.LEFT)
            Seat.objects.filter(room=room).update(here=False, voice=False, camera=False)
            events.closed.send(Room, room=room, by=by)
            circles.tell(room, *Seat.objects.filter(room=room))
    if alone:
        notices.tell_those_left_alone(room)
    return room
