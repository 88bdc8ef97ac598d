"""The kinds of notices there are. Apps above register theirs in `ready()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from beside.people.models import Person


@dataclass(frozen=True)
class Words:
    """One notice as its reader reads it: a sentence, and a little more beneath it."""

    line: str | Promise
    more: str | Promise = ""


Args = Mapping[str, Any]
Say = Callable[["Person", Args], Words | None]
Page = Callable[["Person", Args], str]


@dataclass(frozen=True)
class Kind:
    """What a kind says and where it leads, both asked with the reader's own sight."""

    say: Say
    page: Page
    urgent: bool = False
    inside_only: bool = False


_kinds: dict[str, Kind] = {}


def register(
    name: str, *, words: Say, page: Page, urgent: bool = False, inside_only: bool = False
) -> None:
    """Let notices of kind `name` ("forum.answered") say `words(reader, args)`, lead to `page(…)`.

    Both run when the notice is shown or sent, while the database is asked as the reader. `words`
    answers None when there is nothing there for them any more: then nothing is shown and nothing
    sent. Letters about an `urgent` kind wait for no other letter; about a kind that is
    `inside_only` none is ever written. Raises ValueError for a name that somebody else registered.
    """
    if name in _kinds and _kinds[name].say is not words:
        raise ValueError(f"two apps want to say what {name!r} means")
    _kinds[name] = Kind(words, page, urgent, inside_only)


def kind(name: str) -> Kind:
    """The kind of this name. Raises KeyError."""
    return _kinds[name]


def names() -> tuple[str, ...]:
    """Every kind that is registered, in order of the alphabet."""
    return tuple(sorted(_kinds))
