"""Keeping the facts of a place true, and showing its door."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from beside import wall, wire
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.meetings import policy
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
        _write(venue, Door(), facts)
        _confirm(venue)
    return venue


@transaction.atomic
def change_venue(venue: Venue, facts: Facts, *, read: str, by: Person) -> Venue:
    """Say something else about a place. `read` is the mark of what stood there when it was read.

    Raises ChangedMeanwhile, and changes nothing, when something else stands there now.
    """
    require(policy.may_keep_venue(by, venue))
    with wall.house("meetings.change_venue"):
        wall.lock("venue", venue.pk)
        venue.refresh_from_db()
        door = Door.objects.filter(venue=venue).first()
        if Facts.of(venue, door).mark != read:
            raise ChangedMeanwhile
        _write(venue, door or Door(), facts)
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


def _write(venue: Venue, door: Door, facts: Facts) -> None:
    """As the house. Where the exact point is known, the rounded one follows it."""
    for name in ("neighbourhood", "town"):
        setattr(venue, name, _one_line(getattr(facts, name)))
    venue.access, venue.getting_in = list(facts.access), tidy(facts.getting_in)
    said = {name: _one_line(getattr(facts, name)) for name in LEADS_THERE[:3]}
    said["transport"] = tidy(facts.transport)
    for name in LEADS_THERE:
        setattr(door, name, said[name])
        setattr(venue, name, said[name] if facts.public else "")
    if not facts.public:
        venue.name = venue.neighbourhood or venue.town or _("A place that is told later")
    if facts.point is not None:
        venue.latitude = facts.point.rounded.latitude
        venue.longitude = facts.point.rounded.longitude
    venue.save()
    door.venue = venue
    door.address, door.directions = tidy(facts.address), tidy(facts.directions)
    door.latitude = facts.point.latitude if facts.point else None
    door.longitude = facts.point.longitude if facts.point else None
    door.public = facts.public
    door.save()


def _one_line(words: str) -> str:
    return " ".join(tidy(words).split())


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
