"""Credentials: the coturn form, and tags that tell nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.relay.credentials import credentials, read_username

from .cast import fuzzed

SECRET = b"a secret of at least thirty-two characters"
NOW = datetime(2027, 1, 15, 19, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def issued(room: str = "kitchen", person: str = "fern", secret: bytes = SECRET) -> str:
    return credentials(secret, room=room, person=person, ttl=HOUR, now=NOW).username


def tags(username: str) -> tuple[str, str]:
    claim = read_username(username.encode())
    assert claim is not None
    return claim.room, claim.person


def test_they_are_in_the_form_that_coturn_checks() -> None:
    own = credentials(SECRET, room="kitchen", person="fern", ttl=HOUR, now=NOW)

    expiry, _, pseudonym = own.username.partition(":")
    assert int(expiry) == int(NOW.timestamp()) + 3600
    assert pseudonym.count(".") == 1
    expected = hmac.new(SECRET, own.username.encode(), hashlib.sha1).digest()
    assert own.password == base64.b64encode(expected).decode()


def test_people_in_one_room_share_the_room_tag_and_nothing_else() -> None:
    fern, rowan = tags(issued(person="fern")), tags(issued(person="rowan"))

    assert fern[0] == rowan[0]
    assert fern[1] != rowan[1]


def test_one_person_has_unlinkable_tags_in_two_rooms() -> None:
    kitchen, garden = tags(issued("kitchen")), tags(issued("garden"))

    assert not set(kitchen) & set(garden)


@fuzzed
@given(room=st.text(max_size=20), person=st.text(max_size=20), other=st.text(max_size=20))
def test_no_two_people_or_rooms_are_taken_for_one_another(
    room: str, person: str, other: str
) -> None:
    assert (tags(issued(room, person))[1] == tags(issued(other, person))[1]) == (room == other)
    assert (tags(issued(room, person))[1] == tags(issued(room, other))[1]) == (person == other)


def test_without_the_secret_the_tags_cannot_be_made() -> None:
    assert not set(tags(issued())) & set(tags(issued(secret=SECRET + b"x")))


@fuzzed
@given(st.binary(max_size=80))
def test_any_other_username_is_nobody(username: bytes) -> None:
    assert read_username(username) is None


def test_a_time_without_a_zone_or_no_time_at_all_is_a_mistake() -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(ValueError, match="zone"):
        credentials(SECRET, room="kitchen", person="fern", ttl=HOUR, now=naive)
    with pytest.raises(ValueError, match="ttl"):
        credentials(SECRET, room="kitchen", person="fern", ttl=timedelta(0), now=NOW)
