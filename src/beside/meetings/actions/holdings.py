"""Who facilitates a meeting, and who stands in."""

from __future__ import annotations

from django.db import transaction

from beside import wall
from beside.groups.models import Membership, Persona
from beside.kernel.policy import require
from beside.meetings import events, policy, rows
from beside.meetings.models import Holding, Meeting
from beside.meetings.telling import announce_uncovered, meeting_changed
from beside.people.models import Person


@transaction.atomic
def hold(meeting: Meeting, persona: Persona, part: str, *, by: Person) -> Holding:
    """Let a facilitator of the group hold this meeting, in this part. Raises HeldElsewhere."""
    require(policy.may_let_hold(by, meeting, persona))
    with wall.house("meetings.hold"):
        holding = rows.hold(meeting, persona, part)
    events.held.send(Holding, holding=holding, by=by)
    meeting_changed(meeting)
    return holding


@transaction.atomic
def stand_in(meeting: Meeting, persona: Persona, *, by: Person) -> Holding:
    """Somebody else facilitates this once, instead of whoever did. Raises HeldElsewhere."""
    require(policy.may_let_hold(by, meeting, persona))
    with wall.house("meetings.stand_in"):
        leads = Holding.objects.filter(meeting=meeting, part__in=rows.HOLDS)
        leads.exclude(persona=persona).delete()
        holding = rows.hold(meeting, persona, Holding.Part.SUBSTITUTE)
    events.held.send(Holding, holding=holding, by=by)
    meeting_changed(meeting)
    return holding


@transaction.atomic
def step_back(holding: Holding, *, by: Person) -> None:
    """Not hold a meeting after all; it is uncovered until somebody else does."""
    require(policy.may_let_hold(by, holding.meeting, holding.persona))
    with wall.house("meetings.step_back"):
        rows.leave_open(holding)
    events.stepped_back.send(Holding, holding=holding, by=by)
    meeting_changed(holding.meeting)


@transaction.atomic
def give_back_meetings(membership: Membership, *, by: Person) -> None:
    """Hold nothing that is to come, because one no longer facilitates the group."""
    require(policy.may_give_back_meetings(by, membership))
    with wall.house("meetings.give_back_meetings"):
        uncovered = rows.let_go_of(membership.persona)
    announce_uncovered(uncovered, by)
