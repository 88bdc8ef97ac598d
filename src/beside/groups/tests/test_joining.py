"""Taking a name, joining, asking, leaving, being removed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from beside import wall
from beside.groups import actions, events, policy
from beside.groups.actions import Full, NameTaken
from beside.groups.models import Group, Membership, Persona, Wearer
from beside.groups.words import Entry, Part, Standing
from beside.ledger.models import Line
from beside.people import power
from beside.people.models import AgeBand
from tests.cast import PARTS, Cast, persona_of, somebody


@pytest.fixture
def heard() -> Any:
    """What groups announced, in order."""
    said: list[str] = []
    listeners = {}
    for name in ("joined", "left", "removed", "part_changed", "retired"):

        def listen(sender: object, *, _name: str = name, **more: object) -> None:
            said.append(_name)

        listeners[name] = listen
        getattr(events, name).connect(listen)
    yield said
    for name, listen in listeners.items():
        getattr(events, name).disconnect(listen)


def change(group: Group, **values: Any) -> None:
    with wall.house("test.change"):
        Group.objects.filter(pk=group.pk).update(**values)
    group.refresh_from_db()


def test_somebody_takes_a_name_and_joins_an_open_group(cast: Cast, heard: list[str]) -> None:
    with cast.looking_as("stranger") as stranger:
        persona = actions.be_known(cast.group, " Sky\u202e  Blue ", 4, by=stranger)
        membership = actions.join(cast.group, by=stranger)
        again = actions.join(cast.group, by=stranger)
        assert policy.is_member(stranger, cast.group)
    assert (persona.name, persona.pebble) == ("Sky Blue", 4)
    assert (membership.standing, again) == (Standing.MEMBER, membership)
    assert heard == ["joined"]


def test_a_name_stays_the_one_that_was_taken_first(cast: Cast) -> None:
    with cast.looking_as("member") as member:
        assert actions.be_known(cast.group, "Somebody Else", 1, by=member).name == "Marlow"


def test_two_people_cannot_have_one_name_whatever_its_letters(cast: Cast) -> None:
    with cast.looking_as("stranger") as stranger:
        with pytest.raises(NameTaken):
            actions.be_known(cast.group, "mARLOW", 1, by=stranger)
        assert actions.be_known(cast.other_group, "Marlow", 1, by=stranger).name == "Marlow"
        assert actions.be_known(cast.group, "Idris", 1, by=stranger).name == "Idris"  # he left


@pytest.mark.parametrize(("name", "pebble"), [("", 1), ("\u200b", 1), ("x" * 41, 1), ("Sky", 13)])
def test_a_name_needs_letters_and_a_pebble_that_exists(cast: Cast, name: str, pebble: int) -> None:
    with cast.looking_as("stranger") as stranger, pytest.raises(ValueError, match=r".+"):
        actions.be_known(cast.group, name, pebble, by=stranger)


def test_the_two_names_of_one_person_share_nothing(cast: Cast) -> None:
    with cast.looking_as("stranger") as stranger:
        one = actions.be_known(cast.group, "Sky", 4, by=stranger)
        other = actions.be_known(cast.other_group, "Lark", 4, by=stranger)
    assert one.key != other.key
    assert one.name != other.name


def test_where_a_facilitator_answers_one_asks_and_is_let_in(cast: Cast, heard: list[str]) -> None:
    change(cast.group, entry=Entry.REQUEST)
    with cast.looking_as("stranger") as stranger:
        actions.be_known(cast.group, "Sky", 4, by=stranger)
        asking = actions.join(cast.group, by=stranger)
        assert not policy.is_member(stranger, cast.group)
    assert (asking.standing, heard) == (Standing.ASKED, [])
    for part in ("stranger", "member", "greeter", "coordinator", "duty_worker"):
        with cast.looking_as(part) as somebody_else, pytest.raises(PermissionDenied):
            actions.admit(asking, by=somebody_else)
    with cast.looking_as("facilitator") as ash:
        admitted = actions.admit(asking, by=ash)
    assert (admitted.standing, admitted.decided_by) == (
        Standing.MEMBER,
        cast.personas["facilitator"],
    )
    assert heard == ["joined"]


def test_somebody_who_is_declined_reads_why_and_may_ask_again(cast: Cast) -> None:
    change(cast.group, entry=Entry.REQUEST)
    with cast.looking_as("stranger") as stranger:
        actions.be_known(cast.group, "Sky", 4, by=stranger)
        asking = actions.join(cast.group, by=stranger)
    with cast.looking_as("facilitator") as ash:
        actions.decline(asking, "We are full until spring.", by=ash)
    with cast.looking_as("stranger") as stranger:
        own = Membership.objects.visible_to(stranger).get()
        assert (own.standing, own.until is None, own.reason) == (
            Standing.ASKED,
            False,
            "We are full until spring.",
        )
        assert actions.join(cast.group, by=stranger).until is None


def test_nobody_joins_where_an_invitation_is_needed(cast: Cast) -> None:
    change(cast.group, entry=Entry.INVITATION)
    with cast.looking_as("visitor") as visitor, pytest.raises(PermissionDenied):
        actions.join(cast.group, by=visitor)


def test_nobody_joins_without_a_name_there(cast: Cast) -> None:
    with cast.looking_as("stranger") as stranger, pytest.raises(PermissionDenied):
        actions.join(cast.group, by=stranger)


def test_no_more_become_members_than_there_are_places(cast: Cast) -> None:
    change(cast.group, places=4)
    with cast.looking_as("visitor") as visitor, pytest.raises(Full):
        actions.join(cast.group, by=visitor)
    with cast.looking_as("blocked") as hal:
        actions.leave(cast.group, by=hal)
    with cast.looking_as("visitor") as visitor:
        assert actions.join(cast.group, by=visitor).standing == Standing.MEMBER


@pytest.mark.parametrize(
    ("band", "youngest", "oldest", "fits"),
    [
        (AgeBand.SIXTEEN, 18, None, False),
        (AgeBand.EIGHTEEN, 18, None, True),
        (AgeBand.EIGHTEEN, 16, 25, True),
        (AgeBand.SIXTEEN, 16, 17, True),
        (AgeBand.EIGHTEEN, 16, 17, False),
        (AgeBand.TWENTY_SIX, 16, 25, False),
        (AgeBand.SIXTY_FIVE, 18, None, True),
    ],
)
def test_the_age_of_a_group_is_kept(
    cast: Cast, band: AgeBand, youngest: int, oldest: int | None, fits: bool
) -> None:
    change(cast.group, youngest=youngest, oldest=oldest)
    person = somebody("new", band=band)
    with wall.acting_as(person.pk):
        assert policy.may_be_known(person, cast.group) == fits
        assert policy.is_of_age(person, cast.group) == fits


def test_a_group_listed_elsewhere_knows_nobody(cast: Cast) -> None:
    change(cast.group, source="a listing", source_slug="lanterns")
    with cast.looking_as("stranger") as stranger, pytest.raises(PermissionDenied):
        actions.be_known(cast.group, "Sky", 1, by=stranger)


def test_somebody_leaves_and_the_group_learns_only_that(cast: Cast, heard: list[str]) -> None:
    with cast.looking_as("member") as member:
        ended = actions.leave(cast.group, by=member)
        assert not policy.is_member(member, cast.group)
        assert not Membership.objects.filter(standing=Standing.MEMBER).exists()
    assert ended is not None
    assert (ended.standing, ended.reason, ended.decided_by) == (Standing.LEFT, "", None)
    assert heard == ["left", "retired"]
    with cast.looking_as("facilitator"):
        assert Membership.objects.filter(pk=ended.pk, standing=Standing.LEFT).exists()
    with cast.looking_as("greeter"):
        assert not Membership.objects.filter(pk=ended.pk).exists()


def test_somebody_who_comes_back_has_a_new_name_of_their_own(cast: Cast) -> None:
    with cast.looking_as("left") as idris:
        persona = actions.be_known(cast.group, "Idris", 4, by=idris)
        actions.join(cast.group, by=idris)
    assert persona != cast.personas["left"]
    assert persona.key != cast.personas["left"].key


def test_a_visitor_for_whom_it_was_not_leaves_without_ever_having_joined(
    cast: Cast, heard: list[str]
) -> None:
    with cast.looking_as("visitor") as visitor:
        assert actions.leave(cast.group, by=visitor) is None
        assert not Persona.objects.worn_by(visitor).exists()
    assert heard == ["retired"]


def test_a_facilitator_removes_somebody_and_the_record_keeps_why(
    cast: Cast, heard: list[str]
) -> None:
    for part in PARTS:
        if part in ("facilitator", "nobody"):
            continue
        with cast.looking_as(part) as by, pytest.raises(PermissionDenied):
            actions.remove(cast.memberships["blocked"], "No reason.", by=by)
    with cast.looking_as("facilitator") as ash:
        ended = actions.remove(cast.memberships["blocked"], "Sold things to members.", by=ash)
    assert (ended.standing, ended.reason) == (Standing.REMOVED, "Sold things to members.")
    assert heard == ["removed", "retired"]
    with cast.looking_as("blocked") as hal:
        line = Line.objects.visible_to(hal.pk).get(act="groups.remove")
        assert (line.role, line.reason) == ("facilitator", "Sold things to members.")
        assert power.about(hal)[0].what == "A facilitator ended your place in a group."
        assert not policy.may_be_known(hal, cast.group)
        with pytest.raises(PermissionDenied):
            actions.be_known(cast.group, "Hal Again", 1, by=hal)


def test_a_facilitator_is_not_removed_by_another(cast: Cast) -> None:
    with cast.looking_as("coordinator") as esi:
        actions.change_part(cast.memberships["greeter"], Part.FACILITATOR, by=esi)
    with wall.house("test.look"):
        cast.memberships["greeter"].refresh_from_db()
    with cast.looking_as("facilitator") as ash, pytest.raises(PermissionDenied):
        actions.remove(cast.memberships["greeter"], "We disagree.", by=ash)


def test_only_a_coordinator_opens_a_group_or_says_who_facilitates(cast: Cast) -> None:
    for part in PARTS:
        if part in ("coordinator", "nobody"):
            continue
        with cast.looking_as(part) as by:
            with pytest.raises(PermissionDenied):
                actions.open_group(name="Mine", by=by)
            with pytest.raises(PermissionDenied):
                actions.change_part(cast.memberships["member"], Part.FACILITATOR, by=by)


def test_two_groups_of_one_name_have_two_addresses(cast: Cast) -> None:
    with cast.looking_as("coordinator") as esi:
        one = actions.open_group(name="Quiet Carriage", by=esi)
        two = actions.open_group(name="Quiet Carriage", by=esi)
    assert one.slug == "quiet-carriage"
    assert two.slug.startswith("quiet-carriage-")


def test_a_new_agreement_asks_everybody_again(cast: Cast) -> None:
    with cast.looking_as("member") as member:
        first = actions.accept_agreement(cast.agreement, by=member)
        assert actions.accept_agreement(cast.agreement, by=member) == first
    with cast.looking_as("facilitator") as ash:
        second = actions.write_agreement(cast.group, "We talk of our own medicine.", by=ash)
    assert second.version == 2
    for part in ("member", "greeter", "stranger", "visitor", "elsewhere", "duty_worker"):
        with cast.looking_as(part) as by, pytest.raises(PermissionDenied):
            actions.write_agreement(cast.group, "Mine.", by=by)
    for part in ("stranger", "elsewhere", "left", "removed", "coordinator"):
        with cast.looking_as(part) as by, pytest.raises(PermissionDenied):
            actions.accept_agreement(second, by=by)
    with cast.looking_as("visitor") as visitor:
        assert actions.accept_agreement(second, cast.meeting.pk, by=visitor).agreement == second


def test_nothing_is_left_of_the_names_of_somebody_who_is_erased(cast: Cast) -> None:
    marlow = persona_of(cast["member"], cast.group)
    with cast.looking_as("member") as member:
        actions.forget(member, by=member)
    with wall.house("test.look"):
        marlow.refresh_from_db()
        assert (marlow.name, marlow.retired_at is None) == ("", False)
        assert not Wearer.objects.filter(person=cast["member"]).exists()


def test_who_is_removed_while_they_press_join_is_not_in(cast: Cast) -> None:
    """The same press, judged again once it is its turn."""
    with cast.looking_as("blocked") as hal:
        persona = Persona.objects.worn_by(hal).get(group=cast.group)
        with cast.looking_as("facilitator") as ash:
            actions.remove(cast.memberships["blocked"], "Sold things.", by=ash)
        with pytest.raises(PermissionDenied):
            actions.join(cast.group, by=hal)
    with wall.house("test.look"):
        assert not Membership.objects.filter(persona=persona, until=None).exists()


def test_one_answer_to_somebody_who_asked_holds(cast: Cast) -> None:
    change(cast.group, entry=Entry.REQUEST)
    with cast.looking_as("stranger") as stranger:
        actions.be_known(cast.group, "Sky", 1, by=stranger)
        asking = actions.join(cast.group, by=stranger)
    with wall.house("test.again"):
        seen_by_another = Membership.objects.select_related("group", "persona").get(pk=asking.pk)
    with cast.looking_as("facilitator") as ash:
        actions.admit(asking, by=ash)
        with pytest.raises(PermissionDenied):
            actions.decline(seen_by_another, "No place.", by=ash)
    with cast.looking_as("stranger") as stranger:
        assert policy.is_member(stranger, cast.group)
