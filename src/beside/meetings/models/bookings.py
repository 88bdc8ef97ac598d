"""Who comes to a meeting, what is said to them before, and how it was."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Self, TypedDict

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from beside.groups.models import Membership, Persona, Wearer
from beside.groups.words import Part
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.meetings.models.schedules import Meeting
from beside.people.models import Person
from beside.vault.box import Box

VISIT_LASTS = timedelta(hours=24)


class Place(TypedDict):
    """Which field of which row sealed words belong to."""

    table: str
    column: str
    row: str


class BookingQuerySet(models.QuerySet["Booking"]):
    def of(self, person: Person) -> Self:
        """This person's own, under whatever name."""
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        return self.filter(Exists(worn))

    def visits(self) -> Self:
        return self.filter(kind=Booking.Kind.VISIT)

    def coming(self) -> Self:
        """Those who are expected, and those who came."""
        return self.filter(standing__in=[Booking.Standing.BOOKED, Booking.Standing.CAME])

    def in_line(self) -> Self:
        """Those who wait for a place, and those who are asked whether they still want one."""
        return self.filter(standing__in=[Booking.Standing.WAITING, Booking.Standing.OFFERED])

    def line(self) -> Self:
        """Those who wait, in strict order."""
        waiting = self.filter(standing=Booking.Standing.WAITING)
        return waiting.order_by("waiting_since", "pk")

    def expecting(self, person: Person) -> Self:
        """Where this person comes or waits for a place: until a day after the meeting has ended."""
        worn = Wearer.objects.filter(person=person, current=True, persona=OuterRef("persona"))
        lately = clock.now() - VISIT_LASTS
        away = [Booking.Standing.NOT_TONIGHT, Booking.Standing.LAPSED]
        here = self.exclude(standing__in=away)
        return here.filter(Exists(worn), meeting__ends_at__gt=lately)

    def open_doors(self, person: Person) -> Self:
        """Bookings by which this person may come in: until a day after the meeting has ended.

        Under a name that they still wear: whoever left or was removed comes in nowhere.
        """
        worn = Wearer.objects.filter(person=person, current=True, persona=OuterRef("persona"))
        lately = clock.now() - VISIT_LASTS
        came = [Booking.Standing.BOOKED, Booking.Standing.CAME]
        return self.filter(Exists(worn), standing__in=came, meeting__ends_at__gt=lately)

    def visible_to(self, person: Person | None) -> Self:
        """One's own; who visits, for those who greet there; everybody's, for who facilitates."""
        if person is None:
            return self.none()
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        here = {"group": OuterRef("meeting__group")}
        greets = Membership.objects.of(person, Part.GREETER).filter(**here)
        facilitates = Membership.objects.of(person, Part.FACILITATOR).filter(**here)
        visit = Q(kind=Booking.Kind.VISIT)
        return self.filter(Exists(worn) | (visit & Exists(greets)) | Exists(facilitates))


class Booking(models.Model):
    """A persona is coming to a meeting: as a visitor, or to a seat of their own group.

    A visit is a booking of a persona without a membership; joining afterwards adds the membership
    and keeps the persona.
    """

    KEPT = (
        "who came, as long as the group says: 30 days unless it says otherwise, at least a day, "
        "at most a year; every other booking the same, and 30 days at most"
    )

    class Kind(models.TextChoices):
        VISIT = "visit", _("a visit")
        SEAT = "seat", _("a seat")

    class Standing(models.TextChoices):
        WAITING = "waiting", _("waiting for a place")
        OFFERED = "offered", _("a place is offered")
        BOOKED = "booked", _("is coming")
        LAPSED = "lapsed", _("the offer ran out")
        NOT_TONIGHT = "not_tonight", _("not tonight")
        CAME = "came", _("came")

    key = models.CharField(max_length=16, unique=True, default=new_key)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="bookings")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind)
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.BOOKED)
    listen_only = models.BooleanField(default=False)
    greet = models.BooleanField(default=False)
    supporter = models.BooleanField(default=False)  # brings somebody, who takes a place too
    waiting_since = models.DateTimeField(null=True)
    offer_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "persona"], name="one_booking_a_meeting"),
        ]

    def __str__(self) -> str:
        return f"booking {self.key}"

    @property
    def is_coming(self) -> bool:
        """Expected, or came."""
        return self.standing in {Booking.Standing.BOOKED, Booking.Standing.CAME}

    @property
    def is_waiting(self) -> bool:
        """In the line, and nothing is offered yet."""
        return self.standing == Booking.Standing.WAITING

    @property
    def is_offered(self) -> bool:
        """A place is theirs if they say yes in time; an offer that ran out is none."""
        if self.standing != Booking.Standing.OFFERED or self.offer_until is None:
            return False
        return self.offer_until > clock.now()

    @property
    def may_be_accepted(self) -> bool:
        """Whether the offer stands, and for a meeting that takes place and has not begun."""
        goes_ahead = self.meeting.state != Meeting.State.CANCELLED
        return self.is_offered and goes_ahead and self.meeting.starts_at > clock.now()

    @property
    def needs(self) -> int:
        """How many places it takes."""
        return 2 if self.supporter else 1


class GreetingQuerySet(models.QuerySet["Greeting"]):
    def visible_to(self, person: Person | None) -> Self:
        """What is said between a visitor and those who greet: seen where the booking is seen."""
        seen = Booking.objects.visible_to(person).filter(pk=OuterRef("booking"))
        return self.filter(Exists(seen))


class Greeting(models.Model):
    """A few words between somebody who visits and a greeter, sealed under the booking's own key."""

    KEPT = "30 days after the meeting"

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="greetings")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    sealed = models.BinaryField()
    at = models.DateTimeField(default=clock.now)

    objects = GreetingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"greeting {self.key}"

    @property
    def box(self) -> Box:
        """The key of the booking: it goes with it."""
        return Box("booking", self.booking_id)

    @property
    def place(self) -> Place:
        """Where the words are sealed for."""
        return {"table": "meetings_greeting", "column": "sealed", "row": self.key}

    @property
    def words(self) -> str:
        """What was written."""
        return self.box.open(self.sealed, **self.place)


class FitQuerySet(models.QuerySet["Fit"]):
    def visible_to(self, person: Person | None) -> Self:
        return self.filter(person=person) if person else self.none()


class Fit(models.Model):
    """How a first visit felt: three short answers, sealed under the person's own key.

    The group never sees them; it learns at most that somebody left.
    """

    KEPT = "a year, or until the person is erased"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField(default=clock.now)

    objects = FitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "meeting"], name="one_fit_a_meeting"),
        ]

    def __str__(self) -> str:
        return f"fit {self.pk}"

    @property
    def box(self) -> Box:
        """The person's own key."""
        return Box("person", self.person_id)

    @property
    def place(self) -> Place:
        """Where the answers are sealed for."""
        row = f"{self.person_id}-{self.meeting_id}"
        return {"table": "meetings_fit", "column": "sealed", "row": row}

    @property
    def answers(self) -> dict[str, str]:
        """The answers again, by question; a question that was passed over is left out."""
        said: dict[str, str] = json.loads(self.box.open(self.sealed, **self.place))
        return said
