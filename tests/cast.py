"""The fixed cast: everybody whose sight and leave are tried, standing in two groups.

Built through the product's own actions, around the present moment and under a clock that stands
still. A test asks for the fixture `cast`, or calls `build()` in a database of its own.

Act and look as somebody:

    with cast.looking_as("member") as member:
        join(group, by=member)
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from beside import wall
from beside.groups import actions as groups
from beside.groups.here import latest_agreement
from beside.groups.models import Agreement, Group, Membership, Persona
from beside.groups.words import Experience, Part, Way
from beside.kernel import clock
from beside.meetings import actions as meetings
from beside.meetings.models import Booking, Meeting, Schedule, Venue
from beside.meetings.recurrence import DAYS
from beside.people.models import AgeBand, Block, Organisation, Person, Profile, Role
from beside.vault.box import Box
from tests import cluster

PASSPHRASE = "four quiet words here"
ZONE = "Europe/London"
LANTERNS_WORDS = (
    "We speak from our own life.\n“Pass” is a whole answer.\nWe leave out methods and amounts."
)
LONG_TABLE_WORDS = "No loss is ranked.\nNames are welcome.\nWe offer a tissue only if asked."

# Who they are in a group: name and pebble. Nothing else about anybody is the same in two groups.
NAMES = {
    "visitor": ("Wren", 3),
    "member": ("Marlow", 2),
    "greeter": ("Noor", 5),
    "facilitator": ("Ash", 7),
    "left": ("Idris", 4),
    "removed": ("Corin", 9),
    "blocked": ("Hal", 6),
    "elsewhere": ("Bea", 8),
    "other_facilitator": ("Mags", 10),
}


@dataclass
class Cast:
    """Everybody, the two groups, and the meetings; the clock stands at `now`."""

    now: datetime
    organisation: Organisation
    group: Group
    other_group: Group
    agreement: Agreement
    schedule: Schedule
    meeting: Meeting
    later: Meeting
    other_meeting: Meeting
    booking: Booking
    persons: dict[str, Person | None] = field(default_factory=dict)
    personas: dict[str, Persona] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)

    def everybody(self) -> dict[str, Person | None]:
        """The whole cast by part; "nobody" is somebody who is not signed in."""
        return dict(self.persons)

    def __getitem__(self, part: str) -> Person:
        person = self.persons[part]
        assert person is not None, "nobody is not a person"
        return person

    @contextmanager
    def looking_as(self, part: str) -> Iterator[Person]:
        """Inside, the database is asked as this one of the cast."""
        person = self.persons[part]
        with wall.acting_as(person.pk if person else None):
            yield person  # type: ignore[misc]  # nobody looks too, but never acts


PARTS = (
    "nobody",
    "stranger",
    "visitor",
    "member",
    "greeter",
    "facilitator",
    "left",
    "removed",
    "blocked",
    "elsewhere",
    "other_facilitator",
    "duty_worker",
    "coordinator",
)
"""Every part of the cast, for `@pytest.mark.parametrize("part", PARTS)`."""


def somebody(sign_in: str, *, band: AgeBand = AgeBand.TWENTY_SIX, password: str = "!") -> Person:  # noqa: S107
    """A person with a profile and no groups; with `password` "!" nobody can sign in as them."""
    person = Person.objects.create(sign_in=sign_in, password=password)
    with transaction.atomic(), wall.house("test.somebody"):
        sealed = Box("person", person.pk).seal(
            "Somebody", table="people_profile", column="name_sealed", row=person.pk
        )
        Profile.objects.create(person=person, name_sealed=sealed, age_band=band, zone=ZONE)
    return person


def member_of(group: Group, person: Person, name: str, pebble: int = 1) -> Membership:
    """The person as a member of an open group, under this name, who said yes to its agreement."""
    with wall.acting_as(person.pk):
        groups.be_known(group, name, pebble, by=person)
        membership = groups.join(group, by=person)
        agreement = latest_agreement(group, membership.persona)
        if agreement is not None:
            groups.accept_agreement(agreement, by=person)
        return membership


def persona_of(person: Person, group: Group) -> Persona:
    """Who the person is in this group now."""
    with wall.acting_as(person.pk), transaction.atomic():
        return Persona.objects.worn_by(person).get(group=group)


def in_hours(moment: datetime, hours: float, group: Group, by: Person, **more: object) -> Meeting:
    """A video call of 75 minutes that starts `hours` after `moment`."""
    starts = (moment + timedelta(hours=hours)).astimezone(ZoneInfo(ZONE))
    given = {"minutes": 75, "way": Way.CALL, "places": 8, **more}
    return meetings.add_meeting(
        group,
        on=starts.date(),
        at=starts.time(),
        zone=ZONE,
        by=by,
        **given,  # type: ignore[arg-type]
    )


def build(now: datetime | None = None, *, can_sign_in: bool = False) -> Cast:
    """Everybody and everything, as of `now` (the present minute).

    With `can_sign_in` everybody's sign-in name is their part ("member") and the passphrase is
    PASSPHRASE, hashed once.
    """
    now = now or datetime.now(UTC).replace(second=0, microsecond=0)
    with clock.at(now), transaction.atomic():
        return _build(now, make_password(PASSPHRASE) if can_sign_in else "!")


def _build(now: datetime, password: str) -> Cast:
    persons: dict[str, Person | None] = {
        part: None if part == "nobody" else somebody(part, password=password) for part in PARTS
    }

    def get(part: str) -> Person:
        person = persons[part]
        assert person is not None
        return person

    with wall.house("test.organisation"):
        organisation, _new = Organisation.objects.update_or_create(
            pk=1, defaults={"name": "Riverside Peers", "country": "GB", "zone": ZONE}
        )
        for role in Role.Kind:
            Role.objects.create(person=get(role.value), role=role)
        hall = Venue.objects.create(name="Riverside Hall", neighbourhood="Homerton", town="London")

    esi = get("coordinator")
    with wall.acting_as(esi.pk):
        group = groups.open_group(
            name="Tuesday Lanterns",
            about="A small circle for people living with low mood. Rounds first, open talk after.",
            facilitated_by="Ash and Noor",
            experiences=[Experience.DEPRESSION, Experience.ANXIETY],
            ways=[Way.CALL, Way.WRITING],
            languages=["en"],
            by=esi,
        )
        other = groups.open_group(
            name="The Long Table",
            about="For people who have lost somebody. Eight Saturdays around one table.",
            facilitated_by="Mags",
            experiences=[Experience.GRIEF],
            ways=[Way.IN_PERSON],
            languages=["en"],
            by=esi,
        )
        agreement = groups.write_agreement(group, LANTERNS_WORDS, by=esi)
        groups.write_agreement(other, LONG_TABLE_WORDS, by=esi)

    memberships: dict[str, Membership] = {}
    with clock.at(now - timedelta(days=40)):  # nobody here is a newcomer
        for part in ("facilitator", "greeter", "member", "blocked", "left", "removed"):
            memberships[part] = member_of(group, get(part), *NAMES[part])
        for part in ("other_facilitator", "elsewhere"):
            memberships[part] = member_of(other, get(part), *NAMES[part])
    with wall.acting_as(esi.pk):
        groups.change_part(memberships["facilitator"], Part.FACILITATOR, by=esi)
        groups.change_part(memberships["greeter"], Part.GREETER, by=esi)
        groups.change_part(memberships["other_facilitator"], Part.FACILITATOR, by=esi)

    ash, mags = get("facilitator"), get("other_facilitator")
    starts = (now + timedelta(days=7)).astimezone(ZoneInfo(ZONE))
    if starts.hour < 2:  # no rule is planned at an hour that the clocks skip one Sunday
        starts = starts.replace(hour=starts.hour + 4)
    with wall.acting_as(ash.pk):
        schedule = meetings.plan(
            group,
            meetings.Wish(
                zone=ZONE,
                first_on=starts.date(),
                at=starts.time(),
                minutes=75,
                frequency=Schedule.Frequency.WEEKLY,
                byday=(DAYS[starts.weekday()],),
                way=Way.CALL,
                places=8,
            ),
            by=ash,
        )
        meeting = in_hours(now, 2, group, ash)
        later = schedule.meetings.order_by("starts_at")[0]
        groups.remove(memberships["removed"], "Wrote to newcomers again and again.", by=ash)
    with wall.acting_as(mags.pk):
        other_meeting = in_hours(now, 3, other, mags, way=Way.IN_PERSON, venue=hall)
    with wall.acting_as(get("left").pk):
        groups.leave(group, by=get("left"))
    visitor = get("visitor")
    with wall.acting_as(visitor.pk):
        booking = meetings.book_visit(
            meeting, *NAMES["visitor"], listen_only=True, greet=True, by=visitor
        )

    personas = {part: _persona(each) for part, each in memberships.items()}
    personas["visitor"] = booking.persona
    with wall.house("test.block"):
        Block.objects.create(by=get("member"), of=get("blocked"), via=personas["blocked"].pk)
    return Cast(
        now=now,
        organisation=organisation,
        group=group,
        other_group=other,
        agreement=agreement,
        schedule=schedule,
        meeting=meeting,
        later=later,
        other_meeting=other_meeting,
        booking=booking,
        persons=persons,
        personas=personas,
        memberships=memberships,
    )


def _persona(membership: Membership) -> Persona:
    with wall.house("test.persona"):
        membership.refresh_from_db()
        return Persona.objects.get(pk=membership.persona_id)


@pytest.fixture(scope="session")
def peopled(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> tuple[str, Cast]:
    """A database in which everybody stands, built once for the whole run; its name and the cast."""
    with django_db_blocker.unblock():
        connection.close()
        before, name = connection.settings_dict["NAME"], cluster.clone(settings.HOME)
        connection.settings_dict["NAME"] = name
        built = build()
        connection.close()
        connection.settings_dict["NAME"] = before
    request.config.stash[cluster.PEOPLED] = name
    return name, built


@pytest.fixture
def cast(peopled: tuple[str, Cast], db: None) -> Iterator[Cast]:
    """Everybody, with the clock standing still at `cast.now` until the test ends.

    What the test does to them is taken back; the objects are its own copies.
    """
    built = copy.deepcopy(peopled[1])
    with clock.at(built.now):
        yield built


@pytest.fixture
def noon(cast: Cast) -> Iterator[Cast]:
    """The same people at noon of the next day, where they are; the first meeting is at two."""
    day = cast.now.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=1)
    at_noon = datetime.combine(day, time(12), ZoneInfo(ZONE))
    first, lasts = cast.meeting, cast.meeting.ends_at - cast.meeting.starts_at
    first.on, first.at, first.starts_at = day, time(14), at_noon + timedelta(hours=2)
    first.ends_at = first.starts_at + lasts
    cast.now = at_noon.astimezone(UTC)
    with clock.at(cast.now):
        with wall.house("test.noon"):
            first.save(update_fields=["on", "at", "starts_at", "ends_at"])
        yield cast
