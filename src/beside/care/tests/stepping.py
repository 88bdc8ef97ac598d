"""How the tests of care set the scene."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from beside import wall
from beside.care import actions
from beside.care.models import Concern, Duty, Hand, Report
from beside.forum.models import Post
from tests.cast import Cast


def on_duty(cast: Cast, part: str, *, starts: float = -1, hours: float = 4) -> Duty:
    """Somebody of the cast offers hours, from `starts` hours after the cast's present."""
    begin = cast.now + timedelta(hours=starts)
    group = None if part == "duty_worker" else cast.group
    with cast.looking_as(part) as person:
        return actions.offer_hours(group, begin, begin + timedelta(hours=hours), by=person)


def tell(
    cast: Cast, post: Post, kind: str = "worried", by: str = "greeter", words: str = ""
) -> Report:
    with cast.looking_as(by) as person:
        return actions.report(post, kind, words, by=person)


def ask(cast: Cast, by: str = "member") -> Report:
    with cast.looking_as(by) as person:
        return actions.ask_for_facilitator(cast.group, by=person)


def holding(cast: Cast) -> dict[str, str]:
    """In whose hands anything is, by part of the cast, and how."""
    names = {person.pk: part for part, person in cast.everybody().items() if person}
    with everything():
        return {names[hand.person_id]: hand.how for hand in Hand.objects.filter(until=None)}


def seen_by(cast: Cast, part: str) -> list[Concern]:
    with cast.looking_as(part) as person:
        return list(Concern.objects.visible_to(person).select_related("group"))


@contextmanager
def everything() -> Iterator[None]:
    """Inside, rows are looked at as the house."""
    with transaction.atomic(), wall.house("test.look"):
        yield
