"""What people do with groups: take a name, join, leave, agree.

Call them as the person who acts (`wall.acting_as(by.pk)`, as every request does): what may be done
is asked under their own sight, and only the change itself is the house's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from django.utils.translation import gettext as _

from beside import wall, wire
from beside.groups import events, policy
from beside.groups.models import (
    Acceptance,
    Agreement,
    Group,
    Inside,
    Membership,
    Persona,
    Wearer,
)
from beside.groups.words import Entry, Part, Standing
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.ledger import lines
from beside.people.models import PEBBLES, Person

NAME_LENGTH = 40


class NameTaken(ValueError):
    """Somebody else in the group has this name now."""


class Full(Exception):
    """No place is left."""


@transaction.atomic
def open_group(
    *,
    name: str,
    about: str = "",
    facilitated_by: str = "",
    experiences: Sequence[str] = (),
    ways: Sequence[str] = (),
    safety: Sequence[str] = (),
    access: Sequence[str] = (),
    languages: Sequence[str] = (),
    entry: str = Entry.OPEN,
    visits: bool = True,
    places: int | None = None,
    youngest: int = 18,
    oldest: int | None = None,
    listed: bool = True,
    opened_on: date | None = None,
    by: Person,
) -> Group:
    """A new group with its face and its inside; it has no members yet. Ages are whole years."""
    require(policy.may_open_group(by))
    with wall.house("groups.open"):
        group = Group.objects.create(
            slug=_free_slug(name),
            name=tidy(name),
            about=tidy(about),
            facilitated_by=facilitated_by,
            experiences=list(experiences),
            ways=list(ways),
            safety=list(safety),
            access=list(access),
            languages=list(languages),
            entry=entry,
            visits=visits,
            places=places,
            youngest=youngest,
            oldest=oldest,
            listed=listed,
            opened_on=opened_on or clock.now().date(),
        )
        Inside.objects.create(group=group)
    lines.record("groups.open", by=by.pk, role="coordinator", group=group.pk)
    return group


@transaction.atomic
def begin(group: Group, name: str, pebble: int, *, by: Person) -> Membership:
    """Facilitate a group in which nobody is yet. Raises Full if somebody is, and NameTaken.

    Whoever opened it is the first one in, whatever its entry; it is written down like any part.
    """
    require(policy.may_begin(by, group))
    persona = be_known(group, name, pebble, by=by)
    with wall.house("groups.begin"):
        wall.lock("group", group.pk)
        if Membership.objects.filter(group=group).exists():
            raise Full(group.key)
        membership = Membership.objects.create(
            persona=persona, group=group, role=Part.FACILITATOR, since=clock.now()
        )
        _show_to_members(persona)
    lines.record("groups.begin", by=by.pk, role="coordinator", about=by.pk, group=group.pk)
    events.joined.send(Membership, membership=membership, by=by)
    _say_changed(group, by)
    return membership


@transaction.atomic
def be_known(group: Group, name: str, pebble: int, *, by: Person) -> Persona:
    """The name and pebble by which `by` is known in this group: the one they have, or a new one.

    Raises NameTaken, and ValueError for no name or a pebble that does not exist.
    """
    require(policy.may_be_known(by, group))
    worn = Persona.objects.worn_by(by).filter(group=group).first()
    if worn is not None:
        return worn
    name = " ".join(tidy(name).split())
    if not name or len(name) > NAME_LENGTH or not 1 <= pebble <= PEBBLES:
        raise ValueError(_("A name of up to 40 letters and one of the pebbles."))
    with wall.house("groups.be_known"):
        wall.lock("wearer", group.pk, by.pk)
        there = Persona.objects.worn_by(by).filter(group=group).first()
        if there is not None:  # two answers to the same form
            return there
        try:
            with transaction.atomic():
                persona = Persona.objects.create(group=group, name=name, pebble=pebble)
        except IntegrityError as taken:
            raise NameTaken(name) from taken
        Wearer.objects.create(persona=persona, group=group, person=by)
    return persona


@transaction.atomic
def join(group: Group, *, by: Person) -> Membership:
    """Become a member under the name one has here, or ask to, where a facilitator answers.

    Doing it twice is doing it once. Raises Full.
    """
    require(policy.may_join(by, group))
    persona = Persona.objects.worn_by(by).get(group=group)
    asks = group.entry == Entry.REQUEST
    with wall.house("groups.join"):
        wall.lock("group", group.pk)
        require(policy.may_join(by, group))  # nobody removed them while we waited
        there = Membership.objects.filter(persona=persona, until=None).first()
        if there is not None:
            return there
        if not asks:
            _require_place(group)
        membership = Membership.objects.create(
            persona=persona,
            group=group,
            standing=Standing.ASKED if asks else Standing.MEMBER,
            since=clock.now(),
        )
        if not asks:
            _show_to_members(persona)
    if not asks:
        events.joined.send(Membership, membership=membership, by=by)
    _say_changed(group, by)
    return membership


@transaction.atomic
def admit(membership: Membership, *, by: Person) -> Membership:
    """Let somebody who asked become a member. Raises Full."""
    require(policy.may_answer_asking(by, membership))
    persona = _persona(membership.group, by)
    with wall.house("groups.admit"):
        wall.lock("group", membership.group_id)
        membership.refresh_from_db()
        if membership.standing == Standing.MEMBER and membership.until is None:
            return membership
        require(policy.may_answer_asking(by, membership))
        _require_place(membership.group)
        membership.standing = Standing.MEMBER
        membership.since = clock.now()
        membership.decided_by = persona
        membership.save(update_fields=["standing", "since", "decided_by"])
        _show_to_members(membership.persona)
        _known(membership.persona)
    events.joined.send(Membership, membership=membership, by=by)
    _say_changed(membership.group, _wearer(membership))
    return membership


@transaction.atomic
def know(persona: Persona, *, by: Person) -> Persona:
    """Say that somebody who greets has talked with this person: now they see who else is here."""
    require(policy.may_know(by, persona))
    with wall.house("groups.know"):
        _known(persona)
    wire.tell(f"group:{persona.group.key}")
    return persona


@transaction.atomic
def decline(membership: Membership, words: str = "", *, by: Person) -> Membership:
    """Say that there is no place for somebody who asked; `words` are what they will read."""
    require(policy.may_answer_asking(by, membership))
    persona = _persona(membership.group, by)
    with wall.house("groups.decline"):
        wall.lock("group", membership.group_id)
        membership.refresh_from_db()
        require(policy.may_answer_asking(by, membership))
        membership.until = clock.now()
        membership.decided_by = persona
        membership.reason = tidy(words)
        membership.save(update_fields=["until", "decided_by", "reason"])
    _say_changed(membership.group, by)
    return membership


@transaction.atomic
def join_until(group: Group, until: datetime | None, *, by: Person) -> Group:
    """Let people join until this moment (aware) only, or None: at any time."""
    require(policy.may_say_until_when(by, group))
    group.joins_until = until
    with wall.house("groups.join_until"):
        group.save(update_fields=["joins_until"])
    wire.tell(f"group:{group.key}")
    return group


@transaction.atomic
def leave(group: Group, *, by: Person) -> Membership | None:
    """Leave, or end a visit: the name is retired and the group learns only "left".

    Returns the membership that ended, or None for somebody who only visited.
    """
    require(policy.may_leave(by, group))
    persona = Persona.objects.worn_by(by).get(group=group)
    with wall.house("groups.leave"):
        wall.lock("group", group.pk)
        membership = _end(persona, Standing.LEFT, reason="", decided_by=None)
    if membership is not None:
        events.left.send(Membership, membership=membership, by=by)
    events.retired.send(Persona, persona=persona, by=by)
    _say_changed(group, by)
    return membership


@transaction.atomic
def remove(membership: Membership, reason: str, *, by: Person) -> Membership:
    """End somebody's membership, with a reason that they and the record keep."""
    require(policy.may_remove(by, membership))
    decider = _persona(membership.group, by)
    with wall.house("groups.remove"):
        wall.lock("group", membership.group_id)
        ended = _end(membership.persona, Standing.REMOVED, reason=reason, decided_by=decider)
    membership = ended or membership
    concerned = _wearer(membership)
    lines.record(
        "groups.remove",
        by=by.pk,
        role="facilitator",
        about=concerned.pk if concerned else None,
        group=membership.group_id,
        reason=reason,
    )
    events.removed.send(Membership, membership=membership, by=by)
    events.retired.send(Persona, persona=membership.persona, by=by)
    _say_changed(membership.group, concerned)
    return membership


@transaction.atomic
def change_part(membership: Membership, role: str, *, by: Person) -> Membership:
    """Say that somebody facilitates or greets from now on, or is a member like all others."""
    require(policy.may_change_part(by, membership))
    with wall.house("groups.change_part"):
        membership.role = Part(role)
        membership.save(update_fields=["role"])
    concerned = _wearer(membership)
    lines.record(
        "groups.change_part",
        by=by.pk,
        role="coordinator",
        about=concerned.pk if concerned else None,
        group=membership.group_id,
        reason=role,
    )
    events.part_changed.send(Membership, membership=membership, by=by)
    _say_changed(membership.group, concerned)
    return membership


@transaction.atomic
def write_agreement(group: Group, words: str, *, by: Person) -> Agreement:
    """Write down what the group agreed, as its next version; members say yes to it again."""
    require(policy.may_write_agreement(by, group))
    with wall.house("groups.write_agreement"):
        wall.lock("agreement", group.pk)
        last = Agreement.objects.filter(group=group).aggregate(last=Max("version"))["last"] or 0
        agreement = Agreement.objects.create(
            group=group, version=last + 1, words=tidy(words), since=clock.now()
        )
    wire.tell(f"group:{group.key}")
    return agreement


@transaction.atomic
def accept_agreement(agreement: Agreement, meeting: int | None = None, *, by: Person) -> Acceptance:
    """Say yes to one version: for good, or for one meeting (its number). Twice is once."""
    require(policy.may_accept(by, agreement))
    persona = Persona.objects.worn_by(by).get(group=agreement.group_id)
    with wall.house("groups.accept_agreement"):
        acceptance, _new = Acceptance.objects.get_or_create(
            persona=persona,
            agreement=agreement,
            meeting=meeting,
            defaults={"at": clock.now()},
        )
    return acceptance


@transaction.atomic
def forget(person: Person, *, by: Person) -> int:
    """End and blank every name of somebody who is being erased; returns how many they were.

    What they did in a group keeps an empty name, shown as "someone who was here".
    """
    require(policy.may_forget(by, person))
    for group in Group.objects.filter(personas__in=Persona.objects.worn_by(person)).distinct():
        leave(group, by=person)
    events.forgetting.send(Person, person=person, personas=_ever(person))
    with wall.house("groups.forget"):
        theirs = Wearer.objects.filter(person=person)
        named = Persona.objects.filter(pk__in=theirs.values("persona")).update(
            name="", pebble=1, retired_at=Coalesce("retired_at", clock.now())
        )
        theirs.delete()
    return named


def _ever(person: Person) -> list[int]:
    """The numbers of all names this person has or had."""
    return list(Persona.objects.ever_of(person).values_list("pk", flat=True))


def _free_slug(name: str) -> str:
    """An address for the face; a few random signs are added when another group has it."""
    slug = slugify(name)[:70] or new_key()
    return f"{slug}-{new_key()[:5]}" if Group.objects.filter(slug=slug).exists() else slug


def _persona(group: Group, person: Person) -> Persona:
    return Persona.objects.worn_by(person).get(group=group)


def _wearer(membership: Membership) -> Person | None:
    """Who is behind a membership: asked by the house alone, to tell or to record."""
    with wall.house("groups.wearer"):
        wearer = (
            Wearer.objects.filter(persona=membership.persona_id).select_related("person").first()
        )
    return wearer.person if wearer else None


def _show_to_members(persona: Persona) -> None:
    """From now on members see the name, also after it is retired: what was written keeps it."""
    Persona.objects.filter(pk=persona.pk, joined_at=None).update(joined_at=clock.now())


def _known(persona: Persona) -> None:
    """Once is enough: the first talk stays."""
    Persona.objects.filter(pk=persona.pk, known_at=None).update(known_at=clock.now())


def _require_place(group: Group) -> None:
    """Raises Full when as many are members as the group has places."""
    members = Membership.objects.current().filter(group=group).count()
    if group.places is not None and members >= group.places:
        raise Full(group.key)


def _end(
    persona: Persona, standing: Standing, *, reason: str, decided_by: Persona | None
) -> Membership | None:
    now = clock.now()
    membership = Membership.objects.filter(persona=persona, until=None).first()
    if membership is not None:
        membership.standing, membership.until = standing, now
        membership.reason, membership.decided_by = tidy(reason), decided_by
        membership.save(update_fields=["standing", "until", "reason", "decided_by"])
    Persona.objects.filter(pk=persona.pk).update(retired_at=now)
    Wearer.objects.filter(persona=persona).update(current=False)
    return membership


def _say_changed(group: Group, concerned: Person | None) -> None:
    """Open pages look again, and whoever may no longer watch is no longer told."""
    wire.tell(f"group:{group.key}")
    if concerned is not None:
        wire.retest(concerned.pk)
