"""Many people who are booked for one meeting, with addresses that are safe to write to."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.groups.models import Persona, Wearer
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.meetings.models import Booking, Meeting
from beside.people.models import Contact, Person
from beside.vault.box import Box


def crowd(meeting: Meeting, how_many: int, *, first: int = 0) -> list[Person]:
    """Visitors "Wren 1" … by name, person1@example.net … by address, counted from `first`."""
    numbers = range(first, first + how_many)
    with transaction.atomic(), wall.house("test.crowd"):
        persons = Person.objects.bulk_create(
            Person(sign_in=f"crowd-{number}", password="!") for number in numbers
        )
        personas = Persona.objects.bulk_create(
            Persona(group=meeting.group, name=f"Wren {number}") for number in numbers
        )
        Wearer.objects.bulk_create(
            Wearer(persona=persona, group=meeting.group, person=person)
            for persona, person in zip(personas, persons, strict=True)
        )
        Booking.objects.bulk_create(
            Booking(meeting=meeting, persona=persona, kind=Booking.Kind.VISIT)
            for persona in personas
        )
        Contact.objects.bulk_create(
            _contact(person, f"person{number}@example.net") for number, person in enumerate(persons)
        )
    return persons


def reachable(person: Person, address: str, kind: str = Contact.Kind.EMAIL) -> None:
    """They may be written to there."""
    with transaction.atomic(), wall.house("test.reachable"):
        _contact(person, address, kind).save(force_insert=True)


def _contact(person: Person, address: str, kind: str = Contact.Kind.EMAIL) -> Contact:
    key = new_key()
    sealed = Box("person", person.pk).seal(
        address, table="people_contact", column="sealed", row=key
    )
    return Contact(
        person=person,
        key=key,
        kind=kind,
        sealed=sealed,
        lookup=address.encode(),
        verified_at=clock.now(),
        safe_for=Contact.SafeFor.NOTICE,
    )
