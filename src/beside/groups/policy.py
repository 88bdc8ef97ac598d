"""Who may do what in a group. Asked as the person, before anything changes."""

from __future__ import annotations

from beside.groups.models import Agreement, Group, Membership, Persona
from beside.groups.words import Entry, Part, Standing
from beside.people.models import AgeBand, Person, Profile, Role

KEEPERS = (Part.GREETER, Part.FACILITATOR)


def is_member(person: Person | None, group: Group) -> bool:
    """Whether the person is a member now, in whatever part."""
    return person is not None and Membership.objects.of(person).filter(group=group).exists()


def facilitates(person: Person | None, group: Group) -> bool:
    """Whether the person facilitates the group now."""
    if person is None:
        return False
    return Membership.objects.of(person, Part.FACILITATOR).filter(group=group).exists()


def greets(person: Person | None, group: Group) -> bool:
    """Whether newcomers are this person's to welcome: greeters and facilitators."""
    return person is not None and (
        Membership.objects.of(person, *KEEPERS).filter(group=group).exists()
    )


def coordinates(person: Person | None) -> bool:
    """Whether the person coordinates the programme now."""
    if person is None:
        return False
    return Role.objects.current().filter(person=person, role=Role.Kind.COORDINATOR).exists()


def is_of_age(person: Person, group: Group) -> bool:
    """Whether the age band somebody gave fits the group's; somebody who gave none does not fit."""
    profile = Profile.objects.filter(person=person).first()
    if profile is None:
        return False
    youngest = AgeBand(profile.age_band).youngest
    return group.youngest <= youngest and (group.oldest is None or youngest <= group.oldest)


def was_removed(person: Person, group: Group) -> bool:
    """Whether a facilitator once ended this person's membership here."""
    worn = Persona.objects.ever_of(person).filter(group=group)
    return Membership.objects.filter(persona__in=worn, standing=Standing.REMOVED).exists()


def may_open_group(person: Person) -> bool:
    """Coordinators open groups."""
    return coordinates(person)


def may_open_first(person: Person) -> bool:
    """A coordinator of a house without any group; those listed from elsewhere do not count."""
    return coordinates(person) and not Group.objects.filter(source="").exists()


def may_begin(person: Person, group: Group) -> bool:
    """A coordinator is the first to facilitate a group that nobody is in yet."""
    if not coordinates(person):
        return False
    return may_be_known(person, group)


def may_be_known(person: Person, group: Group) -> bool:
    """Anybody of the group's age may take a name in an open group that really meets here."""
    if group.is_elsewhere or group.closed_at is not None:
        return False
    return is_of_age(person, group) and not was_removed(person, group)


def may_take_name_and_join(person: Person, group: Group) -> bool:
    """Whether the way in is open to somebody without a name here: not by invitation.

    Nor when it is a course that has begun.
    """
    open_now = group.entry != Entry.INVITATION and not group.has_begun
    return open_now and may_be_known(person, group)


def may_say_until_when(person: Person, group: Group) -> bool:
    """Whoever plans a course says until when people join it."""
    return facilitates(person, group) or coordinates(person)


def may_join(person: Person, group: Group) -> bool:
    """Whoever has a name there; not where an invitation is needed."""
    if not may_take_name_and_join(person, group):
        return False
    return Persona.objects.worn_by(person).filter(group=group).exists()


def may_answer_asking(person: Person, membership: Membership) -> bool:
    """Facilitators answer those who ask to join."""
    asking = membership.standing == Standing.ASKED and membership.until is None
    return asking and facilitates(person, membership.group)


def may_know(person: Person, persona: Persona) -> bool:
    """Whoever greets says with whom they have talked."""
    return greets(person, persona.group)


def may_leave(person: Person, group: Group) -> bool:
    """Everybody may leave; so may somebody who only visited or asked."""
    return Persona.objects.worn_by(person).filter(group=group).exists()


def may_remove(person: Person, membership: Membership) -> bool:
    """Facilitators may end somebody's membership; not their own, and not another facilitator's."""
    if membership.standing != Standing.MEMBER or membership.until is not None:
        return False
    return membership.role != Part.FACILITATOR and facilitates(person, membership.group)


def may_change_part(person: Person, membership: Membership) -> bool:
    """Coordinators say who facilitates and who greets."""
    current = membership.standing == Standing.MEMBER and membership.until is None
    return current and coordinates(person)


def may_forget(person: Person, whose: Person) -> bool:
    """Names go for good only with the person they belong to."""
    return person.pk == whose.pk


def may_write_agreement(person: Person, group: Group) -> bool:
    """Facilitators write down what the group agreed; a coordinator may write the first words."""
    if facilitates(person, group):
        return True
    return coordinates(person)


def may_accept(person: Person, agreement: Agreement) -> bool:
    """Members and visitors: whoever has a name in the group and can see its agreement."""
    # The bare question is meant: the database also shows it to those booked for a visit.
    seen = Agreement.objects.filter(pk=agreement.pk).exists()
    return seen and Persona.objects.worn_by(person).filter(group=agreement.group_id).exists()


def has_agreed(person: Person, group: Group) -> bool:
    """Whether nothing stands between this member and taking part: words they said no yes to yet."""
    me = Persona.objects.worn_by(person).filter(group=group).with_yes_owed().first()
    return me is not None and getattr(me, "owes", None) is None
