"""What people do about meetings: plan, visit, come, stay away, greet.

Call them as the person who acts (`wall.acting_as(by.pk)`, as every request does).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction

from beside import wall, wire
from beside.groups import actions as groups
from beside.groups.models import Group, Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.meetings import events, policy
from beside.meetings.fit import only_known
from beside.meetings.models import Booking, Fit, Greeting, Meeting, Schedule, Venue
from beside.meetings.occurrences import AHEAD, make_ahead
from beside.meetings.recurrence import instant
from beside.people.models import Person

GREETING_LENGTH = 2000


class Full(Exception):
    """Every place of the meeting is taken."""


class VenueTaken(Exception):
    """Another meeting is at this place at this time."""


@transaction.atomic
def plan(
    group: Group,
    *,
    zone: str,
    first_on: date,
    at: time,
    minutes: int,
    frequency: str,
    way: str,
    interval: int = 1,
    byday: Sequence[str] = (),
    until: date | None = None,
    count: int | None = None,
    venue: Venue | None = None,
    places: int | None = None,
    by: Person,
) -> Schedule:
    """A rule by which the group meets, on the wall clock of `zone`, and its next 60 days.

    `byday` are "TU" or "2TU" (the second Tuesday) or "-1SU" (the last Sunday). Raises VenueTaken.
    """
    require(policy.may_plan(by, group))
    with wall.house("meetings.plan"):
        schedule = Schedule.objects.create(
            group=group,
            zone=zone,
            first_on=first_on,
            at=at,
            minutes=minutes,
            frequency=frequency,
            interval=interval,
            byday=list(byday),
            until=until,
            count=count,
            way=way,
            venue=venue,
            places=places,
        )
        if make_ahead(schedule, clock.now() + AHEAD):
            raise VenueTaken(str(venue))
    wire.tell(f"group:{group.key}")
    return schedule


@transaction.atomic
def add_meeting(
    group: Group,
    *,
    on: date,
    at: time,
    zone: str,
    minutes: int,
    way: str,
    venue: Venue | None = None,
    places: int | None = None,
    takes_visitors: bool = True,
    by: Person,
) -> Meeting:
    """One meeting outside any schedule, at `at` on the wall clock of `zone`. Raises VenueTaken."""
    require(policy.may_plan(by, group))
    starts = instant(datetime.combine(on, at), zone)
    meeting = Meeting(
        group=group,
        on=on,
        at=at,
        zone=zone,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=minutes),
        way=way,
        venue=venue,
        places=places,
        takes_visitors=takes_visitors,
        by_hand=True,
    )
    with wall.house("meetings.add"):
        _save(meeting)
    wire.tell(f"group:{group.key}")
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, reason: str, *, by: Person) -> Meeting:
    """Say that this one meeting does not take place, and why; those who booked read the reason."""
    require(policy.may_change(by, meeting))
    with wall.house("meetings.cancel"):
        meeting.state = Meeting.State.CANCELLED
        meeting.said = tidy(reason)[:200]
        meeting.sequence += 1
        _save(meeting)
    _announce(meeting, by)
    return meeting


@transaction.atomic
def move(meeting: Meeting, *, on: date, at: time, said: str = "", by: Person) -> Meeting:
    """Move this one meeting, on the clock of its own zone. Raises VenueTaken."""
    require(policy.may_change(by, meeting))
    lasts = meeting.ends_at - meeting.starts_at
    with wall.house("meetings.move"):
        meeting.on, meeting.at = on, at
        meeting.starts_at = instant(datetime.combine(on, at), meeting.zone)
        meeting.ends_at = meeting.starts_at + lasts
        meeting.state, meeting.by_hand = Meeting.State.MOVED, True
        meeting.said = tidy(said)[:200]
        meeting.sequence += 1
        _save(meeting)
    _announce(meeting, by)
    return meeting


@transaction.atomic
def book_visit(
    meeting: Meeting,
    name: str,
    pebble: int,
    *,
    listen_only: bool = False,
    greet: bool = False,
    by: Person,
) -> Booking:
    """Visit once, under a name and pebble for this group. Raises Full and groups' NameTaken.

    Whoever already has a name in the group keeps it. Doing it twice is doing it once.
    """
    require(policy.may_visit(by, meeting))
    persona = groups.be_known(meeting.group, name, pebble, by=by)
    return _book(meeting, persona, Booking.Kind.VISIT, by=by, listen_only=listen_only, greet=greet)


@transaction.atomic
def book_seat(meeting: Meeting, *, by: Person) -> Booking:
    """Come to a meeting of one's own group. Raises Full."""
    require(policy.may_book_seat(by, meeting))
    persona = Persona.objects.worn_by(by).get(group=meeting.group_id)
    return _book(meeting, persona, Booking.Kind.SEAT, by=by)


@transaction.atomic
def not_tonight(booking: Booking, *, by: Person) -> Booking:
    """Stay away this time; the place is free again and nobody asks why."""
    require(policy.may_stay_away(by, booking))
    with wall.house("meetings.not_tonight"):
        booking.standing = Booking.Standing.NOT_TONIGHT
        booking.save(update_fields=["standing"])
    _say_changed(booking)
    return booking


@transaction.atomic
def greet(booking: Booking, words: str, *, by: Person) -> Greeting:
    """Write a few words to a visitor before they come, or answer. Raises ValueError for none."""
    require(policy.may_greet(by, booking))
    words = tidy(words)[:GREETING_LENGTH]
    if not words:
        raise ValueError("no words")
    persona = Persona.objects.worn_by(by).get(group=booking.meeting.group_id)
    with wall.house("meetings.greet"):
        greeting = Greeting(booking=booking, persona=persona, at=clock.now())
        greeting.sealed = greeting.box.seal(words, **greeting.place)
        greeting.save(force_insert=True)
    events.greeted.send(Greeting, greeting=greeting, by=by)
    _say_changed(booking)
    return greeting


@transaction.atomic
def came(booking: Booking, *, by: Person) -> Booking:
    """Say that somebody came."""
    require(policy.may_say_came(by, booking))
    with wall.house("meetings.came"):
        booking.standing = Booking.Standing.CAME
        booking.save(update_fields=["standing"])
    _say_changed(booking)
    return booking


@transaction.atomic
def answer_fit(meeting: Meeting, answers: dict[str, str], *, by: Person) -> Fit:
    """Keep how a visit felt, sealed under one's own key. Questions may be passed over."""
    require(policy.may_answer_fit(by, meeting))
    fit = Fit(person=by, meeting=meeting, at=clock.now())
    said = json.dumps(only_known(answers), sort_keys=True)
    with wall.house("meetings.answer_fit"):
        fit.sealed = fit.box.seal(said, **fit.place)
        fit, _new = Fit.objects.update_or_create(
            person=by, meeting=meeting, defaults={"sealed": fit.sealed, "at": fit.at}
        )
    return fit


@transaction.atomic
def give_back_places(persona: Persona, *, by: Person) -> int:
    """Free the places of a name that is no longer worn, in all meetings to come; how many."""
    require(policy.may_give_back_places(by, persona))
    with wall.house("meetings.give_back_places"):
        kept = Booking.objects.filter(
            persona=persona, standing=Booking.Standing.BOOKED, meeting__starts_at__gt=clock.now()
        )
        return kept.update(standing=Booking.Standing.NOT_TONIGHT)


@transaction.atomic
def forget_fits(person: Person, *, by: Person) -> int:
    """Erase what somebody answered after their visits; returns how many answers there were."""
    require(policy.may_forget(by, person))
    with wall.house("meetings.forget_fits"):
        return Fit.objects.filter(person=person).delete()[0]


def _book(
    meeting: Meeting,
    persona: Persona,
    kind: Booking.Kind,
    *,
    by: Person,
    listen_only: bool = False,
    greet: bool = False,
) -> Booking:
    with wall.house("meetings.book"):
        wall.lock("meeting", meeting.pk)
        booking = Booking.objects.filter(meeting=meeting, persona=persona).first()
        coming = booking is not None and booking.standing in policy.COMING
        if not coming:
            _require_place(meeting)
        booking = booking or Booking(meeting=meeting, persona=persona, made_at=clock.now())
        booking.meeting, booking.persona = meeting, persona
        booking.kind, booking.listen_only, booking.greet = kind, listen_only, greet
        if not coming:
            booking.standing = Booking.Standing.BOOKED
        booking.save()
    if not coming:
        events.booked.send(Booking, booking=booking, by=by)
    _say_changed(booking)
    return booking


def _require_place(meeting: Meeting) -> None:
    """Raises Full when as many are coming as there are places. Under the meeting's lock."""
    meeting.refresh_from_db(fields=["places"])
    taken = Booking.objects.filter(meeting=meeting, standing__in=policy.COMING).count()
    if meeting.places is not None and taken >= meeting.places:
        raise Full(meeting.key)


def _save(meeting: Meeting) -> None:
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError as clash:
        raise VenueTaken(str(meeting.venue)) from clash


def _announce(meeting: Meeting, by: Person) -> None:
    events.changed.send(Meeting, meeting=meeting, by=by)
    wire.tell(f"meeting:{meeting.key}", f"group:{meeting.group.key}")


def _say_changed(booking: Booking) -> None:
    wire.tell(f"greeting:{booking.key}", f"meeting:{booking.meeting.key}")
