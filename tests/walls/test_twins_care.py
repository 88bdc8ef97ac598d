"""Stepping in: what the code lists and the database shows is the same to everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from beside import wall
from beside.care import actions, live, policy
from beside.care.models import Case, Concern, Duty, Hand, Letter, Note, Report, Source
from beside.care.tests.stepping import ask, everything, on_duty, seen_by, tell
from beside.forum.tests.writing import share
from beside.people.models import Role
from tests.cast import PARTS, Cast

MODELS: list[type[Model]] = [Concern, Hand, Report, Case, Note, Letter, Duty]


@pytest.fixture
def stepped_in(cast: Cast) -> Concern:
    """One concern on the facilitator's desk with everything in it, and one for the duty worker."""
    on_duty(cast, "facilitator")
    on_duty(cast, "duty_worker")
    tell(cast, share(cast, "blocked"), words="Please look.", by="member")
    tell(cast, share(cast, "facilitator"), "unkind", by="greeter")
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.add_note(concern, "A note.", by=ash)
        actions.write_to(concern, "How are you?", by=ash)
    ask(cast, "member")
    return concern


def seen(model: Any) -> set[int]:
    return set(model.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_list_and_the_database_agree(
    cast: Cast, stepped_in: Concern, model: Any, part: str
) -> None:
    person = cast.everybody()[part]
    with wall.house("test.look"):
        told = set(model.objects.visible_to(person).values_list("pk", flat=True))
    with cast.looking_as(part):
        assert seen(model) == told


@pytest.mark.parametrize("part", PARTS)
def test_who_sees_what(cast: Cast, stepped_in: Concern, part: str) -> None:
    concerns = {"facilitator": 2, "duty_worker": 1}.get(part, 0)
    with cast.looking_as(part) as person:
        found = {model.__name__: len(seen(model)) for model in MODELS}
        assert found == {
            "Concern": concerns,
            "Hand": concerns,
            "Report": {"member": 2, "greeter": 1}.get(part, 0),
            "Case": int(part == "facilitator"),
            "Note": int(part == "facilitator"),
            "Letter": int(part in {"facilitator", "blocked"}),
            "Duty": {"facilitator": 1, "duty_worker": 1, "coordinator": 2}.get(part, 0),
        }
        holds = part == "facilitator"
        assert live.may_watch_concern(person, stepped_in.key) is holds
        assert live.may_watch_desk(person, cast.group.key) is holds
        assert live.may_watch_desk(person, "duty") is (part in {"duty_worker", "coordinator"})
        if part != "nobody":
            assert policy.may_take_up(person, stepped_in) is holds
            assert policy.may_close(person, stepped_in) is holds
            desks = {"facilitator", "greeter", "other_facilitator", "duty_worker", "coordinator"}
            assert policy.has_desk(person) is (part in desks)


def test_what_came_to_coordinators_for_want_of_others_is_seen_alike(cast: Cast) -> None:
    with everything():
        Role.objects.filter(role=Role.Kind.DUTY_WORKER).update(until=cast.now)
    tell(cast, share(cast, "facilitator"), "money", by="member")
    models: list[Any] = list(MODELS)
    for part, person in cast.everybody().items():
        with wall.house("test.look"):
            told = [set(m.objects.visible_to(person).values_list("pk", flat=True)) for m in models]
        with cast.looking_as(part):
            assert [seen(model) for model in models] == told
            assert len(seen(Concern)) == int(part == "coordinator")


def test_nobody_at_all_sees_who_told_us(cast: Cast, stepped_in: Concern) -> None:
    from django.db import transaction
    from django.db.utils import ProgrammingError

    for part in cast.everybody():
        with cast.looking_as(part), pytest.raises(ProgrammingError), transaction.atomic():
            seen(Source)
