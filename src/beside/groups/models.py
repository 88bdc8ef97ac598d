"""Groups, and who somebody is in one.

What is public about a group and what is inside it never share a table. Everything said or done in a
group points to a persona; the link from a persona to a person stands in one table of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from beside.groups.newcomers import NEW_FOR
from beside.groups.words import (
    Access,
    Entry,
    Experience,
    Part,
    Safety,
    Standing,
    Way,
    in_words,
    language_in_words,
)
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.people.models import PEBBLES, Person, Role


def _list(choices: type[models.TextChoices]) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=20, choices=choices), default=list, blank=True)


def _current(person: Person, *parts: str) -> MembershipQuerySet:
    """The memberships this person holds now, in any of the parts."""
    return Membership.objects.of(person, *parts)


class GroupQuerySet(models.QuerySet["Group"]):
    def listed(self) -> Self:
        """Groups whose face everybody may see."""
        return self.filter(listed=True, closed_at=None)

    def published(self) -> Self:
        """Those that may be told to machines elsewhere: listed, ours, open to anybody."""
        return self.listed().filter(source="", entry=Entry.OPEN)

    def visible_to(self, person: Person | None) -> Self:
        """Listed groups, one's own, and for coordinators and duty workers every group's face."""
        if person is None:
            return self.filter(listed=True)
        mine = _current(person).filter(group=OuterRef("pk"))
        staff = Role.objects.current().filter(person=person)
        return self.filter(Q(listed=True) | Exists(mine) | Exists(staff))

    def of(self, person: Person) -> Self:
        """The groups this person is a member of now."""
        return self.filter(Exists(_current(person).filter(group=OuterRef("pk"))))

    def settled(self, person: Person) -> Self:
        """Those of them in which this person is no newcomer any more."""
        return self.filter(Exists(_current(person).settled().filter(group=OuterRef("pk"))))

    def kept_by(self, person: Person, *parts: str) -> Self:
        """The groups in which this person has one of these parts now."""
        return self.filter(Exists(_current(person, *parts).filter(group=OuterRef("pk"))))

    def held_by(self, person: Person) -> Self:
        """The groups this person facilitates now."""
        return self.kept_by(person, Part.FACILITATOR)


class Group(models.Model):
    """The face of a group: what somebody who only looks for one may read."""

    KEPT = "as long as the group; its face a year after it closed"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    facilitated_by = models.CharField(max_length=120, blank=True)
    experiences = _list(Experience)
    ways = _list(Way)
    safety = _list(Safety)
    access = _list(Access)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    entry = models.CharField(max_length=10, choices=Entry, default=Entry.OPEN)
    # A course with the same people from the first time to the last: nobody joins once it has begun.
    joins_until = models.DateTimeField(null=True)
    visits = models.BooleanField(default=True)
    places = models.PositiveSmallIntegerField(null=True)
    youngest = models.PositiveSmallIntegerField(default=18)
    oldest = models.PositiveSmallIntegerField(null=True)
    listed = models.BooleanField(default=True)
    source = models.CharField(max_length=80, blank=True)
    source_slug = models.CharField(max_length=120, blank=True)
    source_on = models.DateField(null=True)
    opened_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_slug"],
                condition=~Q(source=""),
                name="one_group_for_a_listing",
            ),
        ]
        indexes = [
            GinIndex(fields=["experiences"], name="groups_by_experience"),
            # Row policies name them, so that what belongs to a face asks of no group one by one.
            models.Index(fields=["id"], condition=Q(listed=False), name="groups_hidden"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        """Whether it is one of `Group.objects.published()`."""
        open_here = self.entry == Entry.OPEN and not self.is_elsewhere
        return open_here and self.listed and self.closed_at is None

    @property
    def has_begun(self) -> bool:
        """Whether a course began, so that nobody joins any more."""
        return self.joins_until is not None and self.joins_until <= clock.now()

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is only listed here: no visit, no room, no promise."""
        return self.source != ""

    @property
    def ways_in_words(self) -> list[str]:
        return in_words(Way, self.ways)

    @property
    def experiences_in_words(self) -> list[str]:
        return in_words(Experience, self.experiences)

    @property
    def safety_in_words(self) -> list[str]:
        return in_words(Safety, self.safety)

    @property
    def access_in_words(self) -> list[str]:
        return in_words(Access, self.access)

    @property
    def languages_in_words(self) -> list[str]:
        """The languages, each by its own name: "Polski"."""
        return [language_in_words(code) for code in self.languages]

    @property
    def ages_in_words(self) -> str:
        """ "18 and over", "16 to 25"."""
        if self.oldest is None:
            return _("%(age)d and over") % {"age": self.youngest}
        return _("%(age)d to %(oldest)d") % {"age": self.youngest, "oldest": self.oldest}


class InsideQuerySet(models.QuerySet["Inside"]):
    def visible_to(self, person: Person | None) -> Self:
        if person is None:
            return self.none()
        return self.filter(Exists(_current(person).filter(group=OuterRef("group"))))


class Inside(models.Model):
    """The rules a group gave itself. Seen by its members."""

    KEPT = "as long as the group"

    class Camera(models.TextChoices):
        CHOICE = "choice"
        NEVER = "never"

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="inside")
    camera = models.CharField(max_length=10, choices=Camera, default=Camera.CHOICE)
    reads_from = models.TimeField(null=True)
    reads_until = models.TimeField(null=True)
    kept_days = models.PositiveSmallIntegerField(default=730)

    objects = InsideQuerySet.as_manager()

    def __str__(self) -> str:
        return f"inside {self.group_id}"


class PersonaQuerySet(models.QuerySet["Persona"]):
    def worn_by(self, person: Person) -> Self:
        """Who this person is now, in each group where they have a name."""
        worn = Wearer.objects.filter(person=person, current=True, persona=OuterRef("pk"))
        return self.filter(Exists(worn))

    def ever_of(self, person: Person) -> Self:
        """Who this person is or ever was."""
        return self.filter(Exists(Wearer.objects.filter(person=person, persona=OuterRef("pk"))))

    def with_yes_owed(self) -> Self:
        """Each with `owes`: the agreement that holds in their group, until they said yes to it."""
        yes = Acceptance.objects.filter(agreement=OuterRef("pk"), persona=OuterRef(OuterRef("pk")))
        holds = Agreement.objects.filter(group=OuterRef("group")).order_by("-version")
        owed = holds.values(owed=Case(When(Exists(yes), then=None), default=F("pk")))
        return self.annotate(owes=Subquery(owed[:1]))

    def visible_to(self, person: Person | None) -> Self:
        """Who joined one's groups; who has yet to, for those who greet there; oneself always."""
        if person is None:
            return self.none()
        mine = _current(person).filter(group=OuterRef("group"))
        greeted = _current(person, Part.GREETER, Part.FACILITATOR).filter(group=OuterRef("group"))
        worn = Wearer.objects.filter(person=person, persona=OuterRef("pk"))
        joined = Q(joined_at__isnull=False)
        return self.filter((joined & Exists(mine)) | Exists(greeted) | Exists(worn))


class Persona(models.Model):
    """One person in one group: a name, a pebble, a random key. Nothing here says who it is.

    Until `joined_at`, somebody visits or asks to join: then only those who greet see the name.
    From `known_at` on, one of them has talked with this person.
    """

    KEPT = "as long as the group, so that what was written keeps a name; blanked on erasure"

    key = models.CharField(max_length=16, unique=True, default=new_key)
    group = models.ForeignKey(Group, models.CASCADE, related_name="personas")
    name = models.CharField(max_length=40)
    pebble = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField(default=clock.now)
    joined_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects = PersonaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "group",
                Lower("name"),
                condition=Q(retired_at=None),
                name="one_name_in_a_group",
            ),
            models.CheckConstraint(
                condition=Q(pebble__gte=1, pebble__lte=PEBBLES), name="persona_pebble_exists"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WearerQuerySet(models.QuerySet["Wearer"]):
    def visible_to(self, person: Person | None) -> Self:
        return self.filter(person=person) if person else self.none()


class Wearer(models.Model):
    """Who is behind a persona. The only link, seen by that person and the house."""

    KEPT = "until the person is erased"

    persona = models.OneToOneField(Persona, models.CASCADE, related_name="wearer")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    current = models.BooleanField(default=True)

    objects = WearerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(current=True), name="one_persona_in_a_group"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="groups_wearer_person_ids")]

    def __str__(self) -> str:
        return f"wearer {self.pk}"


def _settled() -> Q:
    """Memberships of those who are new no more (see `Membership.is_new`)."""
    return ~Q(role=Part.MEMBER) | Q(since__lt=clock.now() - NEW_FOR)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(until=None, standing=Standing.MEMBER)

    def of(self, person: Person, *parts: str) -> Self:
        """What this person holds now, in any of the parts; in all of them when none is named."""
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        found = self.current().filter(Exists(worn))
        return found.filter(role__in=parts) if parts else found

    def settled(self) -> Self:
        """Who came more than thirty days ago, or keeps the group."""
        return self.filter(_settled())

    def knowing(self) -> Self:
        """Who may see the people of the group: the settled, and whoever was talked with."""
        return self.filter(_settled() | Q(persona__known_at__isnull=False))

    def visible_to(self, person: Person | None) -> Self:
        """Who is in one's groups, for a newcomer only who keeps them; who asked or left in those
        one facilitates; oneself always."""
        if person is None:
            return self.none()
        here = _current(person).filter(group=OuterRef("group"))
        knowing = _current(person).knowing().filter(group=OuterRef("group"))
        held = _current(person, Part.FACILITATOR).filter(group=OuterRef("group"))
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        member_now = Q(until=None, standing=Standing.MEMBER)
        keeps = ~Q(role=Part.MEMBER) & Exists(here)
        return self.filter((member_now & (keeps | Exists(knowing))) | Exists(held) | Exists(worn))


class Membership(models.Model):
    """Where a persona stands with its group, from the first asking to the end."""

    KEPT = "as long as the persona"

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Part, default=Part.MEMBER)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.MEMBER)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Persona, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["persona"], condition=Q(until=None), name="one_place_a_persona"
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=[Standing.LEFT, Standing.REMOVED])
                | Q(until__isnull=False),
                name="an_end_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standing} since {self.since:%Y-%m-%d}"

    @property
    def is_new(self) -> bool:
        """Whether this person came within the last thirty days and keeps nothing here."""
        return self.role == Part.MEMBER and self.since > clock.now() - NEW_FOR

    @property
    def knows_people(self) -> bool:
        """Whether they see who is here; needs the persona."""
        return not self.is_new or self.persona.known_at is not None

    @property
    def settles_on(self) -> date:
        """The day (UTC) from which they are no newcomer any more."""
        return (self.since + NEW_FOR).date()


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, person: Person | None) -> Self:
        """The agreements of one's groups. (Who is booked for a visit: see meetings.)"""
        if person is None:
            return self.none()
        return self.filter(Exists(_current(person).filter(group=OuterRef("group"))))


class Agreement(models.Model):
    """What a group agreed on, in its own words. The fixed part is added when it is shown."""

    KEPT = "as long as the group, every version"

    group = models.ForeignKey(Group, models.CASCADE, related_name="agreements")
    version = models.PositiveIntegerField()
    words = models.TextField()
    since = models.DateTimeField(default=clock.now)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "version"], name="one_version_of_an_agreement"
            ),
        ]

    def __str__(self) -> str:
        return f"agreement version {self.version}"


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def visible_to(self, person: Person | None) -> Self:
        """One's own, and those in the groups one facilitates."""
        if person is None:
            return self.none()
        held = _current(person, Part.FACILITATOR).filter(group=OuterRef("agreement__group"))
        worn = Wearer.objects.filter(person=person, persona=OuterRef("persona"))
        return self.filter(Exists(held) | Exists(worn))


class Acceptance(models.Model):
    """Somebody said yes to one version of an agreement, perhaps for one meeting."""

    KEPT = "as long as the persona"

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="+")
    meeting = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["persona", "agreement", "meeting"],
                nulls_distinct=False,
                name="one_acceptance",
            ),
        ]

    def __str__(self) -> str:
        return f"acceptance {self.pk}"
