"""People without an account, codes at the door, and sheets that prove that somebody came."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from beside.groups.models import Group, Persona
from beside.groups.words import Part
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.meetings.models.bookings import Booking, Place
from beside.meetings.models.schedules import Meeting
from beside.people.models import Person
from beside.vault.box import Box


class GuestQuerySet(models.QuerySet["Guest"]):
    def visible_to(self, person: Person | None) -> Self:
        """Only whoever facilitates the group."""
        if person is None:
            return self.none()
        return self.filter(group__in=Group.objects.kept_by(person, Part.FACILITATOR))


class Guest(models.Model):
    """Somebody without an account, for whom a facilitator books: a persona that nobody wears.

    How to reach them is sealed under a key of their own.
    """

    KEPT = "30 days after their last meeting, or until the facilitator takes them out"

    class Reach(models.TextChoices):
        CALL = "call", _("by a call")
        TEXT = "text", _("by text message")
        POST = "post", _("by post")
        NOBODY = "nobody", _("not at all: they know when it is")

    persona = models.OneToOneField(Persona, models.CASCADE, primary_key=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    reach = models.CharField(max_length=6, choices=Reach)
    sealed = models.BinaryField(default=bytes)
    made_at = models.DateTimeField(default=clock.now)

    objects = GuestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"guest {self.key}"

    @property
    def box(self) -> Box:
        """A key of their own: it is destroyed with them."""
        return Box("guest", self.persona_id)

    @property
    def place(self) -> Place:
        """Where the number or address is sealed for."""
        return {"table": "meetings_guest", "column": "sealed", "row": self.key}

    @property
    def contact(self) -> str:
        """The number or address they gave; nothing where they gave none."""
        return self.box.open(self.sealed, **self.place) if self.sealed else ""


class PostedQuerySet(models.QuerySet["Posted"]):
    def visible_to(self, person: Person | None) -> Self:
        """Only whoever facilitates the group."""
        if person is None:
            return self.none()
        return self.filter(
            booking__meeting__group__in=Group.objects.kept_by(person, Part.FACILITATOR)
        )


class Posted(models.Model):
    """Somebody said that a letter about one booking is in the post: when, and about which change.

    The latest one; what was in it is never kept.
    """

    KEPT = "as long as the booking"

    booking = models.OneToOneField(Booking, models.CASCADE, primary_key=True, related_name="+")
    sequence = models.PositiveIntegerField()  # the meeting's, when the letter was written
    at = models.DateTimeField(default=clock.now)

    objects = PostedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"post about booking {self.booking_id}"


class DoorCodeQuerySet(models.QuerySet["DoorCode"]):
    def visible_to(self, person: Person | None) -> Self:
        """Only whoever facilitates the group."""
        if person is None:
            return self.none()
        return self.filter(meeting__group__in=Group.objects.kept_by(person, Part.FACILITATOR))


class DoorCode(models.Model):
    """The short code that a facilitator shows at the door, by which people say that they came."""

    KEPT = "until the day after the meeting"

    meeting = models.OneToOneField(Meeting, models.CASCADE, primary_key=True, related_name="+")
    code = models.CharField(max_length=8)
    until = models.DateTimeField()

    objects = DoorCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"door code of {self.meeting_id}"


class ProofQuerySet(models.QuerySet["Proof"]):
    def visible_to(self, person: Person | None) -> Self:
        return self.filter(person=person) if person else self.none()


class Proof(models.Model):
    """A sheet that says on which days somebody came to peer support, and to no group by name.

    The code and the name on the sheet are kept as digests only: whoever holds the sheet can have
    both confirmed, and nobody can read them here.
    """

    KEPT = "a year, or until the person is erased"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    code = models.BinaryField(unique=True)
    name = models.BinaryField()
    days = models.JSONField(default=list)  # "2026-11-24", in order
    made_at = models.DateTimeField(default=clock.now)

    objects = ProofQuerySet.as_manager()

    def __str__(self) -> str:
        return f"proof {self.key}"
