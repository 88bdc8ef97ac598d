"""The call sheet of one meeting: who has no account, and how far the news has come to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock
from beside.meetings import policy, texting
from beside.meetings.models import Booking, Guest, Meeting, Posted
from beside.people.models import Person

ABOUT = {
    texting.BOOKED: _("Their place"),
    texting.EVENING: _("The evening before"),
    texting.CHANGED: _("The change"),
    texting.OFFERED: _("The free place"),
    texting.WAY_IN: _("The way in"),
}


@dataclass(frozen=True)
class Texted:
    """What became of one text, and when; or when it is to go."""

    about: str | Promise
    state: str
    at: datetime

    @property
    def is_to_come(self) -> bool:
        """Whether its hour has not come yet."""
        return self.state == "waiting" and self.at > clock.now()


@dataclass(frozen=True)
class Row:
    """Somebody without an account, their place, and what was texted or posted to them."""

    guest: Guest
    booking: Booking
    texts: Sequence[Texted]
    posted: Posted | None

    @property
    def posted_before_change(self) -> bool:
        """Whether the letter in the post says what is no longer so."""
        return bool(self.posted and self.posted.sequence != self.booking.meeting.sequence)


def rows_of(meeting: Meeting, person: Person) -> list[Row]:
    """By name. Five questions at most, and one for the key of each who gave a number or address."""
    asked = Booking.objects.filter(meeting=meeting, standing__in=[*policy.HOLDING, *policy.IN_LINE])
    theirs = {each.persona_id: each for each in asked.select_related("meeting")}
    found = Guest.objects.visible_to(person).filter(persona__in=theirs).select_related("persona")
    guests = list(found.order_by("persona__name"))
    reaches = {guest.reach for guest in guests}
    texts = _texted(meeting) if Guest.Reach.TEXT in reaches else {}
    posted: dict[int, Posted] = {}
    if Guest.Reach.POST in reaches:
        posted = Posted.objects.visible_to(person).in_bulk([each.pk for each in theirs.values()])
    return [
        Row(guest, booking, texts.get(guest.persona_id, ()), posted.get(booking.pk))
        for guest in guests
        for booking in [theirs[guest.persona_id]]
    ]


def _texted(meeting: Meeting) -> dict[int, list[Texted]]:
    """By persona. The database answers only to who facilitates the group."""
    found: dict[int, list[Texted]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("select persona, kind, state, at from texted_of(%s)", [meeting.pk])
        for persona, kind, state, at in cursor.fetchall():
            found[persona].append(Texted(ABOUT[kind], state, at))
    return found
