"""Opening a group, giving parts to others, and the answers that wait on somebody's first page."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from beside import wall
from beside.groups import actions, slots
from beside.groups.actions import Full
from beside.groups.models import Group, Membership
from beside.groups.words import Entry, Part
from tests.cast import Cast, member_of, persona_of

NEW = {
    "name": "Quiet Carriage",
    "about": "Nobody has to type.",
    "experiences": ["anxiety"],
    "ways": ["call"],
    "entry": "open",
    "visits": "on",
    "known_as": "Esi",
}


def signed_in(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def test_a_coordinator_opens_a_group_and_gives_it_into_other_hands(cast: Cast) -> None:
    client = signed_in(cast, "coordinator")
    assert client.post("/g/open/", NEW | {"ways": []}).status_code == 200
    opened = client.post("/g/open/", NEW, follow=True)
    assert "It is open." in opened.content.decode()
    with wall.house("test.find"):
        group = Group.objects.get(name="Quiet Carriage")
    member_of(group, cast["stranger"], "Fern", 12)
    persona = persona_of(cast["stranger"], group)
    part = f"/g/{group.key}/people/{persona.key}/part/"
    assert client.post(part, {"part": "queen"}).status_code == 404
    assert client.post(part, {"part": "facilitator"}).status_code == 302
    with wall.acting_as(cast["stranger"].pk):
        own = Membership.objects.of(cast["stranger"]).get(group=group)
        assert own.role == Part.FACILITATOR
    assert signed_in(cast, "stranger").post(part, {"part": "member"}).status_code == 404


def test_nobody_begins_in_a_group_where_somebody_is(cast: Cast) -> None:
    with cast.looking_as("coordinator") as esi, pytest.raises(Full):
        actions.begin(cast.group, "Esi", 1, by=esi)
    with cast.looking_as("stranger") as stranger, pytest.raises(PermissionDenied):
        actions.begin(cast.group, "Sky", 1, by=stranger)


def asked(cast: Cast) -> Membership:
    with wall.house("test.request"):
        Group.objects.filter(pk=cast.group.pk).update(entry=Entry.REQUEST)
    cast.group.refresh_from_db()
    return member_of(cast.group, cast["stranger"], "Sky", 4)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"answer": "admit"}, "A facilitator let you in."),
        ({"answer": "decline", "words": "We are full until spring."}, "We are full until spring."),
        ({"answer": "decline"}, "There is no place in this group this time."),
    ],
)
def test_an_answer_waits_for_whoever_asked(cast: Cast, answer: dict[str, str], said: str) -> None:
    asking = asked(cast)
    client = signed_in(cast, "stranger")
    assert said not in client.get("/today/").content.decode()
    address = f"/g/{cast.group.key}/people/{asking.persona.key}/answer/"
    assert signed_in(cast, "facilitator").post(address, answer).status_code == 302
    assert said in client.get("/today/").content.decode()


def test_somebody_removed_reads_why_and_nobody_else_does(cast: Cast) -> None:
    why = "Wrote to newcomers again and again."
    for part in ("removed", "member", "greeter", "left", "stranger"):
        words = signed_in(cast, part).get("/today/").content.decode()
        assert (why in words) == (part == "removed")


def test_answers_are_one_question(cast: Cast) -> None:
    request = RequestFactory().get("/")
    with cast.looking_as("removed") as corin, CaptureQueriesContext(connection) as asked_for:
        assert slots.answered(request, corin)
    assert len(asked_for) == 1
