"""An import in conversation: says what it would do, asks, does it, says what was done."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TextIO

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beside import wall
from beside.exchange import actions, feed, formats, plans, policy
from beside.exchange.meeting_guide import MOST, Manner, Refused, UnreadableFile
from beside.exchange.models import Import
from beside.groups.models import Group
from beside.groups.words import Experience
from beside.people.models import Organisation

OPERATOR = policy.Operator()
SHOWN = 10


class CannotDo(Exception):
    """What was asked is not possible; its words say why."""


def meetings(told: argparse.Namespace, out: TextIO | None = None) -> int:
    """Read the file, say what it would change, ask unless told `--yes`, and change it."""
    reading = formats.read(
        _bytes(told.file),
        _manner(told),
        told=told.format or "",
        names=told.codes,
        sunday=told.sunday,
    )
    source = plans.Source(_source(told), _experiences(told.experience or ["addiction"]))
    with wall.house("exchange.preview"):
        plan = plans.make(reading, source, replace=told.replace)
    _preview(plan, out or sys.stdout)
    if not told.yes and not _agreed():
        words = _("Nothing was changed. To do it without being asked, add --yes.")
        print(words, file=out or sys.stdout)
        return 1
    done = actions.bring(plan, file=told.file.name, by=OPERATOR)
    words = _("Done: this was import %(n)d. Undo it with: ./beside import undo %(n)d")
    print(words % {"n": done.number}, file=out or sys.stdout)
    return 0


def undo(told: argparse.Namespace, out: TextIO | None = None) -> int:
    """Put back what was here before."""
    with wall.house("exchange.find"):
        done = Import.objects.filter(number=told.number).first()
    if done is None:
        raise CannotDo(_("There was no import %(n)d.") % {"n": told.number})
    if done.undone_at is not None:
        raise CannotDo(_("Import %(n)d was undone already.") % {"n": told.number})
    try:
        actions.undo(done, by=OPERATOR)
    except PermissionDenied:
        words = _("A newer import of “%(source)s” stands on this one. Undo that first.")
        raise CannotDo(words % {"source": done.source}) from None
    print(_("Import %(n)d is undone: everything is as it was.") % {"n": told.number},
          file=out or sys.stdout)  # fmt: skip
    return 0


def imports(told: argparse.Namespace, out: TextIO | None = None) -> int:
    """The imports there were, the newest first."""
    with wall.house("exchange.list"):
        for done in Import.objects.order_by("-number"):
            state = (
                _("undone")
                if done.undone_at
                else f"+{done.added} ~{done.updated} ={done.unchanged}"
            )
            line = f"{done.number:>4}  {done.at:%Y-%m-%d %H:%M}  {state}  {done.source}"
            print(line, file=out or sys.stdout)
    return 0


def show(told: argparse.Namespace, out: TextIO | None = None) -> int:
    """What came from a source, as a Meeting Guide file; bringing it in again changes nothing."""
    with wall.house("exchange.show"):
        if not Group.objects.filter(source=told.source).exists():
            raise CannotDo(_("Nothing came from “%(source)s”.") % {"source": told.source})
    for part in feed.stream(feed.FromSource(told.source)):
        (out or sys.stdout).write(part)
    return 0


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST:
            raise UnreadableFile(_("The file is larger than 50 MB; a listing is not."))
        with file.open("rb") as opened:
            return opened.read(MOST + 1)  # a pipe has no size of its own
    except OSError as error:
        words = _("The file cannot be opened: %(why)s.")
        raise CannotDo(words % {"why": error.strerror}) from None


def _manner(told: argparse.Namespace) -> Manner:
    ours = Organisation.ours()
    return Manner(zone=told.zone or (ours.zone if ours else ""), language=told.language)


def _source(told: argparse.Namespace) -> str:
    name = str(told.source or told.file.stem).strip()[:80]
    if not name:
        raise CannotDo(_("Please give the source a name: --source NAME."))
    return name


def _experiences(said: list[str]) -> tuple[str, ...]:
    unknown = [each for each in said if each not in Experience.values]
    if unknown:
        known = {"what": ", ".join(unknown), "known": ", ".join(Experience.values)}
        raise CannotDo(_("%(what)s is not one of: %(known)s.") % known)
    return tuple(said)


def _preview(plan: plans.Plan, out: TextIO) -> None:
    gone = len(plan.gone) if plan.replace else None
    counts = [
        (_("would be added"), len(plan.added)),
        (_("would be changed"), len(plan.updated)),
        (_("are as they were"), len(plan.unchanged)),
        (_("would be closed, because the file does not have them any more"), gone),
        (_("cannot be read"), len(plan.reading.refused)),
    ]
    print(_("Groups listed by “%(name)s”:") % {"name": plan.source.name}, file=out)
    for words, number in counts:
        if number is not None:
            print(f"{number:>7} {words}", file=out)
    left_out = sum(plan.reading.dropped.values())
    if left_out:
        words = ngettext(
            "%(n)d field that reaches a person is left out (%(names)s).",
            "%(n)d fields that reach a person are left out (%(names)s).",
            left_out,
        )
        names = ", ".join(sorted(plan.reading.dropped))
        print(words % {"n": left_out, "names": names}, file=out)
    if plan.reading.unpublished:
        words = ngettext(
            "%(n)d row is not published by its source and left out.",
            "%(n)d rows are not published by their source and left out.",
            plan.reading.unpublished,
        )
        print(words % {"n": plan.reading.unpublished}, file=out)
    for refused in plan.reading.refused[:SHOWN]:
        print(f"  {_said(refused)}", file=out)
    if len(plan.reading.refused) > SHOWN:
        print(_("  … and more; all of them are kept with the import."), file=out)


def _said(refused: Refused) -> str:
    told = {"row": refused.row, "slug": refused.slug, "field": refused.field}
    where = _("row %(row)d (%(slug)s), %(field)s:") % told
    return f"{where} {refused.reason}"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input(_("Do it? Type yes: ")).strip().lower() in {"yes", _("yes")}


ACTS = {"meetings": meetings, "undo": undo, "list": imports, "show": show}
