"""Who may step in, and who may ask for it."""

from __future__ import annotations

from beside.care.hours import has_duty_worker
from beside.care.models import Concern, Duty, Hand, Letter, Report
from beside.forum.models import Post
from beside.groups.models import Group, Membership, Persona
from beside.groups.policy import coordinates, facilitates, is_member
from beside.groups.words import Part
from beside.ledger import delays
from beside.meetings.models import Greeting
from beside.people.models import Person, Role


def is_duty_worker(person: Person) -> bool:
    return Role.objects.current().filter(person=person, role=Role.Kind.DUTY_WORKER).exists()


def has_desk(person: Person) -> bool:
    """Whoever greets or facilitates a group, is a duty worker, or coordinates."""
    keeps = Membership.objects.of(person, Part.GREETER, Part.FACILITATOR)
    return keeps.exists() or Role.objects.current().filter(person=person).exists()


def may_ask(person: Person, group: Group) -> bool:
    """Every member may ask for a facilitator, at any time."""
    return is_member(person, group)


def may_say_where(person: Person, group: Group) -> bool:
    """Every member, where there is a duty worker who could send help."""
    return has_duty_worker() and is_member(person, group)


def may_report(person: Person, post: Post) -> bool:
    """Whoever can read it."""
    return is_member(person, post.group)


def may_report_greeting(person: Person, greeting: Greeting) -> bool:
    """Whoever can read it and did not write it."""
    own = Persona.objects.worn_by(person).filter(pk=greeting.persona_id)
    return Greeting.objects.visible_to(person).filter(pk=greeting.pk).exists() and not own.exists()


def may_add_words(person: Person, report: Report) -> bool:
    """To what one told oneself; once it was answered it is told anew."""
    return report.person_id == person.pk


def holds(person: Person, concern: Concern) -> bool:
    """Whether it is in this person's hands now. Never so for the one it is about."""
    return Hand.objects.live(person).filter(concern=concern).exists()


may_read = may_take_up = may_bring_in = may_add_note = may_write_to = may_ask_later = holds


def may_agree_later(person: Person, concern: Concern) -> bool:
    """Somebody else in whose hands it is than the one who asked: it takes two."""
    asked = delays.standing(concern.key).asked
    return asked is not None and asked.asked_by != person.pk and holds(person, concern)


def may_close(person: Person, concern: Concern) -> bool:
    """One of those who took it up."""
    taken = Hand.objects.live(person).filter(concern=concern, took_at__isnull=False)
    return concern.closed_at is None and taken.exists()


def may_write_back(person: Person, letter: Letter) -> bool:
    """The one to whom it was written."""
    return letter.person_id == person.pk


def may_offer_hours(person: Person, group: Group | None) -> bool:
    """Facilitators for their group, duty workers for all. Nobody puts somebody else on duty."""
    return is_duty_worker(person) if group is None else facilitates(person, group)


def may_take_back_hours(person: Person, duty: Duty) -> bool:
    return duty.person_id == person.pk or coordinates(person)
