"""What stands on the pages of care, gathered for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import get_language_info

from beside.care import hours, telling
from beside.care.models import Concern, Duty, Letter, Report
from beside.care.words import State
from beside.forum.models import Topic
from beside.forum.noticing import language_of
from beside.groups.models import Group, Membership
from beside.groups.words import Part
from beside.kernel import clock
from beside.ledger import delays
from beside.ledger.models import Delay
from beside.people.models import Organisation, Person, Profile, Role
from beside.signposts import danger

UNANSWERED = 10
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Place:
    """In which zone the organisation lives, and what it calls its duty worker."""

    zone: ZoneInfo
    title: str
    reader: ZoneInfo | None

    def hour(self, moment: datetime) -> str:
        return telling.hour(moment, self.zone, now=clock.now(), reader=self.reader)

    def who_reads(self, there: hours.Hours) -> list[str]:
        return telling.who_reads(
            there, self.zone, now=clock.now(), reader=self.reader, title=self.title
        )


def place(request: HttpRequest) -> Place:
    """The organisation's zone and words, and the reader's own clock where it is known."""
    ours = Organisation.ours()
    return Place(
        ZoneInfo(ours.zone if ours else "UTC"),
        ours.duty_worker_title if ours else "",
        getattr(request, "zone", None),
    )


def brought_in(request: HttpRequest) -> str:
    """Whom a facilitator can bring in: the duty worker, where there is none the coordinator."""
    return place(request).title if hours.has_duty_worker() else Role.Kind.COORDINATOR.label.lower()


@dataclass(frozen=True)
class Waiting:
    """One concern on the desk, with its clock in words."""

    concern: Concern
    clock: str
    late: bool


def waiting(person: Person, here: Place) -> list[Waiting]:
    """What needs this person, the most urgent first."""
    found = Concern.objects.visible_to(person).waiting().select_related("group").by_urgency()
    return [Waiting(each, in_words(each, here), each.is_overdue) for each in found]


def in_words(concern: Concern, here: Place) -> str:
    """Its clock: nothing while somebody looks after it."""
    if concern.state != State.OPEN:
        return ""
    if concern.due is None:
        return str(telling.NO_HOURS)
    answer = telling.WAS_DUE if concern.is_overdue else telling.ANSWER_BY
    words = telling.WAITS if concern.step == 0 else answer
    return str(words) % {"hour": here.hour(concern.due)}


def desk(request: HttpRequest, person: Person) -> dict[str, Any]:
    """The whole desk."""
    here, held = place(request), list(Group.objects.held_by(person).order_by("name"))
    roles = set(Role.objects.current().filter(person=person).values_list("role", flat=True))
    coordinates, works = Role.Kind.COORDINATOR in roles, Role.Kind.DUTY_WORKER in roles
    profile = Profile.objects.visible_to(person).first()
    return {
        "called": profile.name if profile else "",
        "waiting": waiting(person, here),
        "held": held,
        "hours": _hours(held, here),
        "unanswered": _unanswered(person),
        "unread_languages": _languages_without_rules(held),
        "duties": Duty.objects.filter(person=person, during__endswith__gt=clock.now())
        .select_related("group")
        .order_by("during")[:8],
        "channels": " ".join(
            [
                *(f"desk:{group.key}" for group in held),
                *(["desk:duty"] if works or coordinates else []),
            ]
        ),
        "counts": _counts(here) if coordinates else None,
        "offers": bool(held or works),
        "for_all": works,
        "place": here,
    }


def _hours(held: list[Group], here: Place) -> list[tuple[Group, list[str]]]:
    there = hours.hours_of_each(group.pk for group in held)
    return [(group, here.who_reads(there[group.pk])) for group in held]


def _unanswered(person: Person) -> list[Topic]:
    """Topics in the groups this person greets or facilitates to which nobody has answered."""
    keeps = Membership.objects.of(person, Part.GREETER, Part.FACILITATOR)
    groups = list(keeps.values_list("group", flat=True))
    if not groups:  # a coordinator's whole desk
        return []
    mine = Membership.objects.of(person).values("persona")
    found = Topic.objects.visible_to(person).unanswered().filter(group__in=groups)
    return list(found.exclude(persona__in=mine).select_related("group", "persona")[:UNANSWERED])


def _languages_without_rules(held: list[Group]) -> list[tuple[Group, str]]:
    """Groups in whose language nothing is noticed: there everything wants to be read."""
    tags = [(group, language_of(group)) for group in held]
    return [(group, _language(tag)) for group, tag in tags if tag and not danger.knows(tag)]


def _language(tag: str) -> str:
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag


def _counts(here: Place) -> list[dict[str, Any]]:
    """Counts and clocks of every group, for a coordinator: no words."""
    found = hours.counts()
    groups = Group.objects.filter(pk__in=found).order_by("name")
    return [
        {
            "group": group,
            "open": found[group.pk][0],
            "late": found[group.pk][1],
            "taken": found[group.pk][2],
            "since": here.hour(oldest) if (oldest := found[group.pk][3]) else "",
        }
        for group in groups
    ]


@dataclass(frozen=True)
class Later:
    """Whether the one concerned reads later what was done, and what this reader may do about it."""

    until: datetime | None
    why: str
    may_ask: bool
    may_agree: bool
    reasons: list[tuple[str, Any]]


def later(concern: Concern, person: Person) -> Later:
    """How it stands with the record of a concern, for one in whose hands it is."""
    there, soon = delays.standing(concern.key), clock.now() + LATELY
    return Later(
        until=there.until,
        why=there.asked.get_why_display() if there.asked else "",
        may_ask=there.asked is None and (there.until is None or there.until < soon),
        may_agree=there.asked is not None and there.asked.asked_by != person.pk,
        reasons=list(Delay.Why.choices),
    )


def told_lately(person: Person) -> list[Report]:
    """What this person told us, while it is open and a week after it was answered."""
    mine = Report.objects.visible_to(person).select_related("group").order_by("-at")
    lately = clock.now() - LATELY
    return [report for report in mine[:8] if not report.answered_at or report.answered_at > lately]


def conversation(letter: Letter) -> list[Letter]:
    """All letters of the same concern with the same person, the first one first."""
    same = Letter.objects.filter(concern=letter.concern_id, person=letter.person_id)
    return list(same.order_by("at", "pk"))
