"""What is sealed opens in its own place, for its own subject, while its key lives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.vault import ring, seals
from beside.vault.box import Box, Erased, fingerprint, rotate, unused_masters
from beside.vault.models import Key

PLACE = {"table": "people_profile", "column": "name", "row": 1}


@given(words=st.binary(max_size=200), place=st.text(max_size=40))
def test_what_is_sealed_opens_again(words: bytes, place: str) -> None:
    key = seals.new_key()
    assert seals.open_seal(seals.seal(words, key=key, place=place), key=key, place=place) == words


@given(words=st.binary(max_size=60), at=st.integers(min_value=0), by=st.integers(1, 255))
def test_a_changed_byte_never_opens(words: bytes, at: int, by: int) -> None:
    key = seals.new_key()
    sealed = bytearray(seals.seal(words, key=key, place="a"))
    sealed[at % len(sealed)] ^= by
    with pytest.raises(seals.CannotOpen):
        seals.open_seal(bytes(sealed), key=key, place="a")


@pytest.mark.django_db
def test_words_moved_to_another_row_do_not_open() -> None:
    box = Box("person", 1)
    sealed = box.seal("Fern", **PLACE)
    assert box.open(sealed, **PLACE) == "Fern"
    with pytest.raises(seals.CannotOpen):
        box.open(sealed, **{**PLACE, "row": 2})
    with pytest.raises(seals.CannotOpen):
        Box("person", 2).open(sealed, **PLACE)


@pytest.mark.django_db
def test_nobody_but_the_house_sees_a_key() -> None:
    Box("person", 1).seal("Fern", **PLACE)
    with pytest.raises(Exception, match="permission denied"):
        list(Key.objects.all())


@pytest.mark.django_db
def test_a_destroyed_key_opens_nothing_and_is_never_made_anew() -> None:
    box = Box("person", 1)
    sealed = box.seal("Fern", **PLACE)
    box.destroy()
    with pytest.raises(Erased):
        box.open(sealed, **PLACE)
    with pytest.raises(Erased):
        box.seal("Fern again", **PLACE)


@pytest.mark.django_db
def test_rotation_changes_the_wrapping_and_not_the_words() -> None:
    box = Box("person", 1)
    sealed = box.seal("Fern", **PLACE)
    before = ring.current()
    assert rotate() == 1
    assert ring.current() != before
    assert box.open(sealed, **PLACE) == "Fern"
    assert before in unused_masters()


def test_equal_words_are_found_again_by_their_fingerprint() -> None:
    assert fingerprint("a@example.org") == fingerprint("a@example.org")
    assert fingerprint("a@example.org") != fingerprint("b@example.org")
