"""Who may? Pure predicates over people; `by` is whoever acts, None while nobody is signed in."""

from __future__ import annotations

from django.db.models import Q

from beside import wall
from beside.people.models import (
    AgeBand,
    Block,
    Contact,
    Organisation,
    Passkey,
    Person,
    Profile,
    Role,
    Session,
)

Theirs = Contact | Passkey | Profile | Session


def may_begin(by: Person | None) -> bool:
    """The organisation is named once, by its first coordinator, before anybody can be signed in."""
    return by is None and Organisation.ours() is None


def may_join(by: Person | None, age_band: str) -> bool:
    """Anybody old enough for the organisation, who is not signed in already."""
    return by is None and old_enough(age_band)


def old_enough(age_band: str) -> bool:
    """Whether the youngest age of the band reaches the organisation's minimum."""
    ours = Organisation.ours()
    return AgeBand(age_band).youngest >= (ours.minimum_age if ours else 18)


def may_sign_in(person: Person) -> bool:
    """Everybody who has not been erased."""
    return person.is_active and person.erased_at is None


def may_change(by: Person | None, theirs: Theirs) -> bool:
    """What somebody chose for themselves is theirs alone to change."""
    return by is not None and by.is_active and theirs.person_id == by.pk


def may_be_at_home(by: Person | None) -> bool:
    """Acts upon oneself: whoever is signed in and was not erased."""
    return by is not None and may_sign_in(by)


def holds(person: Person | None, role: str) -> bool:
    """Whether this person has the duty now. Asked as that person, or as a coordinator."""
    return person is not None and Role.objects.current().filter(person=person, role=role).exists()


def is_coordinator(person: Person | None) -> bool:
    """Whether this person runs the programme now."""
    return holds(person, Role.Kind.COORDINATOR)


def is_duty_worker(person: Person | None) -> bool:
    """Whether this person is one of those who stand behind the facilitators now."""
    return holds(person, Role.Kind.DUTY_WORKER)


def may_give_role(by: Person | None, person: Person) -> bool:
    """Coordinators give duties to people who are still here."""
    return may_sign_in(person) and is_coordinator(by)


def may_take_role(by: Person | None, role: Role) -> bool:
    """Coordinators end duties, and people their own; the last coordinator hands over first."""
    mine = by is not None and role.person_id == by.pk
    return role.until is None and (mine or is_coordinator(by)) and not is_last(role)


def is_last(role: Role) -> bool:
    """Whether nobody else could give duties any more."""
    if role.role != Role.Kind.COORDINATOR:
        return False
    with wall.house("people.count_coordinators"):
        others = Role.objects.current().filter(role=role.role).exclude(pk=role.pk)
        return not others.exists()


def may_block(by: Person | None, of: Person) -> bool:
    """Anybody may choose not to meet somebody else."""
    return by is not None and by.is_active and by.pk != of.pk


def may_erase(by: Person | None, person: Person) -> bool:
    """Only oneself, once; the last coordinator hands the duty over first."""
    if by is None or by.pk != person.pk or person.erased_at is not None:
        return False
    return not any(is_last(role) for role in Role.objects.current().filter(person=by))


def apart(one: int, other: int) -> bool:
    """Whether either of these two people (by number) does not want to meet the other.

    The house asks, so that neither learns of it by the question.
    """
    with wall.house("people.apart"):
        return Block.objects.filter(Q(by=one, of=other) | Q(by=other, of=one)).exists()
