"""A notice turned into words, as its reader and for its reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from beside import wall
from beside.notices import kinds
from beside.notices.models import Notice
from beside.people.models import Person


@dataclass(frozen=True)
class Read:
    """One notice with what it says today."""

    notice: Notice
    words: kinds.Words


def words_of(notice: Notice, reader: Person) -> kinds.Words | None:
    """What it says to its reader now; None when there is nothing left for them to see."""
    try:
        kind = kinds.kind(notice.kind)
    except KeyError:  # an app that is gone
        return None
    with wall.acting_as(reader.pk):
        return kind.say(reader, notice.args)


def page_of(notice: Notice, reader: Person) -> str:
    """Where it leads."""
    with wall.acting_as(reader.pk):
        return kinds.kind(notice.kind).page(reader, notice.args)


def read(notices: Iterable[Notice], reader: Person) -> Iterator[Read]:
    """Those that still say something, one by one as they are wanted."""
    for notice in notices:
        words = words_of(notice, reader)
        if words is not None:
            yield Read(notice, words)
