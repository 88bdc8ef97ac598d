"""When and where groups meet, and who comes.

A schedule is the rule, a meeting is one occurrence, a row of its own. The local time at the venue
is the truth; the instant is derived from it.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Self, TypedDict, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from beside.groups.models import Agreement, Group, Inside, Membership, Persona, Wearer
from beside.groups.words import Part, Way
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.meetings import rhythm
from beside.meetings.recurrence import Rule, parse_day
from beside.people.models import Person
from beside.vault.box import Box

OPENS_BEFORE = timedelta(minutes=15)
M = TypeVar("M", bound=models.Model)
VISIT_LASTS = timedelta(hours=24)


class Place(TypedDict):
    """Which field of which row sealed words belong to."""

    table: str
    column: str
    row: str


class Venue(models.Model):
    """The face of a place: what may be known before anybody has been spoken to. Public.

    The point is rounded to two decimals of a degree, about a kilometre; the exact one is at the
    door.
    """

    KEPT = "as long as a group meets there"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    name = models.CharField(max_length=120)
    neighbourhood = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    access = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    confirmed_on = models.DateField(null=True)
    source = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name


class DoorQuerySet(models.QuerySet["Door"]):
    def visible_to(self, person: Person | None) -> Self:
        """Public doors; those of one's groups; those of meetings one is booked for."""
        if person is None:
            return self.filter(public=True)
        at = Meeting.objects.filter(venue=OuterRef("venue"))
        mine = at.filter(group__in=Group.objects.of(person).values("pk"))
        booked = at.filter(pk__in=Booking.objects.open_doors(person).values("meeting"))
        return self.filter(Q(public=True) | Exists(mine) | Exists(booked))


class Door(models.Model):
    """How to really get in. Seen by those who are expected, or by all where the group says so."""

    KEPT = "as long as the venue"

    venue = models.OneToOneField(Venue, models.CASCADE, primary_key=True, related_name="door")
    address = models.TextField(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    directions = models.TextField(blank=True)
    public = models.BooleanField(default=False)

    objects = DoorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"door {self.venue_id}"


class AsItsGroupQuerySet(models.QuerySet[M]):
    """Rows that are seen by whoever sees the face of their group."""

    def visible_to(self, person: Person | None) -> Self:
        seen = Group.objects.visible_to(person).filter(pk=OuterRef("group"))
        return self.filter(Exists(seen))


class Schedule(models.Model):
    """The rule by which a group meets, on the wall clock of `zone`."""

    KEPT = "as long as the group"

    class Frequency(models.TextChoices):
        ONCE = "once", _("once")
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    zone = models.CharField(max_length=60)
    first_on = models.DateField()
    at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    frequency = models.CharField(max_length=8, choices=Frequency)
    interval = models.PositiveSmallIntegerField(default=1)
    byday = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    until = models.DateField(null=True)
    count = models.PositiveSmallIntegerField(null=True)
    way = models.CharField(max_length=10, choices=Way)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    places = models.PositiveSmallIntegerField(null=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = AsItsGroupQuerySet["Schedule"].as_manager()

    def __str__(self) -> str:
        return f"schedule {self.pk}"

    @property
    def in_words(self) -> str:
        """The rhythm, the hour with its zone, and how long: one line."""
        return rhythm.in_words(self)

    @property
    def rule(self) -> Rule:
        """The same as plain data, for counting."""
        return Rule(
            start=datetime.combine(self.first_on, self.at),
            frequency=self.frequency,
            interval=self.interval,
            days=tuple(parse_day(day) for day in self.byday),
            until=self.until,
            count=self.count,
        )


class MeetingQuerySet(AsItsGroupQuerySet["Meeting"]):
    def to_come(self) -> Self:
        """Not over yet, the next first; cancelled ones are left in, so that they can be said."""
        return self.filter(ends_at__gt=clock.now()).order_by("starts_at", "pk")

    def going_ahead(self) -> Self:
        return self.exclude(state=Meeting.State.CANCELLED)


class Meeting(models.Model):
    """One occurrence. Only its face: no link, no list of people."""

    KEPT = "two years after it was held, without bookings"

    class State(models.TextChoices):
        PLANNED = "planned", _("as planned")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")

    key = models.CharField(max_length=16, unique=True, default=new_key)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    schedule = models.ForeignKey(Schedule, models.CASCADE, null=True, related_name="meetings")
    original_on = models.DateField(null=True)
    on = models.DateField()
    at = models.TimeField()
    zone = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    said = models.CharField(max_length=200, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    way = models.CharField(max_length=10, choices=Way)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    places = models.PositiveSmallIntegerField(null=True)
    takes_visitors = models.BooleanField(default=True)
    by_hand = models.BooleanField(default=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "original_on"], name="one_meeting_for_an_occurrence"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_meeting_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="a_venue_holds_one_meeting_at_a_time",
                expressions=[
                    # A range of one number: the embedded PostgreSQL carries no btree_gist.
                    (
                        Func("venue", "venue", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("starts_at", "ends_at", function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(venue__isnull=False) & ~Q(state="cancelled"),
            ),
        ]
        indexes = [
            models.Index(fields=["group", "starts_at"], name="meetings_of_a_group"),
            models.Index(fields=["starts_at"], name="meetings_by_start"),
        ]

    def __str__(self) -> str:
        return f"meeting {self.key}"

    free: int | None = None  # places left, put here by a page that shows them

    @property
    def is_to_come(self) -> bool:
        """Whether it is not over yet."""
        return self.ends_at > clock.now()

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_today(self) -> bool:
        """Whether it begins today, on the calendar of its own zone."""
        return clock.now().astimezone(ZoneInfo(self.zone)).date() == self.on

    @property
    def is_evening(self) -> bool:
        """Whether it begins at five in the afternoon or later, where it is."""
        return self.at.hour >= 17

    @property
    def places_in_words(self) -> str:
        """What may be said about places; nothing where a page did not ask."""
        return rhythm.places(self.free)

    @property
    def opens_at(self) -> datetime:
        """When its room opens, in UTC."""
        return self.starts_at - OPENS_BEFORE


class HoldingQuerySet(models.QuerySet["Holding"]):
    def visible_to(self, person: Person | None) -> Self:
        """Who facilitates a meeting is known to the group, and to whoever is booked for it."""
        if person is None:
            return self.none()
        mine = Group.objects.of(person).filter(pk=OuterRef("meeting__group"))
        booked = Booking.objects.open_doors(person).filter(meeting=OuterRef("meeting"))
        return self.filter(Exists(mine) | Exists(booked))


class Holding(models.Model):
    """Who facilitates or greets at one meeting."""

    KEPT = "as long as the meeting"

    class Part(models.TextChoices):
        LEAD = "lead", _("facilitates")
        CO = "co", _("facilitates too")
        GREETER = "greeter", _("greets")
        SUBSTITUTE = "substitute", _("stands in")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="holdings")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    during = DateTimeRangeField()

    objects = HoldingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "persona"], name="one_part_in_a_meeting"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.meeting_id}"


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

    def open_doors(self, person: Person) -> Self:
        """Bookings by which this person may come in: until a day after the meeting has ended."""
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        lately = clock.now() - VISIT_LASTS
        came = [Booking.Standing.BOOKED, Booking.Standing.CAME]
        return self.filter(Exists(worn), standing__in=came, meeting__ends_at__gt=lately)

    def visible_to(self, person: Person | None) -> Self:
        """One's own; and, for those who greet or facilitate the group, everybody's."""
        if person is None:
            return self.none()
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        keeps = Membership.objects.current().filter(
            Exists(Wearer.objects.filter(person=person, persona=OuterRef("persona"))),
            group=OuterRef("meeting__group"),
            role__in=[Part.GREETER, Part.FACILITATOR],
        )
        return self.filter(Exists(worn) | Exists(keeps))


class Booking(models.Model):
    """A persona is coming to a meeting: as a visitor, or to a seat of their own group.

    A visit is a booking of a persona without a membership; joining afterwards adds the membership
    and keeps the persona.
    """

    KEPT = "30 days after the meeting"

    class Kind(models.TextChoices):
        VISIT = "visit", _("a visit")
        SEAT = "seat", _("a seat")

    class Standing(models.TextChoices):
        WAITING = "waiting", _("waiting for a place")
        OFFERED = "offered", _("a place is offered")
        BOOKED = "booked", _("is coming")
        NOT_TONIGHT = "not_tonight", _("not tonight")
        CAME = "came", _("came")

    key = models.CharField(max_length=16, unique=True, default=new_key)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="bookings")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind)
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.BOOKED)
    listen_only = models.BooleanField(default=False)
    greet = models.BooleanField(default=False)
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


class GreetingQuerySet(models.QuerySet["Greeting"]):
    def visible_to(self, person: Person | None) -> Self:
        """What is said between a visitor and those who greet: seen where the booking is seen."""
        seen = Booking.objects.visible_to(person).filter(pk=OuterRef("booking"))
        return self.filter(Exists(seen))


class Greeting(models.Model):
    """A few words between somebody who visits and a greeter, sealed under the booking's own key."""

    KEPT = "as long as the booking"

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


def agreements_visited(person: Person) -> models.QuerySet[Agreement]:
    """The agreements of groups that this person is booked to visit, until a day after the visit.

    What the policy "visiting" adds to the sight of groups.
    """
    visited = Booking.objects.open_doors(person).values("meeting__group")
    return Agreement.objects.filter(group__in=visited)


def insides_visited(person: Person) -> models.QuerySet[Inside]:
    """The rules (camera, hours) of groups that this person is booked to visit."""
    visited = Booking.objects.open_doors(person).values("meeting__group")
    return Inside.objects.filter(group__in=visited)


def personas_met(person: Person) -> models.QuerySet[Persona]:
    """Who facilitates the meetings this person is booked for, and who wrote to them before.

    What the policy "met" adds to the sight of groups.
    """
    expected = Booking.objects.open_doors(person).values("meeting")
    own = Booking.objects.filter(persona__in=Persona.objects.ever_of(person))
    return Persona.objects.filter(
        Exists(Holding.objects.filter(meeting__in=expected, persona=OuterRef("pk")))
        | Exists(Greeting.objects.filter(booking__in=own, persona=OuterRef("pk")))
    )
