"""What we say about somebody's own account."""

from __future__ import annotations

from django.utils.translation import gettext as _

from beside.notices import kinds
from beside.people.models import Person


def _recovered(reader: Person, args: kinds.Args) -> kinds.Words:
    return kinds.Words(
        _("Your passphrase was changed with a recovery code."),
        _("If that was not you, change it now and make new codes."),
    )


def _my_account(reader: Person, args: kinds.Args) -> str:
    return "/me/"


def register() -> None:
    """The kinds of this floor."""
    kinds.register("people.recovered", words=_recovered, page=_my_account)
