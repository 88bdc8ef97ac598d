"""Everything we hold about somebody, for them to take along; apps above add their own parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beside.kernel import clock
from beside.people import power
from beside.people.models import Contact, Passkey, Person, Profile, Role, Session

Part = Callable[[Person], Any]
_parts: dict[str, Part] = {}


def part(name: str, function: Part) -> None:
    """Add `function(person)`, which answers plain data and runs with that person's own sight."""
    _parts[name] = function


def everything(person: Person) -> dict[str, Any]:
    """All parts by name, ready for JSON."""
    return {
        "made": clock.now().isoformat(),
        **{name: function(person) for name, function in sorted(_parts.items())},
    }


def _mine(person: Person) -> dict[str, Any]:
    profile = Profile.objects.visible_to(person).first()
    return {
        "private name for signing in": person.sign_in,
        "profile": profile
        and {
            "name": profile.name,
            "pebble": profile.pebble,
            "language": profile.language,
            "time zone": profile.zone,
            "age band": profile.get_age_band_display(),
            "shared device": profile.shared_device,
            "joined on": profile.joined_on.isoformat(),
        },
        "contacts": [
            {
                "kind": contact.get_kind_display(),
                "address": contact.address,
                "verified": contact.verified_at and contact.verified_at.isoformat(),
                "what may be sent there": contact.get_safe_for_display(),
            }
            for contact in Contact.objects.visible_to(person)
        ],
        "signed in on": [
            {
                "device": each.device,
                "since": f"{each.started:%Y-%m-%d}",
                "last": str(each.last_day),
            }
            for each in Session.objects.visible_to(person)
        ],
        "passkeys": [
            {"name": key.name, "added on": str(key.added_on)}
            for key in Passkey.objects.visible_to(person)
        ],
        "duties": [
            {"role": role.role, "since": role.since.isoformat(), "until": str(role.until or "")}
            for role in Role.objects.filter(person=person)
        ],
        "what was done about me": [
            {"at": told.at.isoformat(), "what": str(told.what), "by": told.role, "why": told.reason}
            for told in power.about(person, most=10_000)
        ],
    }


part("people", _mine)
