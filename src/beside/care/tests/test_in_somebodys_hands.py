"""What is told reaches a person, however few there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from beside import wall
from beside.care import actions
from beside.care import clock as sweeps
from beside.care.models import Concern, Report
from beside.care.tests.stepping import ask, everything, holding, on_duty, seen_by, tell
from beside.care.tests.test_pages import words
from beside.care.tests.test_step_in import told
from beside.forum.models import Post
from beside.forum.tests.test_pages import browser
from beside.forum.tests.writing import share
from beside.groups import actions as groups
from beside.groups.words import Part
from beside.kernel import clock
from beside.ledger.models import Line
from beside.people import actions as people
from beside.people.models import Role
from tests.cast import Cast, somebody


@pytest.fixture
def small(cast: Cast) -> Cast:
    """One facilitator, one coordinator, and no duty worker at all."""
    _end(cast, "duty_worker")
    return cast


def _end(cast: Cast, part: str) -> None:
    with everything():
        Role.objects.filter(person=cast[part]).update(until=cast.now)


def _facilitate(cast: Cast, part: str, role: Part = Part.FACILITATOR) -> None:
    with cast.looking_as("coordinator") as esi:
        groups.change_part(cast.memberships[part], role, by=esi)


def _tell_of_the_facilitator(cast: Cast, kind: str = "money") -> Report:
    return tell(cast, share(cast, "facilitator"), kind, by="member", words="He asked for money.")


def test_a_report_about_the_only_facilitator_comes_to_the_coordinator(small: Cast) -> None:
    report = _tell_of_the_facilitator(small)
    assert holding(small) == {"coordinator": "coordinates"}
    assert told(small, "coordinator") == ["care.waiting"]
    (concern,) = seen_by(small, "coordinator")
    with small.looking_as("coordinator") as esi:
        assert [said for _report, said in actions.read(concern, by=esi).told] == [
            "He asked for money."
        ]
        actions.take_up(concern, by=esi)
        actions.close(concern, "We have spoken with him.", by=esi)
    with everything():
        assert Line.objects.get(act="care.close").role == "coordinator"
    with small.looking_as("member"):
        assert Report.objects.get(pk=report.pk).status == "closed"


def test_the_coordinator_reads_it_on_their_desk_and_signs_as_one(small: Cast) -> None:
    _tell_of_the_facilitator(small)
    (concern,) = seen_by(small, "coordinator")
    esi = browser(small, "coordinator")
    assert "Ash" in words(esi, "/desk/")
    esi.post(f"/desk/{concern.key}/write/", {"words": "May we talk?"})
    (concern,) = seen_by(small, "coordinator")
    assert concern.taken_by == "Somebody"


def test_somebody_in_danger_is_known_to_the_facilitators_too(small: Cast) -> None:
    tell(small, share(small), "danger")
    assert holding(small) == {"coordinator": "coordinates", "facilitator": "facilitates"}


def test_where_the_coordinator_is_the_one_it_is_about_another_facilitator_has_it(
    small: Cast,
) -> None:
    _facilitate(small, "greeter")
    _end(small, "coordinator")
    with everything():
        Role.objects.create(person=small["facilitator"], role=Role.Kind.COORDINATOR)
    _tell_of_the_facilitator(small, "unkind")
    assert holding(small) == {"greeter": "facilitates"}


def test_a_duty_worker_who_begins_finds_what_waited_for_one(small: Cast) -> None:
    _tell_of_the_facilitator(small)
    priya = somebody("new_worker")
    with small.looking_as("coordinator") as esi:
        people.give_role(priya, Role.Kind.DUTY_WORKER, by=esi)
    with wall.acting_as(priya.pk):
        assert Concern.objects.visible_to(priya).count() == 1


def test_a_facilitator_who_begins_finds_what_waited_and_not_what_is_kept_from_the_group(
    small: Cast,
) -> None:
    _facilitate(small, "facilitator", Part.MEMBER)
    ask(small)
    tell(small, share(small), "money")
    assert holding(small) == {"coordinator": "coordinates"}
    _facilitate(small, "greeter")
    assert [concern.came for concern in seen_by(small, "greeter")] == ["asked"]


def test_what_the_last_facilitator_lets_go_comes_to_others_within_a_minute(cast: Cast) -> None:
    ask(cast)
    _facilitate(cast, "facilitator", Part.MEMBER)
    sweeps.escalate()
    assert holding(cast) == {"duty_worker": "duty"}
    _end(cast, "duty_worker")
    sweeps.escalate()
    assert holding(cast) == {"coordinator": "coordinates"}


def test_without_a_duty_worker_a_facilitator_brings_in_the_coordinator(small: Cast) -> None:
    ask(small)
    (concern,) = seen_by(small, "facilitator")
    ash = browser(small, "facilitator")
    assert "Bring in the coordinator" in words(ash, f"/desk/{concern.key}/")
    ash.post(f"/desk/{concern.key}/bring-in/")
    assert holding(small) == {"facilitator": "facilitates", "coordinator": "coordinates"}


def test_the_page_says_before_anybody_tells_who_will_read_it(small: Cast) -> None:
    post: Post = share(small)
    page = words(browser(small, "greeter"), f"/reports/new/{post.key}/")
    assert "There is no duty worker." in page


def test_a_coordinator_no_longer_sees_it_once_they_are_none(small: Cast) -> None:
    on_duty(small, "facilitator")
    _tell_of_the_facilitator(small)
    with clock.at(small.now + timedelta(minutes=1)):
        _end(small, "coordinator")
    assert seen_by(small, "coordinator") == []
