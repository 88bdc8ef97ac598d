"""What care hears from beneath."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from beside import wall
from beside.care import clock, hands, parts
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
    """What is open in the group comes into their hands too; whoever stopped holds nothing."""
    if membership.role == Part.FACILITATOR:
        with wall.house("care.join_in"):
            person = hands.wearer(membership.persona_id)
            if person is not None:
                hands.join_in(person, membership.group)


@receiver(people.role_changed, dispatch_uid="care.role_changed")
def somebody_is_a_duty_worker_now(sender: object, *, role: Role, **more: Any) -> None:
    """What came to the coordinators for want of one comes into their hands too."""
    if role.role == Role.Kind.DUTY_WORKER and role.until is None:
        with wall.house("care.come_on_duty"):
            hands.come_on_duty(role.person)
