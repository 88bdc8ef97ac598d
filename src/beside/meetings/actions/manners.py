"""What a group wishes for its meetings."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.groups.models import Group
from beside.kernel.policy import require
from beside.meetings import policy, talks
from beside.meetings.models import Manner, Meeting
from beside.meetings.telling import meeting_changed
from beside.people.models import Person


@transaction.atomic
def keep_manner(
    group: Group,
    *,
    door_after: str,
    supporters: bool,
    offer_minutes: int,
    attendance_days: int,
    by: Person,
) -> Manner:
    """How the group keeps its meetings from now on. Offers that stand keep their own clock.

    Where the door is told after a first talk from now on, present members still know it.
    """
    require(policy.may_keep_manner(by, group))
    said = {
        "door_after": Manner.DoorAfter(door_after),
        "supporters": supporters,
        "offer_minutes": offer_minutes,
        "attendance_days": attendance_days,
    }
    with wall.house("meetings.keep_manner"):
        before = Manner.of(group).door_after
        if before != said["door_after"] == Manner.DoorAfter.GREETED:
            talks.remember_members(group)
        manner, _new = Manner.objects.update_or_create(group=group, defaults=said)
    return manner


@transaction.atomic
def welcome_visitors(meeting: Meeting, *, welcome: bool, by: Person) -> Meeting:
    """Whether visitors may come to this one meeting. Visits that are booked stay booked."""
    require(policy.may_change(by, meeting))
    with wall.house("meetings.welcome_visitors"):
        meeting.takes_visitors = welcome
        meeting.save(update_fields=["takes_visitors"])
    meeting_changed(meeting)
    return meeting
