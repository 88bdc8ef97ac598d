"""How far the news of a change has come, for those who may have to pick up a telephone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from beside.groups.models import Persona
from beside.meetings.models import Meeting
from beside.meetings.news import says_something
from beside.people import gateway
from beside.people.models import Person


@dataclass(frozen=True)
class Told:
    """The latest change of one meeting.

    Told: they have looked at it here, a letter or a text was handed over, or one is in the post. On
    its way: it waits to be. Not reachable: nothing but this site, and they have not looked; or no
    text went, or none that we are sure of. To call: somebody without an account whom only a person
    can tell. Names only for who facilitates the group.
    """

    told: int
    on_its_way: int
    not_reachable: int
    to_call: int
    names: Sequence[str]

    @property
    def anybody(self) -> bool:
        """Whether the change concerned anybody."""
        return bool(self.told or self.on_its_way or self.not_reachable or self.to_call)


def told_of(meetings: Sequence[Meeting], person: Person) -> dict[int, Told]:
    """By number of meeting, for changed ones that this person facilitates or coordinates.

    Two questions for any number of meetings. The database answers with names and states, never
    with a person, and only to those who may ask.
    """
    return _told(
        "told_of", [each.pk for each in meetings if each.sequence and says_something(each)], person
    )


def told_of_places(meetings: Sequence[Meeting], person: Person) -> dict[int, Told]:
    """The same about the latest change of the address or the way in of where they meet."""
    return _told("told_of_places", [each.pk for each in meetings if each.venue_id], person)


def _told(question: str, meetings: list[int], person: Person) -> dict[int, Told]:
    if not meetings:
        return {}
    texts_wait_as = "on_its_way" if gateway.is_set() else "to_call"
    states: dict[int, Counter[str]] = defaultdict(Counter)
    missed: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("select meeting, persona, state from {}(%s::bigint[]) order by 1, 2").format(
                sql.Identifier(question)
            ),
            [meetings],
        )
        for meeting, persona, said in cursor.fetchall():
            state = texts_wait_as if said == "text_waits" else said
            states[meeting][state] += 1
            if persona and state in {"not_reachable", "to_call"}:
                missed[meeting].append(persona)
    seen = Persona.objects.visible_to(person).filter(pk__in=set().union(*missed.values()))
    names = dict(seen.values_list("pk", "name")) if missed else {}
    return {
        meeting: Told(
            told=count["told"],
            on_its_way=count["on_its_way"],
            not_reachable=count["not_reachable"],
            to_call=count["to_call"],
            names=sorted(names[each] for each in missed[meeting] if each in names),
        )
        for meeting, count in states.items()
    }
