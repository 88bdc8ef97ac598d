"""What meetings hear from beneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from beside.groups import actions as groups_actions
from beside.groups import events as groups
from beside.groups.models import Membership, Persona
from beside.groups.words import Part
from beside.meetings import actions, events, news, texting
from beside.meetings.models import Booking, Greeting, Holding, Meeting, Venue
from beside.people import events as people
from beside.people.models import Person


@receiver(groups.retired, dispatch_uid="meetings.retired")
def somebody_is_gone(sender: object, *, persona: Persona, by: Person, **more: Any) -> None:
    """Whoever left or was removed is expected nowhere any more."""
    persona.refresh_from_db(fields=["retired_at"])
    actions.give_back_places(persona, by=by)


@receiver(groups.part_changed, dispatch_uid="meetings.part_changed")
def somebody_has_another_part(
    sender: object, *, membership: Membership, by: Person, **more: Any
) -> None:
    """Whoever no longer facilitates is not expected to."""
    if membership.role != Part.FACILITATOR:
        actions.give_back_meetings(membership, by=by)


@receiver(groups.forgetting, dispatch_uid="meetings.forgetting")
def nothing_stays_of_what_they_said(
    sender: object, *, person: Person, personas: Sequence[int], **more: Any
) -> None:
    """Words before a visit go with their writer, and with whoever they were written to."""
    actions.forget_words(person, personas, by=person)


@receiver(people.erasing, dispatch_uid="meetings.erasing")
def somebody_is_erased(sender: object, *, person: Person, **more: Any) -> None:
    """Their answers and proofs go; their bookings went with their names."""
    actions.forget_fits(person, by=person)
    actions.forget_proofs(person, by=person)


@receiver(people.zone_changed, dispatch_uid="meetings.zone_changed")
def somebody_lives_by_another_clock(sender: object, *, person: Person, **more: Any) -> None:
    """Their evening before a meeting is theirs."""
    news.by_another_clock(person)


@receiver(events.booked, dispatch_uid="meetings.news.booked")
def somebody_comes(sender: object, *, booking: Booking, **more: Any) -> None:
    """They have it in writing, and are reminded."""
    news.booked(booking)
    texting.booked(booking)


@receiver(events.greeted, dispatch_uid="meetings.greeted")
def somebody_was_greeted(sender: object, *, greeting: Greeting, by: Person, **more: Any) -> None:
    """Whoever greets has talked with the visitor, who may know who is here, and where."""
    if greeting.persona_id != greeting.booking.persona_id:
        groups_actions.know(greeting.booking.persona, by=by)


@receiver(events.offered, dispatch_uid="meetings.news.offered")
def a_place_is_offered(sender: object, *, booking: Booking, **more: Any) -> None:
    """At once: the offer has a clock."""
    news.offered(booking)
    texting.offered(booking)


@receiver(events.lapsed, dispatch_uid="meetings.news.lapsed")
def an_offer_ran_out(sender: object, *, booking: Booking, **more: Any) -> None:
    """They read that the place went on."""
    news.lapsed(booking)


@receiver(events.held, dispatch_uid="meetings.news.held")
def somebody_holds(sender: object, *, holding: Holding, by: Person, **more: Any) -> None:
    """They know it, and are reminded."""
    news.held(holding, by)


@receiver(events.stepped_back, dispatch_uid="meetings.news.stepped_back")
def somebody_steps_back(sender: object, *, holding: Holding, by: Person, **more: Any) -> None:
    """Where nobody holds it any more, those who look after the whole programme know."""
    news.stepped_back(holding, by)


@receiver(events.uncovered, dispatch_uid="meetings.news.uncovered")
def nobody_holds_them(
    sender: object, *, meetings: Sequence[Meeting], by: Person, **more: Any
) -> None:
    """Whoever looks after the group knows, once for all of them."""
    news.uncovered(meetings, by)


@receiver(events.changed, dispatch_uid="meetings.news.changed")
def meetings_are_changed(
    sender: object, *, meetings: Sequence[Meeting], by: Person, **more: Any
) -> None:
    """Whoever comes is told, and reminded of the hour as it is now; or somebody calls them."""
    news.changed(meetings, by)
    news.to_call(texting.changed(meetings), by)


@receiver(events.set_right, dispatch_uid="meetings.news.set_right")
def clocks_are_changed(sender: object, *, meetings: Sequence[Meeting], **more: Any) -> None:
    """Only those are told whose own clock shows another hour; everybody is reminded in time."""
    news.set_right(meetings)
    texting.set_right(meetings)


@receiver(events.place_changed, dispatch_uid="meetings.news.place_changed")
def a_place_is_changed(sender: object, *, venue: Venue, by: Person, **more: Any) -> None:
    """Whoever is expected there, and may know the door, reads it again."""
    news.place_changed(venue, by)
    texting.place_changed(venue)
