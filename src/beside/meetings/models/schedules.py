"""The rule by which a group meets, and its meetings, each a row of its own.

The local time at the venue is the truth; the instant is derived from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from beside.groups.models import Group, Persona
from beside.groups.words import Way
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.meetings import rhythm
from beside.meetings.models.venues import Venue
from beside.meetings.recurrence import Rule
from beside.people.models import Person

OPENS_BEFORE = timedelta(minutes=15)


M = TypeVar("M", bound=models.Model)


class AsItsGroupQuerySet(models.QuerySet[M]):
    """Rows that are seen by whoever sees the face of their group."""

    def visible_to(self, person: Person | None) -> Self:
        seen = Group.objects.visible_to(person).filter(pk=OuterRef("group"))
        return self.filter(Exists(seen))


class ScheduleQuerySet(AsItsGroupQuerySet["Schedule"]):
    def not_ended(self) -> Self:
        """Rules that nobody has ended, or that end later; whether they still meet is in `spans`."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=clock.now()))


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
    takes_visitors = models.BooleanField(default=True)
    fixed = models.BooleanField(default=False)  # the same people from the first time to the last
    lead = models.ForeignKey(Persona, models.SET_NULL, null=True, related_name="+")
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # Local days for which there is no row: another meeting was at the venue already, or the
    # clocks skip the hour on that day.
    clashes = ArrayField(models.DateField(), default=list, blank=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="schedules_by_hour"),
            models.Index(fields=["id"], condition=~Q(clashes=[]), name="schedules_that_clash"),
        ]

    def __str__(self) -> str:
        return f"schedule {self.pk}"

    @property
    def in_words(self) -> str:
        """The rhythm, the hour with its zone, and how long: one line."""
        return rhythm.in_words(self)

    @property
    def rule(self) -> Rule:
        """The same as plain data, for counting."""
        return Rule.of(self)


class MeetingQuerySet(AsItsGroupQuerySet["Meeting"]):
    def to_come(self) -> Self:
        """Not over yet, the next first; cancelled ones are left in, so that they can be said."""
        return self.filter(ends_at__gt=clock.now()).order_by("starts_at", "pk")

    def on_days(self, first: date, last: date) -> Self:
        """Going ahead, not over, and on these local days, ends included."""
        return self.to_come().going_ahead().filter(on__gte=first, on__lte=last)

    def going_ahead(self) -> Self:
        return self.exclude(state=Meeting.State.CANCELLED)


class Meeting(models.Model):
    """One occurrence. Only its face: no link, no list of people."""

    KEPT = "two years after it was held, without bookings"

    class State(models.TextChoices):
        PLANNED = "planned", _("as planned")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")

    class Change(models.TextChoices):
        """What one act may have changed."""

        CANCELLED = "cancelled", _("it does not take place")
        AFTER_ALL = "after_all", _("it takes place after all")
        HOUR = "hour", _("another hour")
        WAY = "way", _("another way")
        PLACE = "place", _("another place")
        WORDS = "words", _("other words about it")

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
    sequence = models.PositiveIntegerField(default=0)
    # What the latest change was; that a cancellation was taken back is said until it is cancelled.
    changes = ArrayField(models.CharField(max_length=9, choices=Change), default=list, blank=True)
    # Which change took a cancellation back: whoever has heard of it is not told so again.
    after_all = models.PositiveIntegerField(null=True)
    changed_at = models.DateTimeField(null=True)  # when it, or what is said of its place, changed
    way = models.CharField(max_length=10, choices=Way)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    places = models.PositiveSmallIntegerField(null=True)
    takes_visitors = models.BooleanField(default=True)
    by_hand = models.BooleanField(default=False)
    # Somebody said that they do not hold it after all: the rule puts nobody in their stead.
    left_open = models.BooleanField(default=False)
    # What had been said before the first change, so that an old link can show the change.
    was_starts_at = models.DateTimeField(null=True)
    was_way = models.CharField(max_length=10, choices=Way, blank=True)
    was_venue = models.ForeignKey(Venue, models.SET_NULL, null=True, related_name="+")

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
            # The week of all groups, holidays and timetables go by the day where it is.
            models.Index(fields=["on", "starts_at", "id"], name="meetings_by_day"),
            models.Index(fields=["on"], condition=Q(schedule=None), name="meetings_without_a_rule"),
            models.Index(fields=["on"], condition=Q(sequence__gt=0), name="meetings_changed"),
            models.Index(
                fields=["original_on"], condition=Q(sequence__gt=0), name="meetings_changed_from"
            ),
        ]

    def __str__(self) -> str:
        return f"meeting {self.key}"

    stood_at: datetime | None = None  # when it was to begin before this act, put here by the act
    free: int | None = None  # places left, put here by a page that shows them
    said = ""  # what was said about the latest change, put here by pages for whoever may read it
    holders: Sequence[Any] = ()  # who facilitates it, put here by pages for whoever may know
    told: object = None  # who heard of the latest change, put here by pages for facilitators
    told_place: object = None  # and who of the latest change of the way in

    @property
    def differs(self) -> bool:
        """Whether hour, place or way are others than had been said first."""
        if self.was_starts_at is None:
            return False
        was = (self.was_starts_at, self.was_way, self.was_venue_id)
        return was != (self.starts_at, self.way, self.venue_id)

    @property
    def is_changed(self) -> bool:
        """Whether a page says first what became of it."""
        cancelled = self.state == Meeting.State.CANCELLED
        after_all = Meeting.Change.AFTER_ALL in self.changes
        return cancelled or after_all or self.differs or bool(self.said)

    @property
    def moved_from(self) -> datetime | None:
        """When it had been said to begin, where it goes ahead at another hour."""
        goes_ahead = self.state != Meeting.State.CANCELLED
        return self.was_starts_at if goes_ahead and self.was_starts_at != self.starts_at else None

    @property
    def is_in_another_room(self) -> bool:
        """Whether it is in another room than had been said first; neither is without a room."""
        rooms = {self.was_venue_id, self.venue_id}
        return self.was_starts_at is not None and len(rooms) == 2 and None not in rooms

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
    def lasts(self) -> str:
        """How long it goes on: "75 minutes"."""
        return rhythm.lasting(self.minutes)

    @property
    def opens_at(self) -> datetime:
        """When its room opens, in UTC."""
        return self.starts_at - OPENS_BEFORE
