"""The twelve pebbles by name, for forms that let somebody choose one."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The numbers are kept in the database; the colours stand in tokens.css under the same numbers.
NAMES: tuple[tuple[int, Promise], ...] = (
    (1, _("sea green")),
    (2, _("chestnut")),
    (3, _("heather")),
    (4, _("plum")),
    (5, _("slate blue")),
    (6, _("moss")),
    (7, _("clay")),
    (8, _("river blue")),
    (9, _("lichen")),
    (10, _("rose")),
    (11, _("rain grey")),
    (12, _("fern")),
)
