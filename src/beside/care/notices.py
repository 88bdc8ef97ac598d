"""What notices of care say, as their reader: nothing about anybody, only that something waits."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from beside import notices
from beside.care.models import Concern, Letter, Report
from beside.notices import Words
from beside.notices.kinds import Args
from beside.people.models import Person


def register() -> None:
    """Tell notices, once, when Django starts."""
    notices.register("care.waiting", words=waiting, page=to_desk)
    notices.register("care.answered", words=answered, page=to_report)
    notices.register("care.letter", words=wrote, page=to_letter)


def waiting(reader: Person, args: Args) -> Words | None:
    found = Concern.objects.visible_to(reader).waiting().filter(key=args["concern"])
    concern = found.select_related("group").first()
    if concern is None:
        return None
    return Words(_("Something in %(group)s needs a person") % {"group": concern.group.name})


def answered(reader: Person, args: Args) -> Words | None:
    if not Report.objects.visible_to(reader).filter(key=args["report"]).exists():
        return None
    return Words(_("There is an answer to what you told us"))


def wrote(reader: Person, args: Args) -> Words | None:
    letter = Letter.objects.visible_to(reader).filter(key=args["letter"]).first()
    return Words(_("%(name)s wrote to you") % {"name": letter.signed}) if letter else None


def to_desk(reader: Person, args: Args) -> str:
    return reverse("care:concern", args=[args["concern"]])


def to_report(reader: Person, args: Args) -> str:
    return reverse("care:report", args=[args["report"]])


def to_letter(reader: Person, args: Args) -> str:
    return reverse("care:letter", args=[args["letter"]])
