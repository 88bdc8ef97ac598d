"""What bringing a file in would do, in words; and a mark by which two such answers are compared."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beside import wall
from beside.exchange import formats, plans
from beside.exchange.meeting_guide import Listing, Manner, Reading
from beside.exchange.models import Waiting
from beside.exchange.plans import Here, Plan, Source
from beside.groups.words import Way
from beside.meetings.models import Schedule

SHOWN = 10
SHOWN_REFUSED = 200


@dataclass(frozen=True, kw_only=True)
class How:
    """How a file is to be read, as somebody said it."""

    source: str
    experiences: list[str]
    zone: str
    language: str = "en"
    format: str = ""
    sunday: int | None = None
    replace: bool = False
    names: dict[str, str] = field(default_factory=dict)

    def read(self, raw: bytes) -> Reading:
        """The listings in a file. Raises UnreadableFile."""
        manner = Manner(zone=self.zone, language=self.language)
        return formats.read(
            raw, manner, told=self.format, names=self.names or None, sunday=self.sunday
        )

    def as_data(self) -> dict[str, Any]:
        """To be kept beside the file."""
        return asdict(self)


@dataclass(frozen=True)
class Example:
    """One group, as it would be: its name, and when and where, or what would change."""

    name: str
    words: list[str]


@dataclass(frozen=True)
class Preview:
    """What would be done, with a few of each in words."""

    plan: Plan
    mark: str
    added: list[Example]
    changed: list[Example]
    gone: list[str]

    @property
    def refused(self) -> list[Any]:
        """The first rows that cannot be read."""
        return list(self.plan.reading.refused[:SHOWN_REFUSED])

    @property
    def left_out(self) -> int:
        """How many fields that reach a person are not read."""
        return sum(self.plan.reading.dropped.values())

    @property
    def does_something(self) -> bool:
        """Whether anything would be other than before."""
        return bool(self.plan.added or self.plan.updated or self.plan.gone)


def plan_of(waiting: Waiting) -> Plan:
    """What bringing this file in would do now. Needs an open transaction."""
    how = How(**waiting.manner)
    reading = how.read(zlib.decompress(bytes(waiting.raw)))
    source = Source(how.source, tuple(how.experiences))
    with wall.house("exchange.preview"):
        return plans.make(reading, source, replace=how.replace)


def of(waiting: Waiting) -> Preview:
    """The same in words."""
    plan = plan_of(waiting)
    return Preview(
        plan=plan,
        mark=mark(plan),
        added=[Example(each.name, [_meets(each)]) for each in plan.added[:SHOWN]],
        changed=[
            Example(here.group.name, list(_changes(here, listing, plan.source)))
            for listing, here in plan.updated[:SHOWN]
        ],
        gone=[here.group.name for here in plan.gone[:SHOWN]],
    )


def mark(plan: Plan) -> str:
    """The same as long as the plan would do the same to the same groups."""
    told = [
        *(f"+{listing!r}" for listing in plan.added),
        *(f"~{listing!r}{_as_here(here)!r}" for listing, here in plan.updated),
        *(f"={here.group.pk}" for here in plan.unchanged),
        *(f"-{here.group.pk}" for here in plan.gone),
        *(f"!{refused!r}" for refused in plan.reading.refused),
    ]
    return sha256("\n".join(told).encode()).hexdigest()[:32]


def _as_here(here: Here) -> list[dict[str, Any]]:
    rows = [here.group, *here.schedules, *here.venues, *here.doors]
    return [
        {name: said for name, said in vars(row).items() if not name.startswith("_")}
        for row in cast("list[Any]", rows)
    ]


def _meets(listing: Listing) -> str:
    """ "Every Monday at 07:30 London time, 45 minutes · In person · Riverside Hall, Homerton"."""
    where = ", ".join(filter(None, [listing.place.name, listing.place.neighbourhood]))
    where = where or listing.place.town
    way = str(Way(listing.way).label)
    return " · ".join(filter(None, [_when(listing), way, where if listing.way != "call" else ""]))


def _when(listing: Listing) -> str:
    rule = plans.schedule_fields(listing)
    if rule is None or listing.at is None:
        return _("By appointment")
    return Schedule(first_on=plans.A_DAY, **rule).in_words


def _changes(here: Here, listing: Listing, source: Source) -> Iterator[str]:
    """What would be different, each in a line."""
    if here.group.closed_at is not None:
        yield _("it is listed again")
    if here.group.name != listing.name:
        yield _("its name: %(new)s") % {"new": listing.name}
    before = here.schedules[0].in_words if here.schedules else _("By appointment")
    if before != _when(listing):
        yield _("when: %(old)s → %(new)s") % {"old": before, "new": _when(listing)}
    for words, names in _PARTS:
        if names & plans.different(here, listing, source):
            yield str(words)


_PARTS = [
    (gettext_lazy("how people meet"), {"ways", "way"}),
    (gettext_lazy("where it is"), {"venue", "door"}),
    (gettext_lazy("what it says about itself"), {"about"}),
    (gettext_lazy("whom it is for, access or language"),
     {"experiences", "safety", "access", "languages", "entry", "visits", "listed"}),
]  # fmt: skip
