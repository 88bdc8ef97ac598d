"""What people do with notices: look at them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from beside import wall
from beside.kernel import clock
from beside.kernel.policy import require
from beside.notices import policy
from beside.notices.models import Notice
from beside.people.models import Person


def see(notice: Notice, *, by: Person) -> None:
    """They looked at it."""
    require(policy.may_see(by, notice))
    with wall.house("notices.see"):
        Notice.objects.filter(pk=notice.pk, seen=None).update(seen=clock.now())


def see_all(*, by: Person) -> None:
    """They looked at everything that is there."""
    require(by.is_authenticated)
    with wall.house("notices.see_all"):
        Notice.objects.visible_to(by).unseen().update(seen=clock.now())


@transaction.atomic
def see_about(about: Mapping[str, str], *, by: Person) -> None:
    """They looked at the thing itself, so what was to be said about it is seen."""
    require(by.is_authenticated)
    with wall.house("notices.see_about"):
        Notice.objects.visible_to(by).unseen().filter(args__contains=dict(about)).update(
            seen=clock.now()
        )
