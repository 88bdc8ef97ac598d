"""What only those who are expected see: how to get in, who facilitates, why something changed."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from beside.groups.models import Agreement, Group, Inside, Membership, Persona, Wearer
from beside.groups.policy import KEEPERS
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.meetings.models.bookings import Booking, Greeting
from beside.meetings.models.manners import Manner
from beside.meetings.models.schedules import Meeting, Schedule
from beside.meetings.models.venues import Venue
from beside.meetings.points import Point
from beside.people.models import Person, Role
from beside.people.policy import is_coordinator


class FirstTalkQuerySet(models.QuerySet["FirstTalk"]):
    def visible_to(self, person: Person | None) -> Self:
        """One's own; and in the groups where one greets, with whom somebody has talked."""
        if person is None:
            return self.none()
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        greets = Membership.objects.of(person, *KEEPERS).filter(group=OuterRef("group"))
        return self.filter(Exists(worn) | Exists(greets))


class FirstTalk(models.Model):
    """What counts as a first talk for the door alone: from then on they may know where.

    A facilitator saw them and tapped them in, or they were a member when the group began to wish
    for it; neither shows them who else is here. Words do, and stand on the persona: `known_at`.
    Nobody brings either about for themselves: not by joining, by coming into a call, nor by typing
    a code that somebody sent them.
    """

    KEPT = "as long as the persona"

    persona = models.OneToOneField(Persona, models.CASCADE, primary_key=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    # Who was tapped in by mistake has talked with nobody: it goes when that is taken back.
    tapped = models.ForeignKey(Booking, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = FirstTalkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"first talk with {self.persona_id}"


def _waits(group: str) -> Exists:
    """Whether this group tells its exact place after a first talk only."""
    return Exists(Manner.objects.filter(group=OuterRef(group), door_after=Manner.DoorAfter.GREETED))


def _known() -> Q:
    """Memberships of those who may know where, in whatever group.

    A person let them in or gave them a part, or somebody has talked with them.
    """
    return Q(role__in=KEEPERS) | Q(decided_by__isnull=False) | _talked()


def _talked() -> Q:
    """Rows of personas with whom somebody has talked; for whoever may see those personas."""
    talks = FirstTalk.objects.filter(persona=OuterRef("persona"))
    return Q(persona__known_at__isnull=False) | Q(Exists(talks))


def groups_told(person: Person) -> models.QuerySet[Group]:
    """The groups of which this person, as a member, may know the exact place."""
    mine = Membership.objects.of(person).filter(group=OuterRef("pk"))
    return Group.objects.filter(Exists(mine.filter(_known())) | (Exists(mine) & ~_waits("pk")))


def told_where(person: Person) -> models.QuerySet[Booking]:
    """Bookings by which this person learns the exact place."""
    return that_tell_where(Booking.objects.open_doors(person))


def that_tell_where(bookings: models.QuerySet[Booking]) -> models.QuerySet[Booking]:
    """Of these, those by which somebody learns the exact place.

    Where the group wishes it, a visitor waits for the first talk, and so does whoever joined
    without one.
    """
    known = Membership.objects.current().filter(_known(), persona=OuterRef("persona"))
    return bookings.filter(~_waits("meeting__group") | _talked() | Exists(known))


def to_greet() -> models.QuerySet[Booking]:
    """Who comes and is new: visitors, and members who wait for a first talk.

    As whoever greets there.
    """
    member = Membership.objects.current().filter(persona=OuterRef("persona"))
    seat = Q(kind=Booking.Kind.SEAT) & Exists(member.exclude(_known()))
    new = Q(kind=Booking.Kind.VISIT) | (seat & _waits("meeting__group"))
    return Booking.objects.coming().filter(new)


def venues_kept_by(person: Person) -> models.QuerySet[Venue]:
    """The venues whose facts this person keeps true.

    Coordinators keep all. Facilitators keep those where their groups meet, and those of ours where
    no group has met yet: somebody has just written them down.
    """
    coordinates = Role.objects.current().filter(person=person, role=Role.Kind.COORDINATOR)
    held = Group.objects.held_by(person)
    meetings = Meeting.objects.filter(venue=OuterRef("pk"))
    rules = Schedule.objects.filter(venue=OuterRef("pk"))
    mine = Exists(meetings.filter(group__in=held)) | Exists(rules.filter(group__in=held))
    unused = Q(source="") & Exists(held) & ~Exists(meetings) & ~Exists(rules)
    return Venue.objects.filter(Exists(coordinates) | mine | unused)


class DoorQuerySet(models.QuerySet["Door"]):
    def visible_to(self, person: Person | None) -> Self:
        """Public doors; those of groups and meetings of which one may know where they are.

        And those that one keeps.
        """
        if person is None:
            return self.filter(public=True)
        at = Meeting.objects.filter(venue=OuterRef("venue"))
        mine = at.filter(group__in=groups_told(person).values("pk"))
        booked = at.filter(pk__in=told_where(person).values("meeting"))
        kept = venues_kept_by(person).filter(pk=OuterRef("venue"))
        return self.filter(Q(public=True) | Exists(mine) | Exists(booked) | Exists(kept))


class Door(models.Model):
    """How to really get in. Seen by those who are expected, or by all where the group says so.

    With what would lead there: its name, postcode, quiet space and transport.
    """

    KEPT = "as long as the venue"

    venue = models.OneToOneField(Venue, models.CASCADE, primary_key=True, related_name="door")
    name = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    quiet_space = models.CharField(max_length=200, blank=True)
    transport = models.TextField(blank=True)
    address = models.TextField(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    directions = models.TextField(blank=True)
    public = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)  # when people were last told of a change

    objects = DoorQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["latitude", "longitude"],
                include=["venue"],
                condition=Q(public=True),
                name="public_doors_by_point",
            ),
        ]

    def __str__(self) -> str:
        return f"door {self.venue_id}"

    @property
    def point(self) -> Point | None:
        """Exactly where it is, where somebody has said so."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, person: Person | None) -> Self:
        """Whoever sees the door."""
        return self.filter(door__in=Door.objects.visible_to(person).values("pk"))


class Photo(models.Model):
    """What the door looks like: made anew from its points, so that nothing else is in the file."""

    KEPT = "as long as the venue"

    door = models.OneToOneField(Door, models.CASCADE, primary_key=True, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    jpeg = models.BinaryField()
    words = models.CharField(max_length=200)  # what it shows, for whoever does not see it
    made_at = models.DateTimeField(default=clock.now)

    objects = PhotoQuerySet.as_manager()

    def __str__(self) -> str:
        return f"photo {self.key}"


class SaidQuerySet(models.QuerySet["Said"]):
    def visible_to(self, person: Person | None) -> Self:
        """The group, and whoever comes or waits for a place, until a day after."""
        if person is None:
            return self.none()
        mine = Group.objects.of(person).filter(pk=OuterRef("meeting__group"))
        expected = Booking.objects.expecting(person).filter(meeting=OuterRef("meeting"))
        return self.filter(Exists(mine) | Exists(expected))


class Said(models.Model):
    """The few words about the latest change of a meeting, for those whom it concerns.

    That it was changed is public; why is not, and so it does not stand on the meeting itself.
    """

    KEPT = "as long as the meeting"

    meeting = models.OneToOneField(Meeting, models.CASCADE, primary_key=True, related_name="+")
    words = models.CharField(max_length=200)

    objects = SaidQuerySet.as_manager()

    def __str__(self) -> str:
        return f"said of {self.meeting_id}"


class HoldingQuerySet(models.QuerySet["Holding"]):
    def visible_to(self, person: Person | None) -> Self:
        """Who facilitates is known to the group, to those booked, and to coordinators."""
        if person is None:
            return self.none()
        if is_coordinator(person):
            return self
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


class Taken(models.Model):
    """When somebody is held by a meeting, in whichever group: nobody is in two places at once.

    The only place where two groups meet in one person's hours; the house alone sees it.
    """

    KEPT = "as long as the meeting"

    holding = models.OneToOneField(Holding, models.CASCADE, primary_key=True, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nobody_holds_two_meetings_at_a_time",
                expressions=[
                    (
                        Func("person", "person", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"taken by {self.holding_id}"


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
