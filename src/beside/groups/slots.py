"""What groups put on somebody's first page: answers to what they asked, and how something ended."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beside.groups import policy
from beside.groups.models import Membership, Persona
from beside.groups.words import Standing
from beside.kernel import clock
from beside.look import slots
from beside.people.models import Person

GLAD_FOR = timedelta(days=7)
SAID_FOR = timedelta(days=30)
NOTHING = SafeString("")


def fill_all() -> None:
    """Tell the look, once, when Django starts."""
    slots.fill("today.main", answered, queries=1, order=20)
    slots.fill("lines.next", first_group, queries=2, order=10)


def first_group(request: HttpRequest, person: Person) -> SafeString | str:
    """The next step of a house that has just begun: nobody could come to anything yet."""
    if not policy.may_open_first(person):
        return NOTHING
    return render_to_string("groups/slots/first_group.html", {}, request)


def answered(request: HttpRequest, person: Person) -> SafeString:
    """A facilitator let them in, had no place, or removed them: said for some days, in words."""
    now = clock.now()
    admitted = Q(standing=Standing.MEMBER, until=None, since__gt=now - GLAD_FOR)
    ended = Q(standing__in=[Standing.ASKED, Standing.REMOVED], until__gt=now - SAID_FOR)
    theirs = Membership.objects.filter(persona__in=Persona.objects.ever_of(person))
    rows = theirs.filter(admitted | ended, decided_by__isnull=False).select_related("group")
    page = {"answers": list(rows.order_by("-since"))}
    if not page["answers"]:
        return NOTHING
    return render_to_string("groups/slots/today.html", page, request)
