"""Honest hours: whether somebody is there, for everybody and without a name."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from beside.care import actions
from beside.care.hours import hours_of
from beside.care.models import Duty
from beside.care.tests.stepping import ask, holding, on_duty
from beside.groups import actions as groups
from beside.groups.words import Part
from beside.people import actions as people
from beside.people.models import Role
from tests.cast import Cast


def at(cast: Cast, hours: float) -> datetime:
    return cast.now + timedelta(hours=hours)


def test_nobody_has_offered_hours(cast: Cast) -> None:
    with cast.looking_as("nobody"):
        there = hours_of(cast.group.pk)
    assert (there.reads, there.on_duty, there.turns_at, there.next_at) == (False, False, None, None)


def test_somebody_reads_until(cast: Cast) -> None:
    on_duty(cast, "facilitator", starts=-1, hours=3)
    for part in ("nobody", "member", "stranger"):
        with cast.looking_as(part):
            there = hours_of(cast.group.pk)
            assert (there.reads, there.turns_at) == (True, at(cast, 2))
            assert Duty.objects.count() == 0


def test_hours_that_follow_one_another_are_told_as_one(cast: Cast) -> None:
    on_duty(cast, "facilitator", starts=-1, hours=2)
    on_duty(cast, "facilitator", starts=1, hours=2)
    assert hours_of(cast.group.pk).turns_at == at(cast, 3)


def test_a_duty_worker_is_on_duty_for_all_groups_and_reads_in_none(cast: Cast) -> None:
    on_duty(cast, "duty_worker", starts=-1, hours=3)
    on_duty(cast, "facilitator", starts=5)
    for group in (cast.group, cast.other_group):
        there = hours_of(group.pk)
        assert (there.reads, there.on_duty, there.duty_until) == (False, True, at(cast, 2))
    assert hours_of(cast.group.pk).turns_at == at(cast, 5)
    assert hours_of(cast.other_group.pk).turns_at is None


@pytest.mark.parametrize("how", ["steps back", "leaves", "is erased"])
def test_whoever_facilitates_no_longer_is_said_to_read_no_longer(cast: Cast, how: str) -> None:
    with cast.looking_as("coordinator") as esi:
        groups.change_part(cast.memberships["greeter"], Part.FACILITATOR, by=esi)
        on_duty(cast, "greeter", starts=-1, hours=3)
        on_duty(cast, "greeter", starts=20)
        if how == "steps back":
            groups.change_part(cast.memberships["greeter"], Part.GREETER, by=esi)
    with cast.looking_as("greeter") as noor:
        if how == "leaves":
            groups.leave(cast.group, by=noor)
        if how == "is erased":
            people.erase(noor, by=noor)
    there = hours_of(cast.group.pk)
    assert (there.reads, there.turns_at, there.next_at) == (False, None, None)
    on_duty(cast, "facilitator", starts=0, hours=1)  # nobody stands in their way
    assert hours_of(cast.group.pk).turns_at == at(cast, 1)


def test_whoever_is_a_duty_worker_no_longer_is_said_to_be_on_duty_no_longer(cast: Cast) -> None:
    on_duty(cast, "duty_worker", starts=-1, hours=3)
    with cast.looking_as("coordinator") as esi:
        people.take_role(Role.objects.get(person=cast["duty_worker"], until=None), by=esi)
    there = hours_of(cast.group.pk)
    assert (there.on_duty, there.somebody, there.next_at) == (False, False, None)
    ask(cast)
    assert holding(cast) == {"facilitator": "facilitates"}


def test_other_hours_stay_when_somebody_stops_in_one_place(cast: Cast) -> None:
    with cast.looking_as("coordinator") as esi:
        people.give_role(cast["facilitator"], "duty_worker", by=esi)
    with cast.looking_as("facilitator") as ash:
        actions.offer_hours(None, cast.now, at(cast, 2), by=ash)
    with cast.looking_as("coordinator") as esi:
        groups.change_part(cast.memberships["facilitator"], Part.MEMBER, by=esi)
    assert hours_of(cast.group.pk).duty_until == at(cast, 2)


OTHERS = ["member", "greeter", "stranger", "coordinator", "other_facilitator"]


@pytest.mark.parametrize("part", OTHERS)
def test_only_whoever_reads_there_offers_hours(cast: Cast, part: str) -> None:
    with cast.looking_as(part) as person, pytest.raises(PermissionDenied):
        actions.offer_hours(cast.group, cast.now, at(cast, 1), by=person)


def test_hours_can_be_taken_back_without_a_reason(cast: Cast) -> None:
    duty = on_duty(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_back_hours(duty, by=ash)
    assert not hours_of(cast.group.pk).reads
