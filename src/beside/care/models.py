"""Stepping in: what was told or noticed, whose hands it is in, and what was done.

A hand is sight and clock at once: whoever holds a live one sees the concern, and nobody else does.
It is never given to the person a concern is about.
"""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beside.care.words import FOR_LIFE, Came, How, Kind, State, why
from beside.groups.models import Group, Persona
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people.models import Person, Role

M = TypeVar("M", bound=models.Model)


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, person: Person | None) -> Self:
        """What is in this person's hands now."""
        if person is None:
            return self.none()
        return self.filter(Exists(Hand.objects.live(person).filter(concern=OuterRef("pk"))))

    def waiting(self) -> Self:
        return self.exclude(state=State.CLOSED)

    def by_urgency(self) -> Self:
        """Nobody yet before somebody, a life before all, grave before others, then the oldest."""
        life = models.Case(When(grave=True, reasons__overlap=list(FOR_LIFE), then=0), default=1)
        return self.order_by(F("state").asc(), life, "-grave", "opened", "pk")


class Concern(models.Model):
    """Something a person should look at. Its words are sealed under its own key."""

    KEPT = "one year after it was closed"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    came = models.CharField(max_length=10, choices=Came)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    about = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    about_name = models.CharField(max_length=40)
    about_pebble = models.PositiveSmallIntegerField(default=1)
    post = models.BigIntegerField(null=True)
    where = models.CharField(max_length=200, blank=True)
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    told_by = models.PositiveSmallIntegerField(default=0)
    grave = models.BooleanField(default=False)
    outside = models.BooleanField(default=False)  # not for those who facilitate the group
    excerpt = models.BinaryField()
    opened = models.DateTimeField(default=clock.now)
    due = models.DateTimeField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    taken_by = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            # What is kept from a group's facilitators is a concern of its own.
            models.UniqueConstraint(
                fields=["post", "outside"],
                condition=~Q(state="closed"),
                name="one_open_concern_a_post",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_concern_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due"], condition=Q(state="open"), name="care_concerns_due")
        ]

    def __str__(self) -> str:
        return f"concern {self.key}"

    @property
    def whys(self) -> list[str | Promise]:
        """Why it is here, in plain words."""
        return list(dict.fromkeys(why(reason) for reason in self.reasons))

    @property
    def is_for_life(self) -> bool:
        """Whether somebody's life may be at stake."""
        return self.grave and not FOR_LIFE.isdisjoint(self.reasons)

    @property
    def is_overdue(self) -> bool:
        return self.due is not None and self.due < clock.now()


class HandQuerySet(models.QuerySet["Hand"]):
    def live(self, person: Person) -> Self:
        """Held now: a facilitator's while they facilitate, that of staff while they have a duty."""
        held = Group.objects.held_by(person).filter(pk=OuterRef("concern__group"))
        has = Role.objects.current().filter(person=person)
        works = Exists(has.filter(role=Role.Kind.DUTY_WORKER))
        coordinates = Exists(has.filter(role=Role.Kind.COORDINATOR))
        part = (
            (Q(how=How.FACILITATES) & Exists(held))
            | (Q(how=How.COORDINATES) & coordinates)
            | (~Q(how__in=[How.FACILITATES, How.COORDINATES]) & works)
        )
        return self.filter(part, person=person, until=None)

    def visible_to(self, person: Person | None) -> Self:
        """One's own, those that ended too."""
        return self.filter(person=person) if person else self.none()


class Hand(models.Model):
    """Somebody has a concern in their hands, from one moment to another."""

    KEPT = "as long as the concern"

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="hands")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=How)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    took_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = HandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["concern", "person"], condition=Q(until=None), name="one_hand_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(until=None), name="care_hands_of_somebody")
        ]

    def __str__(self) -> str:
        return f"hand on {self.concern_id}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, person: Person | None) -> Self:
        """Only what one told oneself."""
        return self.filter(person=person) if person else self.none()


class Report(models.Model):
    """What somebody told us, and what they were answered. Seen by them alone.

    Its words and its answer are sealed under the key of the concern it became part of.
    """

    KEPT = "as long as the concern; it survives the account; a place where somebody is, 72 hours"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    thing_kind = models.CharField(max_length=10)
    thing_id = models.BigIntegerField()
    box = models.BigIntegerField()
    words = models.BinaryField(null=True)
    answer = models.BinaryField(null=True)
    status = models.CharField(max_length=8, choices=State, default=State.OPEN)
    at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            # The same person pressing twice about the same thing says one thing.
            models.UniqueConstraint(
                fields=["person", "thing_kind", "thing_id", "kind"],
                condition=~Q(status="closed"),
                name="one_open_report_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.key}"

    @property
    def says(self) -> str | Promise:
        """Where it stands, for whoever told us."""
        return {
            State.OPEN: _("Nobody has read it yet"),
            State.TAKEN: _("Somebody is looking after it"),
            State.CLOSED: _("Answered"),
        }[State(self.status)]


class Source(models.Model):
    """Which report belongs to which concern. Only the house looks: nobody learns who told us."""

    KEPT = "as long as the concern"

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="+")
    report = models.OneToOneField(Report, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"source {self.pk}"


class OfConcernQuerySet(models.QuerySet[M]):
    """Rows that are seen by whoever has the concern in their hands."""

    def visible_to(self, person: Person | None) -> Self:
        return self.filter(concern__in=Concern.objects.visible_to(person))


class Case(models.Model):
    """A concern that somebody took up."""

    KEPT = "one year after the concern was closed, unless the organisation sets a later day"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    concern = models.OneToOneField(Concern, models.CASCADE, related_name="case")
    opened = models.DateTimeField(default=clock.now)
    kept_until = models.DateField(null=True)

    objects = OfConcernQuerySet["Case"].as_manager()

    def __str__(self) -> str:
        return f"case {self.key}"


class Note(models.Model):
    """What one who looks after a case writes down for the next. Sealed under the case's key."""

    KEPT = "as long as the case"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    concern = models.ForeignKey(Concern, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed = models.CharField(max_length=60)
    sealed = models.BinaryField()
    at = models.DateTimeField(default=clock.now)

    objects = OfConcernQuerySet["Note"].as_manager()

    def __str__(self) -> str:
        return f"note {self.key}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, person: Person | None) -> Self:
        """The one it was written with, and whoever has the concern in their hands."""
        if person is None:
            return self.none()
        held = Exists(Hand.objects.live(person).filter(concern=OuterRef("concern")))
        return self.filter(Q(person=person) | held)


class Letter(models.Model):
    """A few words between somebody a concern is about and those who look after it. Sealed."""

    KEPT = "as long as the concern"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    concern = models.ForeignKey(Concern, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    theirs = models.BooleanField(default=False)
    signed = models.CharField(max_length=60)
    sealed = models.BinaryField()
    at = models.DateTimeField(default=clock.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["concern", "at"], name="care_letters_of_a_concern")]

    def __str__(self) -> str:
        return f"letter {self.key}"


class DutyQuerySet(models.QuerySet["Duty"]):
    def now(self) -> Self:
        return self.filter(during__contains=clock.now())

    def visible_to(self, person: Person | None) -> Self:
        """One's own hours; a coordinator sees everybody's."""
        if person is None:
            return self.none()
        coordinates = Role.objects.current().filter(person=person, role=Role.Kind.COORDINATOR)
        return self.filter(Q(person=person) | Exists(coordinates))


class Duty(models.Model):
    """Hours that one person offered: as a facilitator of a group, or as duty worker for all."""

    KEPT = "one year after it ended"

    class As(models.TextChoices):
        FACILITATOR = "facilitator", _("reads in the group")
        DUTY_WORKER = "duty_worker", _("duty worker")

    key = models.CharField(max_length=16, unique=True, default=new_key)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=As)
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")
    during = DateTimeRangeField()

    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="duty_worker", group=None)
                | Q(role="facilitator", group__isnull=False),
                name="a_facilitator_reads_in_a_group",
            ),
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False, during__upper_inf=False, during__lower_inf=False
                ),
                name="hours_begin_and_end",
            ),
            ExclusionConstraint(
                name="one_named_person_at_a_time",
                expressions=[
                    # A range of one number: the embedded PostgreSQL carries no btree_gist.
                    (
                        Func(
                            Coalesce(F("group"), Value(0)),
                            Coalesce(F("group"), Value(0)),
                            Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"duty {self.key}"
