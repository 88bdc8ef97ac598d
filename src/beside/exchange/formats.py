"""Which format a file is in, and reading it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beside.exchange import bmlt
from beside.exchange.codes import Codes
from beside.exchange.meeting_guide import Manner, Reading, UnreadableFile, parsed, read_rows

MEETING_GUIDE, BMLT = "meeting-guide", "bmlt"
FORMATS = {MEETING_GUIDE: gettext_lazy("Meeting Guide"), BMLT: gettext_lazy("BMLT")}


def read(
    raw: bytes,
    manner: Manner,
    *,
    told: str = "",
    names: Mapping[str, str] | None = None,
    sunday: int | None = None,
) -> Reading:
    """The listings in a file and the rows that were refused. Raises UnreadableFile.

    `told` is one of FORMATS, or "" to see it in the file; `names` are what the listing's own type
    codes are called; `sunday` is what a BMLT file calls Sunday, 0 or 1.
    """
    rows, formats = _rows(parsed(raw))
    is_bmlt = told == BMLT or (not told and bmlt.is_this(rows))
    names = names or (bmlt.codes(formats) if is_bmlt else None)
    if names:
        manner = replace(manner, codes=Codes.named(names))
    elif is_bmlt:
        manner = replace(manner, codes=Codes(bmlt.USUAL))
    return read_rows(rows, manner, bmlt.shape(rows, sunday) if is_bmlt else None)


def code_names(found: Any) -> dict[str, str]:
    """What type codes are called: [["WC", "Wheelchair"], …], {"WC": "Wheelchair", …}, or BMLT's
    formats. Raises ValueError or TypeError for anything else."""
    if isinstance(found, list) and found and all(isinstance(each, dict) for each in found):
        return bmlt.codes(found)
    return {str(code): str(name) for code, name in dict(found).items()}


def _rows(found: Any) -> tuple[list[Any], list[Any]]:
    """The meetings, and the formats a BMLT server sends beside them when asked to."""
    if isinstance(found, dict) and isinstance(found.get("meetings"), list):
        formats = found.get("formats")
        return found["meetings"], formats if isinstance(formats, list) else []
    if not isinstance(found, list):
        raise UnreadableFile(_("The file is not a list of meetings."))
    return found, []
