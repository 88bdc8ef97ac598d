"""What the tests of people share: an open house and forms filled in."""

from __future__ import annotations

from django.db import transaction
from django.test import Client

from beside import wall
from beside.people import actions
from beside.people.models import AgeBand, Organisation, Person, Role

PASSPHRASE = "four quiet words here"


def open_house() -> Organisation:
    """An organisation with a name."""
    with transaction.atomic(), wall.house("test.open_house"):
        return Organisation.objects.create(
            pk=1,
            name="Tide Mill Peers",
            country="GB",
            for_younger="Ask for Mo at the youth centre",
        )


def first_step(**other: str) -> dict[str, str]:
    """The form of /join/, filled in."""
    return {
        "name": "Wren",
        "pebble": "3",
        "age_band": "26_64",
        "sign_in": "calm-harbour-4821",
        "passphrase": PASSPHRASE,
        "reach": "inside",
        "shared_device": "on",
        **other,
    }


def somebody(sign_in: str = "calm-harbour-4821", **more: object) -> Person:
    """A person who joined."""
    told = {"passphrase": PASSPHRASE, "name": "Wren", "pebble": 3, "age_band": AgeBand.TWENTY_SIX}
    with transaction.atomic():
        return actions.join(sign_in=sign_in, **{**told, **more})  # type: ignore[arg-type]


def coordinator(sign_in: str = "steady-mill-1000") -> Person:
    """The first coordinator."""
    person = somebody(sign_in)
    with transaction.atomic(), wall.house("test.coordinator"):
        Role.objects.create(person=person, role=Role.Kind.COORDINATOR)
    return person


def signed_in(person: Person, *, shared: bool = True, agent: str = "") -> Client:
    """A browser in which this person signed in by the form."""
    client = Client(headers={"user-agent": agent})
    said = {"login": person.sign_in, "password": PASSPHRASE}
    answer = client.post("/sign-in/", said | ({"shared_device": "on"} if shared else {}))
    assert answer.status_code == 302, answer.content.decode()
    return client
