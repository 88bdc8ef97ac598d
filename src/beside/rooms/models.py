"""The live places of meetings: the room, who sits in it, and whose turn it is.

What members of the group may know (that there is a room, and whether it is open) stands in `Room`;
everything that shows who is there stands in other tables, seen only by those who were let in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from beside.groups.models import Group, Membership, Persona, Wearer
from beside.groups.words import Part
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.meetings.models import Booking, Holding, Meeting
from beside.people.models import Person
from beside.rooms import rounds

SHOWN_AFTER = timedelta(hours=24)
HOLDS = (Holding.Part.LEAD, Holding.Part.CO, Holding.Part.SUBSTITUTE)


class RoomQuerySet(models.QuerySet["Room"]):
    def lately(self) -> Self:
        """Not closed, or closed within the last 24 hours."""
        return self.filter(~Q(state=Room.State.CLOSED) | Q(closed_at__gt=clock.now() - SHOWN_AFTER))

    def visible_to(self, person: Person | None) -> Self:
        """The rooms of one's groups, of meetings one is booked for, and where one sits."""
        if person is None:
            return self.none()
        return self.filter(
            self._comes_to(person) | Q(pk__in=self.model.objects.sat_in_by(person).values("pk"))
        )

    @staticmethod
    def _comes_to(person: Person) -> Q:
        booked = Booking.objects.open_doors(person).filter(meeting=OuterRef("meeting"))
        return Q(aside_of=None, group__in=Group.objects.of(person)) | Q(Exists(booked))

    def sat_in_by(self, person: Person) -> Self:
        """The rooms whose circle this person was let into."""
        own = Seat.objects.of(person).filter(room=OuterRef("pk"), standing__in=Seat.IN)
        return self.lately().filter(Exists(own))

    def kept_by(self, person: Person) -> Self:
        """The rooms this person facilitates: all of the group's, or this one meeting's."""
        holding = Holding.objects.filter(
            Exists(Wearer.objects.filter(person=person, persona=OuterRef("persona"))),
            meeting=OuterRef("meeting"),
            part__in=HOLDS,
        )
        facilitated = Membership.objects.of(person, Part.FACILITATOR).filter(
            group=OuterRef("group")
        )
        holds = self._comes_to(person) & Q(Exists(holding))
        return self.lately().filter(Q(aside_of=None), holds | Q(Exists(facilitated)))


class Room(models.Model):
    """The live place of one meeting: that it is there, and whether one can come in."""

    KEPT = "30 days after the meeting"

    class State(models.TextChoices):
        WAITING = "waiting"
        OPEN = "open"
        RESTING = "resting"
        CLOSED = "closed"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    meeting = models.OneToOneField(Meeting, models.CASCADE, null=True, related_name="+")
    aside_of = models.ForeignKey("self", models.CASCADE, null=True, related_name="asides")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    voices = models.BooleanField(default=True)
    pictures = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    unheld_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False) ^ Q(aside_of__isnull=False),
                name="a_room_is_of_a_meeting_or_aside",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_room_says_when",
            ),
        ]
        indexes = [models.Index(fields=["group"], name="rooms_of_a_group")]

    def __str__(self) -> str:
        return f"room {self.key}"

    @property
    def is_closed(self) -> bool:
        return self.state == Room.State.CLOSED


class SeatQuerySet(models.QuerySet["Seat"]):
    def of(self, person: Person) -> Self:
        """This person's own seats, under whatever name."""
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        return self.filter(Exists(worn))

    def inside(self) -> Self:
        """Those who were let in, in the order in which they sit."""
        return self.filter(standing__in=Seat.IN).order_by("place", "pk")

    def at_the_door(self) -> Self:
        """Those who wait, the longest first."""
        return self.filter(standing=Seat.Standing.KNOCKING).order_by("since", "pk")

    def visible_to(self, person: Person | None) -> Self:
        """One's own; who sits in a circle with one; everybody in the rooms one facilitates."""
        if person is None:
            return self.none()
        beside_me = Room.objects.sat_in_by(person).filter(pk=OuterRef("room"))
        kept = Room.objects.kept_by(person).filter(pk=OuterRef("room"))
        own = Exists(Wearer.objects.filter(person=person, persona=OuterRef("persona")))
        return self.filter(own | (Q(standing__in=Seat.IN) & Exists(beside_me)) | Exists(kept))


class Seat(models.Model):
    """Somebody at the door of a room, or in its circle."""

    KEPT = "until the day after the meeting"

    class Standing(models.TextChoices):
        KNOCKING = "knocking"
        ADMITTED = "admitted"
        ASIDE = "aside"
        REMOVED = "removed"
        LEFT = "left"

    IN = (Standing.ADMITTED, Standing.ASIDE)

    key = models.CharField(max_length=16, unique=True, default=new_key)
    room = models.ForeignKey(Room, models.CASCADE, related_name="seats")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.KNOCKING)
    keeps = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField(default=0)
    listen_only = models.BooleanField(default=False)
    writes = models.BooleanField(default=False)
    voice = models.BooleanField(default=False)
    camera = models.BooleanField(default=False)
    hand_at = models.DateTimeField(null=True)
    since = models.DateTimeField(default=clock.now)
    here = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    resume_hash = models.CharField(max_length=64, blank=True)
    run = models.CharField(max_length=16, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "persona"], name="one_seat_in_a_room"),
        ]
        indexes = [models.Index(fields=["persona"], name="rooms_seats_of_a_persona")]

    def __str__(self) -> str:
        return f"seat {self.key}"

    @property
    def is_in(self) -> bool:
        """Whether they were let in."""
        return self.standing in Seat.IN

    @property
    def takes_turns(self) -> bool:
        """Whether a round asks them; who only listens, or stepped out, is left in peace."""
        return self.standing == Seat.Standing.ADMITTED and not self.listen_only


class InnerQuerySet(models.QuerySet["Circle"]):
    def visible_to(self, person: Person | None) -> Self:
        """What goes on in a circle: seen from inside, and by those who facilitate."""
        if person is None:
            return self.none()
        rooms = Room.objects
        inside = Exists(rooms.sat_in_by(person).filter(pk=OuterRef("room")))
        return self.filter(inside | Exists(rooms.kept_by(person).filter(pk=OuterRef("room"))))


class Circle(models.Model):
    """What goes on inside: the round, and the version that every move names."""

    KEPT = "until the day after the meeting"

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="circle")
    version = models.PositiveIntegerField(default=1)
    round = models.JSONField(null=True)

    objects = InnerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"circle {self.room_id} version {self.version}"

    @property
    def going(self) -> rounds.Round | None:
        """The round that is on its way, or the last one."""
        return rounds.from_json(self.round) if self.round else None


class Move(models.Model):
    """One change of the round, kept while it may matter. Only the house looks."""

    KEPT = "24 hours"

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    seat = models.ForeignKey(Seat, models.CASCADE, null=True, related_name="+")
    move = models.JSONField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "version"], name="one_move_a_version"),
        ]

    def __str__(self) -> str:
        return f"move {self.version}"


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, person: Person | None) -> Self:
        """What is written in one's circle; what is said at a door, on either side of it."""
        if person is None:
            return self.none()
        inside = Exists(Room.objects.sat_in_by(person).filter(pk=OuterRef("room")))
        kept = Exists(Room.objects.kept_by(person).filter(pk=OuterRef("room")))
        mine = Exists(Seat.objects.of(person).filter(pk=OuterRef("door")))
        return self.filter((Q(door=None) & inside) | (Q(door__isnull=False) & (mine | kept)))


class Line(models.Model):
    """Words written in a room, or between somebody who knocks and those who let in (`door`)."""

    KEPT = "24 hours"

    class Kind(models.TextChoices):
        WORDS = "words"
        BEEN_THERE = "been_there"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    room = models.ForeignKey(Room, models.CASCADE, related_name="lines")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    door = models.ForeignKey(Seat, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORDS)
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    objects = LineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["room", "at"], name="rooms_lines_in_order")]

    def __str__(self) -> str:
        return f"line {self.key}"


class Signal(models.Model):
    """How two browsers find each other, on its way. Unlogged; only the house looks."""

    KEPT = "two minutes"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    to = models.ForeignKey(Seat, models.CASCADE, related_name="+")
    by = models.ForeignKey(Seat, models.CASCADE, related_name="+")
    run = models.CharField(max_length=16)
    kind = models.CharField(max_length=12)
    payload = models.JSONField()
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"signal {self.key}"


def personas_seated(person: Person) -> models.QuerySet[Persona]:
    """Whom one knows by name from rooms: who sits with one, knocks, or wrote to one's door."""
    circles = Seat.objects.inside().filter(room__in=Room.objects.sat_in_by(person).values("pk"))
    kept = Seat.objects.filter(room__in=Room.objects.kept_by(person).values("pk"))
    wrote = Line.objects.filter(door__in=Seat.objects.of(person).values("pk"))
    known = [Q(pk__in=rows.order_by().values("persona")) for rows in (circles, kept, wrote)]
    return Persona.objects.filter(known[0] | known[1] | known[2])


def is_over(meeting: Meeting, at: datetime) -> bool:
    """Whether a meeting's time has passed, with half an hour for the last words."""
    return meeting.ends_at + timedelta(minutes=30) <= at
