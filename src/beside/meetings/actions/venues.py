"""Keeping the facts of a place true, and showing its door."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from beside import wall, wire
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.meetings import events, policy
from beside.meetings.models import Door, Meeting, Photo, Venue
from beside.meetings.pictures import remade
from beside.meetings.points import Point
from beside.people.models import Organisation, Person

PHOTO_WORDS = 200
LEADS_THERE = ("name", "postcode", "quiet_space", "transport")  # behind the door, unless public


class ChangedMeanwhile(Exception):
    """Somebody saved something else since these facts were read."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that is said of a place. Without `public`, everybody reads the neighbourhood, the
    town and what is there, and nothing that would lead to the door.
    """

    name: str
    neighbourhood: str = ""
    town: str = ""
    postcode: str = ""
    access: tuple[str, ...] = ()
    getting_in: str = ""
    quiet_space: str = ""
    transport: str = ""
    address: str = ""
    directions: str = ""
    point: Point | None = None
    public: bool = False

    @classmethod
    def of(cls, venue: Venue, door: Door | None) -> Facts:
        """As they stand, as far as they are told to whoever sees this door."""
        door = door or Door(venue=venue)
        return cls(
            name=door.name or venue.name,
            neighbourhood=venue.neighbourhood,
            town=venue.town,
            postcode=door.postcode or venue.postcode,
            access=tuple(venue.access),
            getting_in=venue.getting_in,
            quiet_space=door.quiet_space or venue.quiet_space,
            transport=door.transport or venue.transport,
            address=door.address,
            directions=door.directions,
            point=door.point,
            public=door.public,
        )

    def leads_as(self, before: Facts) -> bool:
        """Whether somebody who read `before` still gets in: capitals and spaces do not matter."""
        same = all(
            _plain(getattr(self, name)) == _plain(getattr(before, name))
            for name in ("address", "directions")
        )
        return same and self.point == before.point and set(before.access) <= set(self.access)

    @property
    def in_a_calendar(self) -> tuple[str, ...]:
        """What calendars say of it."""
        return (self.name, self.neighbourhood, self.town, self.address)

    @property
    def mark(self) -> str:
        """Differs when anything differs: what somebody read is still so while it is the same."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()[:24]


@transaction.atomic
def add_venue(facts: Facts, *, by: Person) -> Venue:
    """Write down a place where groups may meet. It counts as confirmed today."""
    require(policy.may_add_venue(by))
    organisation = Organisation.ours()
    with wall.house("meetings.add_venue"):
        venue = Venue(country=organisation.country if organisation else "")
        _write(venue, Door(), _tidied(facts))
        _confirm(venue)
    return venue


@transaction.atomic
def change_venue(venue: Venue, facts: Facts, *, read: str, tell: bool = True, by: Person) -> Venue:
    """Say something else about a place. `read` is the mark of what stood there when it was read.

    Whoever is booked and may know the door is told once if it leads them elsewhere, unless `tell`
    says that it was only a slip. Twice is once. Raises ChangedMeanwhile, and changes nothing, when
    something else stands there now.
    """
    require(policy.may_keep_venue(by, venue))
    facts = _tidied(facts)
    with wall.house("meetings.change_venue"):
        wall.lock("venue", venue.pk)
        venue.refresh_from_db()
        door = Door.objects.filter(venue=venue).first() or Door()
        before = Facts.of(venue, door)
        if before == facts:
            return venue
        if before.mark != read:
            raise ChangedMeanwhile
        leads_elsewhere = tell and not facts.leads_as(before)
        if leads_elsewhere:
            door.told_at = clock.now()
        _write(venue, door, facts)
        if before.in_a_calendar != facts.in_a_calendar:
            Meeting.objects.to_come().filter(venue=venue).update(changed_at=clock.now())
    if leads_elsewhere:
        events.place_changed.send(Venue, venue=venue, by=by)
    _tell(venue)
    return venue


@transaction.atomic
def confirm_venue(venue: Venue, *, by: Person) -> Venue:
    """Say that everything written about the place is still so today."""
    require(policy.may_keep_venue(by, venue))
    with wall.house("meetings.confirm_venue"):
        _confirm(venue)
    _tell(venue)
    return venue


@transaction.atomic
def show_door(venue: Venue, words: str, picture: bytes | None = None, *, by: Person) -> Photo:
    """Show what the door looks like, with words for those who do not see it.

    Without a picture only the words change. Raises what `pictures.remade` raises, and
    Photo.DoesNotExist when there is no picture yet.
    """
    require(policy.may_keep_venue(by, venue))
    jpeg = None if picture is None else remade(picture)
    with wall.house("meetings.show_door"):
        wall.lock("venue", venue.pk)
        door, _new = Door.objects.get_or_create(venue=venue)
        if jpeg is None:
            photo = Photo.objects.defer("jpeg").get(door=door)
            photo.words = tidy(words)[:PHOTO_WORDS]
            photo.save(update_fields=["words"])
        else:  # a new key: the address of the one before leads nowhere
            said = {"jpeg": jpeg, "words": tidy(words)[:PHOTO_WORDS], "key": new_key()}
            photo, _new = Photo.objects.update_or_create(
                door=door, defaults={**said, "made_at": clock.now()}
            )
    _tell(venue)
    return photo


@transaction.atomic
def remove_photo(venue: Venue, *, by: Person) -> None:
    """Take the photo of the door away for good."""
    require(policy.may_keep_venue(by, venue))
    with wall.house("meetings.remove_photo"):
        Photo.objects.filter(door=venue.pk).delete()
    _tell(venue)


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _tidied(facts: Facts) -> Facts:
    """As it will stand there."""
    one_line = ("name", "neighbourhood", "town", "postcode", "quiet_space")
    said: dict[str, Any] = {name: " ".join(tidy(getattr(facts, name)).split()) for name in one_line}
    longer = ("transport", "address", "directions", "getting_in")
    said |= {name: tidy(getattr(facts, name)) for name in longer}
    return replace(facts, **said)


def _write(venue: Venue, door: Door, facts: Facts) -> None:
    """As the house. Where the exact point is known, the rounded one follows it."""
    for name in ("neighbourhood", "town"):
        setattr(venue, name, getattr(facts, name))
    venue.access, venue.getting_in = list(facts.access), facts.getting_in
    for name in LEADS_THERE:
        setattr(door, name, getattr(facts, name))
        setattr(venue, name, getattr(facts, name) if facts.public else "")
    if not facts.public:
        venue.name = venue.neighbourhood or venue.town or _("A place that is told later")
    if facts.point is not None:
        venue.latitude = facts.point.rounded.latitude
        venue.longitude = facts.point.rounded.longitude
    venue.save()
    door.venue = venue
    door.address, door.directions = facts.address, facts.directions
    door.latitude = facts.point.latitude if facts.point else None
    door.longitude = facts.point.longitude if facts.point else None
    door.public = facts.public
    door.save()


def _confirm(venue: Venue) -> None:
    venue.confirmed_on = clock.now().date()
    venue.save(update_fields=["confirmed_on"])


def _tell(venue: Venue) -> None:
    """Pages of the groups that meet there look again."""
    with wall.house("meetings.who_meets_there"):
        there = Meeting.objects.to_come().filter(venue=venue)
        keys = Group.objects.filter(pk__in=there.values("group")).values_list("key", flat=True)
        topics = [f"group:{key}" for key in keys]
    wire.tell(*topics)
