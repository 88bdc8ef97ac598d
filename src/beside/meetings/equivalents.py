"""While somebody waits: other groups for the same, with a meeting they could visit."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from beside.groups.models import Group, Membership, Persona
from beside.groups.words import Standing, Way
from beside.kernel import clock
from beside.meetings.models import Meeting
from beside.meetings.places import places_left
from beside.people.models import AgeBand, Person, Profile

LOOKED_AT = 24
WITHIN = timedelta(days=21)
FROM_AFAR = (Way.CALL, Way.TELEPHONE, Way.HYBRID)


def instead(person: Person, meeting: Meeting, *, most: int = 2) -> list[Meeting]:
    """The next meetings with a free place in other listed groups for the same; three questions.

    The same experience, a language in common, for the person's age, from anywhere or in the same
    town, and for nobody fewer than this group is for. The same way of meeting comes first.
    """
    now = clock.now()
    coming = Meeting.objects.going_ahead().filter(
        group__in=_groups(person, meeting.group).values("pk"),
        takes_visitors=True,
        starts_at__gt=now,
        starts_at__lt=now + WITHIN,
    )
    near = Q(way__in=FROM_AFAR)
    if meeting.venue is not None and meeting.venue.town:
        near |= Q(venue__town=meeting.venue.town)
    found = coming.filter(near).select_related("group", "venue").order_by("starts_at", "pk")
    rows = list(found[:LOOKED_AT])
    left = places_left(rows)
    first: dict[int, Meeting] = {}
    for row in rows:
        if left.get(row.pk) != 0:
            first.setdefault(row.group_id, row)
    return sorted(first.values(), key=lambda row: row.way != meeting.way)[:most]


def _groups(person: Person, group: Group) -> QuerySet[Group]:
    worn = Persona.objects.ever_of(person).values("pk")
    been = Membership.objects.filter(group=OuterRef("pk"), persona__in=worn).filter(
        Q(standing=Standing.REMOVED) | Q(standing=Standing.MEMBER, until=None)
    )
    age = _age(person)
    found = Group.objects.listed().filter(
        Q(oldest=None) | Q(oldest__gte=age),
        source="",
        visits=True,
        youngest__lte=age,
        experiences__overlap=group.experiences,
        safety__contained_by=group.safety,
    )
    if group.languages:
        found = found.filter(languages__overlap=group.languages)
    return found.exclude(pk=group.pk).exclude(Exists(been))


def _age(person: Person) -> int:
    """The youngest somebody may be by the band they gave; 0 for none, who fits nowhere."""
    profile = Profile.objects.filter(person=person).first()
    return AgeBand(profile.age_band).youngest if profile else 0
