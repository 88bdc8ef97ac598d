"""On whose clock somebody's evening and night are."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from beside import wall
from beside.groups.models import Wearer
from beside.meetings.models import Booking
from beside.people.models import Organisation, Profile


def zones_of(persons: Collection[int]) -> dict[int, ZoneInfo]:
    """By number: the zone somebody chose, or the organisation's, where it has one."""
    ours = Organisation.ours()
    usual = {person: ZoneInfo(ours.zone) for person in persons} if ours else {}
    return usual | own_zones(persons)


def own_zones(persons: Collection[int]) -> dict[int, ZoneInfo]:
    """Only the zones that people chose themselves, by number."""
    with wall.house("meetings.their_evening"):
        chosen = Profile.objects.filter(person__in=persons).exclude(zone="")
        zones = dict(chosen.values_list("person", "zone"))
    return {person: ZoneInfo(zone) for person, zone in zones.items()}


def zone_behind(booking: Booking) -> ZoneInfo:
    """Of whoever comes; for somebody without an account, the zone of the meeting."""
    with wall.house("meetings.whose_night"):
        worn = Wearer.objects.filter(current=True, persona=booking.persona_id)
        person = worn.values_list("person", flat=True).first()
    there = ZoneInfo(booking.meeting.zone)
    return zones_of([person]).get(person, there) if person else there
