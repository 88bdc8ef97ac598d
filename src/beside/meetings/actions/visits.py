"""What is said around a visit: a few words before, and how it felt."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from beside import wall
from beside.groups.models import Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.meetings import events, policy
from beside.meetings.fit import only_known
from beside.meetings.models import Booking, Fit, Greeting, Meeting
from beside.meetings.telling import booking_changed
from beside.people.models import Person

GREETING_LENGTH = 2000


@transaction.atomic
def greet(booking: Booking, words: str, *, by: Person) -> Greeting:
    """Write a few words to somebody new before they come, or answer. Raises ValueError for none.

    From the first words of another on they are known: they see who is here, and the exact place.
    """
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
    booking_changed(booking)
    return greeting


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
def forget_fits(person: Person, *, by: Person) -> int:
    """Erase what somebody answered after their visits; returns how many answers there were."""
    require(policy.may_forget(by, person))
    with wall.house("meetings.forget_fits"):
        return Fit.objects.filter(person=person).delete()[0]


@transaction.atomic
def forget_words(person: Person, personas: Sequence[int], *, by: Person) -> int:
    """Erase what was said around the visits of somebody who is being erased, by either side, and
    what they wrote to others; `personas` are the numbers of all their names. How many words."""
    require(policy.may_forget(by, person))
    with wall.house("meetings.forget_words"):
        theirs = Q(persona__in=personas) | Q(booking__persona__in=personas)
        return Greeting.objects.filter(theirs).delete()[0]
