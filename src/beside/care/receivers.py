"""What care hears from beneath."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from beside import wall
from beside.care import clock, hands
from beside.forum import events as forum
from beside.forum.models import Post
from beside.groups import events as groups
from beside.groups.models import Membership
from beside.groups.words import Part


@receiver(forum.posted, dispatch_uid="care.posted")
def look_at_what_was_posted(sender: object, *, post: Post, **more: Any) -> None:
    """A job looks at it, in the same transaction: nothing waits for it."""
    clock.look_at.defer(post=post.pk)


@receiver(groups.part_changed, dispatch_uid="care.part_changed")
def somebody_facilitates_now(sender: object, *, membership: Membership, **more: Any) -> None:
    """What is open in the group comes into their hands too; whoever stopped holds nothing."""
    if membership.role == Part.FACILITATOR:
        with wall.house("care.join_in"):
            person = hands.wearer(membership.persona_id)
            if person is not None:
                hands.join_in(person, membership.group)
