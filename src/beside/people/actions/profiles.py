"""What somebody chose for themselves."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.kernel.policy import require
from beside.people import events, policy
from beside.people.models import Person, Profile


def choose_name(profile: Profile, *, name: str, pebble: int, by: Person) -> None:
    """Another name and pebble to suggest from now on; names worn in groups stay as they are."""
    require(policy.may_change(by, profile))
    profile.name, profile.pebble = name, pebble
    with wall.house("people.choose_name"):
        profile.save(update_fields=["name_sealed", "pebble"])


@transaction.atomic
def choose_zone(profile: Profile, *, zone: str, by: Person) -> None:
    """The time zone (an IANA name, or "" for the organisation's) in which times are shown."""
    require(policy.may_change(by, profile))
    profile.zone = zone
    with wall.house("people.choose_zone"):
        profile.save(update_fields=["zone"])
    events.zone_changed.send(Profile, person=by)


def choose_language(profile: Profile, *, language: str, by: Person) -> None:
    """The language in which notices are written, as in settings.LANGUAGES."""
    require(policy.may_change(by, profile))
    profile.language = language
    with wall.house("people.choose_language"):
        profile.save(update_fields=["language"])


def set_shared_device(profile: Profile, *, shared: bool, by: Person) -> None:
    """Whether others use the device that somebody usually comes with; remembered for next time."""
    require(policy.may_change(by, profile))
    profile.shared_device = shared
    with wall.house("people.set_shared_device"):
        profile.save(update_fields=["shared_device"])
