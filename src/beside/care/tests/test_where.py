"""Saying where one is, so that help can be sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from beside import wall
from beside.care import actions, sealed
from beside.care import clock as sweeps
from beside.care.models import Report
from beside.care.tests.stepping import ask, everything, holding, on_duty, seen_by
from beside.care.tests.test_pages import words
from beside.care.tests.test_step_in import told
from beside.forum.models import Card
from beside.forum.tests.test_pages import address, browser
from beside.forum.tests.writing import share
from beside.kernel import clock
from beside.people.models import Role
from beside.vault.box import Erased
from tests.cast import Cast

HERE = "14 Mill Lane, second floor. The door is open."


def say_where(cast: Cast, by: str = "member", place: str = HERE) -> Report:
    with cast.looking_as(by) as person:
        return actions.say_where(cast.group, place, by=person)


def place_of(report: Report) -> str:
    with everything():
        return sealed.words_of(Report.objects.get(pk=report.pk))


def look_after(cast: Cast, *, close: bool) -> None:
    for concern in seen_by(cast, "duty_worker"):
        with cast.looking_as("duty_worker") as priya:
            actions.take_up(concern, by=priya)
            if close:
                actions.close(concern, "Somebody came.", by=priya)


def card_of(cast: Cast) -> str:
    """The page of whoever wrote words that earn a card."""
    post = share(cast)
    with wall.house("test.card"):
        Card.objects.create(person=cast["member"], post=post)
    return words(browser(cast, "member"), address(post.topic))


def test_a_place_reaches_the_duty_worker_at_once_and_nobody_of_the_group(cast: Cast) -> None:
    on_duty(cast, "duty_worker")
    on_duty(cast, "facilitator")
    say_where(cast)
    assert holding(cast) == {"duty_worker": "duty"}
    assert (told(cast, "duty_worker"), told(cast, "facilitator")) == (["care.waiting"], [])
    (concern,) = seen_by(cast, "duty_worker")
    assert HERE in words(browser(cast, "duty_worker"), f"/desk/{concern.key}/")
    with everything():
        assert b"Mill" not in bytes(Report.objects.get().words or b"")


def test_a_place_that_changes_is_added_to_the_one_that_was_told(cast: Cast) -> None:
    first = say_where(cast)
    assert say_where(cast, place="Now at the bridge.") == first
    assert place_of(first) == f"{HERE}\n\nNow at the bridge."


def test_no_facilitator_has_it_even_when_nobody_else_is_left(cast: Cast) -> None:
    say_where(cast)
    with everything():
        Role.objects.update(until=cast.now)
    sweeps.escalate()
    assert holding(cast) == {}


def test_seventy_two_hours_later_it_is_gone_for_good(cast: Cast) -> None:
    report = say_where(cast)
    with everything():
        kept = bytes(Report.objects.get().words or b"")
    look_after(cast, close=True)
    with clock.at(cast.now + timedelta(hours=71)):
        sweeps.let_go_of_places()
    assert place_of(report) == HERE
    with clock.at(cast.now + timedelta(hours=72)):
        sweeps.let_go_of_places()
    assert place_of(report) == ""
    report.words = kept  # as a backup would have it
    with pytest.raises(Erased), everything():
        sealed.words_of(report)


def test_it_stays_while_somebody_looks_after_them(cast: Cast) -> None:
    report = say_where(cast)
    look_after(cast, close=False)
    with clock.at(cast.now + timedelta(hours=100)):
        sweeps.let_go_of_places()
    look_after(cast, close=True)
    ask(cast)
    with clock.at(cast.now + timedelta(hours=100)):
        sweeps.let_go_of_places()
    assert place_of(report) == HERE


def test_the_card_says_that_nobody_knows_where_one_is_and_to_whom_one_can_say_it(
    cast: Cast,
) -> None:
    page = card_of(cast)
    assert "We do not know who or where you are. If you want us to be able to send help" in page
    assert "Tell the duty worker where I am" in page
    marlow, where = browser(cast, "member"), f"/g/{cast.group.key}/where/"
    assert "No duty worker is on duty now, and nobody may read this for hours." in words(
        marlow, where
    )
    on_duty(cast, "duty_worker")
    assert "The duty worker is on duty until" in words(marlow, where)
    sent = marlow.post(where, {"words": HERE})
    assert "No member and no facilitator sees where you are." in words(
        marlow, sent.headers["Location"]
    )


def test_without_a_duty_worker_nobody_promises_to_send_help(cast: Cast) -> None:
    with everything():
        Role.objects.filter(role=Role.Kind.DUTY_WORKER).update(until=cast.now)
    assert "For help where you are, call the emergency number." in card_of(cast)
    assert browser(cast, "member").get(f"/g/{cast.group.key}/where/").status_code == 404


@pytest.mark.parametrize("part", ["stranger", "visitor", "elsewhere", "left", "removed"])
def test_only_members_say_where_they_are(cast: Cast, part: str) -> None:
    with pytest.raises(PermissionDenied):
        say_where(cast, part)
