"""Honest hours: whether somebody is there, for everybody and without a name."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from beside.care import actions
from beside.care.hours import hours_of
from beside.care.models import Duty
from beside.care.tests.stepping import on_duty
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
