"""What care hears from beneath."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from beside import wall
from beside.care import clock, hands, parts
from beside.care.models import Duty
from beside.forum import events as forum
from beside.forum.models import Post
from beside.groups import events as groups
from beside.groups.models import Membership
from beside.groups.words import Part
from beside.people import events as people
from beside.people.models import Person, Role


@receiver(forum.posted, dispatch_uid="care.posted")
def look_at_what_was_posted(sender: object, *, post: Post, **more: Any) -> None:
    """A job looks at it, in the same transaction: nothing waits for it."""
    clock.look_at.defer(post=post.pk)


@receiver(user_logged_in, dispatch_uid="care.signed_in")
def somebody_came_in(sender: object, *, request: HttpRequest, user: Person, **more: Any) -> None:
    """The header of their first page knows already whether they have a desk."""
    with wall.acting_as(user.pk), transaction.atomic():
        parts.remember_desk(request, user)


@receiver(groups.part_changed, dispatch_uid="care.part_changed")
def somebody_facilitates_now(sender: object, *, membership: Membership, **more: Any) -> None:
    """What is open in the group comes into their hands too."""
    if membership.role == Part.FACILITATOR:
        with wall.house("care.join_in"):
            person = hands.wearer(membership.persona_id)
            if person is not None:
                hands.join_in(person, membership.group)


@receiver([groups.part_changed, groups.left, groups.removed], dispatch_uid="care.reads_no_longer")
def somebody_reads_no_longer(sender: object, *, membership: Membership, **more: Any) -> None:
    """Whoever stopped facilitating holds nothing, and the hours they offered there are over."""
    if membership.role == Part.FACILITATOR and membership.until is None:
        return
    with wall.house("care.let_go_of_hours"):
        person = hands.wearer(membership.persona_id)
        hands.let_go_of_hours(Duty.objects.filter(person=person, group=membership.group_id))


@receiver(people.erasing, dispatch_uid="care.erasing")
def somebody_is_erased(sender: object, *, person: Person, **more: Any) -> None:
    """Nobody is there any more at the hours that they offered."""
    with wall.house("care.let_go_of_hours"):
        hands.let_go_of_hours(Duty.objects.filter(person=person))


@receiver(people.role_changed, dispatch_uid="care.role_changed")
def somebody_is_a_duty_worker_now_or_no_longer(sender: object, *, role: Role, **more: Any) -> None:
    """What came to the coordinators for want of one comes into their hands too.

    Whoever is one no longer is not on duty at the hours that they offered.
    """
    if role.role != Role.Kind.DUTY_WORKER:
        return
    if role.until is None:
        with wall.house("care.come_on_duty"):
            hands.come_on_duty(role.person)
    else:
        with wall.house("care.let_go_of_hours"):
            hands.let_go_of_hours(Duty.objects.filter(person=role.person, group=None))
