"""Keeping the lines right: a person of the organisation answers for each of them."""

from __future__ import annotations

from collections.abc import Collection

from beside import wall
from beside.kernel import clock
from beside.kernel.policy import require
from beside.people.models import Organisation, Person
from beside.signposts import policy
from beside.signposts.models import Line, again_on


def confirm_lines(*, right: Collection[str], wrong: Collection[str], by: Person | None) -> None:
    """Say which lines (by key) are right today, and take down those that are not.

    Once every line of the organisation's own country has been answered for, the organisation
    carries the day (`lines_confirmed_on`).
    """
    require(policy.may_confirm(by))
    today = clock.now().date()
    with wall.house("signposts.confirm_lines"):
        Line.objects.filter(key__in=right).update(
            verified_on=today, expires_on=again_on(today), taken_down_on=None
        )
        Line.objects.filter(key__in=wrong).update(taken_down_on=today)
        _mark_the_day()


def add_line(line: Line, *, by: Person | None) -> Line:
    """Show a line of the organisation's own; whoever adds it answers for it."""
    require(policy.may_confirm(by))
    line.collected_on = line.verified_on = clock.now().date()
    line.expires_on = again_on(line.collected_on)
    with wall.house("signposts.add_line"):
        line.save(force_insert=True)
    return line


def _mark_the_day() -> None:
    ours = Organisation.objects.select_for_update().first()
    if ours is None:
        return
    shown = Line.objects.shown().filter(country=ours.country)
    all_right = shown.exists() and not shown.filter(verified_on=None).exists()
    ours.lines_confirmed_on = clock.now().date() if all_right else None
    ours.save(update_fields=["lines_confirmed_on"])
