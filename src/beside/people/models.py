"""People, and as little about them as will do.

A person is somebody who can sign in. Who they are in a group is a persona (see groups); the sign-in
name is never shown to anybody.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.vault.box import Box

PEBBLES = 12
M = TypeVar("M", bound=models.Model)


class Organisation(models.Model):
    """The one organisation that this installation belongs to. Public."""

    KEPT = "as long as the installation"

    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=12, default="en")
    zone = models.CharField(max_length=60, default="Europe/London")
    minimum_age = models.PositiveSmallIntegerField(default=18)
    duty_worker_title = models.CharField(max_length=60, default="duty worker")
    welcomer_title = models.CharField(max_length=60, default="greeter")
    lines_confirmed_on = models.DateField(null=True)
    for_younger = models.TextField(blank=True)  # whom somebody below the minimum age can turn to

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_organisation"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def ours(cls) -> Organisation | None:
        """The organisation, or None while the first coordinator has not named it yet."""
        return cls.objects.first()


class PersonManager(BaseUserManager["Person"]):
    """Makes people for Django's and allauth's sign-in."""

    def create_user(self, sign_in: str, password: str | None = None, **more: Any) -> Person:
        """A new person with this sign-in name; the passphrase is hashed with argon2id."""
        person = self.model(sign_in=sign_in, **more)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who can sign in. Nothing else may stand in this table: it has no row policy."""

    KEPT = "until erased; then the number alone, so that it is never given again"

    if TYPE_CHECKING:
        last_login: Any
    else:
        last_login = None

    sign_in = models.CharField(max_length=60, unique=True)
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "sign_in"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"person {self.pk}"


class AgeBand(models.TextChoices):
    """How old somebody says they are; the birth date is never asked."""

    UNDER_16 = "under_16", _("Under 16")
    SIXTEEN = "16_17", _("16 or 17")
    EIGHTEEN = "18_25", _("18 to 25")
    TWENTY_SIX = "26_64", _("26 to 64")
    SIXTY_FIVE = "65_up", _("65 or older")

    @property
    def youngest(self) -> int:
        """The youngest age in whole years that the band holds."""
        return {"under_16": 0, "16_17": 16, "18_25": 18, "26_64": 26, "65_up": 65}[self.value]


class OwnQuerySet(models.QuerySet[M]):
    """Rows that belong to one person and are seen by that person alone."""

    def visible_to(self, person: Person | None) -> Self:
        return self.filter(person=person) if person else self.none()


class Profile(models.Model):
    """What a person chose for themselves. Theirs alone."""

    KEPT = "until the person is erased"

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="profile")
    name_sealed = models.BinaryField()
    pebble = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=12, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    age_band = models.CharField(max_length=10, choices=AgeBand)
    shared_device = models.BooleanField(default=True)
    joined_on = models.DateField(default=date.today)

    objects = OwnQuerySet["Profile"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pebble__gte=1, pebble__lte=PEBBLES), name="a_pebble_that_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"profile {self.pk}"

    @property
    def name(self) -> str:
        """The name they suggested for themselves, opened. Needs an open transaction."""
        return Box("person", self.pk).open(
            self.name_sealed, table="people_profile", column="name_sealed", row=self.pk
        )

    @name.setter
    def name(self, words: str) -> None:
        self.name_sealed = Box("person", self.pk).seal(
            words, table="people_profile", column="name_sealed", row=self.pk
        )


class Contact(models.Model):
    """Where notices may go: an inbox or a telephone, as its person chose. One at a time.

    Sealed, and found again by its fingerprint.
    """

    KEPT = "until the person removes it or is erased"

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        TEXT = "text", _("Text message")

    class SafeFor(models.TextChoices):
        """How much may be said there."""

        NOTHING = "nothing", _("Nothing; inside the site only")
        NOTICE = "notice", _("A notice that says only that there is something to read")

    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    kind = models.CharField(max_length=10, choices=Kind)
    sealed = models.BinaryField()
    lookup = models.BinaryField()
    verified_at = models.DateTimeField(null=True)
    safe_for = models.CharField(max_length=10, choices=SafeFor, default=SafeFor.NOTHING)
    code_hash = models.BinaryField(default=b"")
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    objects = OwnQuerySet["Contact"].as_manager()

    class Meta:
        constraints = [
            # Two people may share an inbox, and nobody learns here that an address is known.
            models.UniqueConstraint(fields=["person", "kind"], name="one_address_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"contact {self.key}"

    @property
    def address(self) -> str:
        """The address itself, opened. Needs an open transaction."""
        return Box("person", self.person_id).open(
            self.sealed, table="people_contact", column="sealed", row=self.key
        )


class Recovery(models.Model):
    """One of the codes that let somebody choose a new passphrase. Only its hash, for the house."""

    KEPT = "until used, replaced, or the person is erased"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    code_hash = models.BinaryField(unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class Session(models.Model):
    """One place where somebody is signed in, in words they can recognise. Never an address."""

    KEPT = "until signed out, or 30 days after the last day it was used"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    session_hash = models.BinaryField(unique=True)
    device = models.CharField(max_length=80)
    started = models.DateTimeField(default=clock.now)
    last_day = models.DateField(default=date.today)

    objects = OwnQuerySet["Session"].as_manager()

    def __str__(self) -> str:
        return f"session {self.pk}"

    @staticmethod
    def digest(key: str) -> bytes:
        """What stands here instead of the session's own key (SHA-256)."""
        return hashlib.sha256(key.encode()).digest()

    def has(self, key: str | None) -> bool:
        """Whether this is the session with that key."""
        return key is not None and bytes(self.session_hash) == self.digest(key)


class Passkey(models.Model):
    """A key on a device of their own by which somebody signs in without the passphrase.

    `handle` is what the device knows them by: random, one for all their keys, used nowhere else.
    """

    KEPT = "until removed, or the person is erased"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    name = models.CharField(max_length=60)
    handle = models.BinaryField()
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    added_on = models.DateField()
    used_on = models.DateField(null=True)

    objects = OwnQuerySet["Passkey"].as_manager()

    def __str__(self) -> str:
        return f"passkey {self.key}"


class RoleQuerySet(models.QuerySet["Role"]):
    def current(self) -> Self:
        return self.filter(until=None)

    def visible_to(self, person: Person | None) -> Self:
        """Your own roles; a coordinator sees everybody's."""
        if person is None:
            return self.none()
        holds = Role.objects.current().filter(person=person, role=Role.Kind.COORDINATOR)
        return self.filter(models.Q(person=person) | models.Exists(holds))


class Role(models.Model):
    """A duty somebody has for the whole organisation, with its beginning and end."""

    KEPT = "for the life of the organisation"

    class Kind(models.TextChoices):
        DUTY_WORKER = "duty_worker", _("duty worker")
        COORDINATOR = "coordinator", _("coordinator")

    person = models.ForeignKey(Person, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=12, choices=Kind)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(until=None),
                name="one_role_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} since {self.since:%Y-%m-%d}"


class BlockQuerySet(models.QuerySet["Block"]):
    def visible_to(self, person: Person | None) -> Self:
        return self.filter(by=person) if person else self.none()


class Block(models.Model):
    """Somebody does not want to meet somebody else. Only the one who asked for it can see it.

    `via` is the number of the persona under which they met; no other name is ever revealed by it.
    """

    KEPT = "until lifted, or either is erased"

    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    of = models.ForeignKey(Person, models.CASCADE, related_name="+")
    via = models.BigIntegerField()
    since = models.DateTimeField(default=clock.now)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "of", "via"], name="one_block"),
            models.CheckConstraint(condition=~models.Q(by=models.F("of")), name="not_oneself"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"
