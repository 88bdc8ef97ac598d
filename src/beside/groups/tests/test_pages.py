"""Who reaches which page of a group."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import PARTS, Cast, member_of, somebody

INSIDE = {"member", "greeter", "facilitator", "blocked"}


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    person = cast.everybody()[part]
    if person is not None:
        client.force_login(person)
    return client


def answers(cast: Cast, address: str) -> dict[str, int]:
    return {part: signed_in(cast, part).get(address).status_code for part in PARTS}


def expected(inside: set[str], *, others: int = 404, nobody: int = 302) -> dict[str, int]:
    told = {part: 200 if part in inside else others for part in PARTS}
    return told | {"nobody": nobody}


def test_everybody_sees_the_face_of_a_listed_group(cast: Cast) -> None:
    assert set(answers(cast, f"/groups/{cast.group.slug}/").values()) == {200}
    assert set(answers(cast, "/first-visit/").values()) == {200}


@pytest.mark.parametrize("page", ["", "meetings/", "people/", "leave/"])
def test_only_members_come_inside(cast: Cast, page: str) -> None:
    assert answers(cast, f"/g/{cast.group.key}/{page}") == expected(INSIDE)


def test_members_and_visitors_read_the_agreement(cast: Cast) -> None:
    address = f"/g/{cast.group.key}/agreement/"
    assert answers(cast, address) == expected(INSIDE | {"visitor"})


def test_only_facilitators_write_the_agreement(cast: Cast) -> None:
    assert answers(cast, f"/g/{cast.group.key}/agreement/write/") == expected({"facilitator"})


def test_facilitators_and_coordinators_plan(cast: Cast) -> None:
    planning = {"facilitator", "coordinator"}
    assert answers(cast, f"/g/{cast.group.key}/meetings/plan/") == expected(planning)


def test_only_facilitators_may_begin_to_remove_somebody(cast: Cast) -> None:
    address = f"/g/{cast.group.key}/people/{cast.personas['blocked'].key}/remove/"
    assert answers(cast, address) == expected({"facilitator"})


def test_greeters_and_facilitators_reach_a_newcomer(cast: Cast) -> None:
    address = f"/g/{cast.group.key}/greet/{cast.booking.key}/"
    assert answers(cast, address) == expected({"greeter", "facilitator"})


def test_a_stranger_takes_a_first_step_before_visiting_or_joining(cast: Cast) -> None:
    for page in (f"visit/{cast.meeting.key}/", "join/"):
        address = f"/g/{cast.group.key}/{page}"
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/join/?next={address}")


def test_a_page_inside_never_names_the_group_in_its_title(cast: Cast) -> None:
    client = signed_in(cast, "facilitator")
    for page in ("", "meetings/", "agreement/", "people/", "leave/", "agreement/write/"):
        words = client.get(f"/g/{cast.group.key}/{page}").content.decode()
        title = words[words.index("<title>") : words.index("</title>")]
        assert cast.group.name not in title
        assert title.endswith("· Beside")


def test_newcomer_marks_are_for_greeters_and_facilitators(cast: Cast) -> None:
    member_of(cast.group, somebody("tess"), "Tess", 4)
    told = {}
    for part in sorted(INSIDE):
        client = signed_in(cast, part)
        words = "".join(
            client.get(f"/g/{cast.group.key}/{page}").content.decode()
            for page in ("", "meetings/", "people/")
        )
        told[part] = ("Wren" in words, ">new<" in words)
    assert told == {
        "member": (False, False),
        "blocked": (False, False),
        "greeter": (True, True),
        "facilitator": (True, True),
    }


def test_no_page_shows_a_row_number_or_another_groups_name(cast: Cast) -> None:
    client = signed_in(cast, "facilitator")
    for page in ("", "meetings/", "agreement/", "people/", f"greet/{cast.booking.key}/"):
        words = client.get(f"/g/{cast.group.key}/{page}").content.decode()
        assert cast.other_group.name not in words
        assert cast.other_group.key not in words
