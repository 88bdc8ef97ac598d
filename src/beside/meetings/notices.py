"""What notices of meetings say: made when somebody looks, as that reader and on their clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from beside import notices
from beside.kernel import clock
from beside.look import moments
from beside.meetings import news
from beside.meetings.models import Booking, Door, Meeting
from beside.meetings.wording import of_change
from beside.notices import Words
from beside.notices.kinds import Args
from beside.people.models import Person, Profile

Standing = Booking.Standing


def register() -> None:
    """Tell notices, once, when Django starts."""
    notices.register(news.BOOKED, words=booked, page=to_meeting)
    notices.register(news.OFFERED, words=offered, page=to_meeting, urgent=True)
    notices.register(news.LAPSED, words=lapsed, page=to_meeting, inside_only=True)
    notices.register(news.EVENING, words=evening_before, page=to_meeting)
    notices.register(news.STARTING, words=starting, page=to_meeting, inside_only=True)
    notices.register(news.CHANGED, words=changed, page=to_meeting)
    notices.register(news.PLACE_CHANGED, words=place_changed, page=to_place)


def booked(reader: Person, args: Args) -> Words | None:
    booking = _expected(reader, args)
    if booking is None:
        return None
    return Words(_("You are coming: %(when)s") % {"when": _when(reader, booking)}, _in(booking))


def offered(reader: Person, args: Args) -> Words | None:
    booking = _mine(reader, args, Standing.OFFERED)
    if booking is None or not booking.is_offered or booking.offer_until is None:
        return None
    until = _spoken(reader, booking.offer_until, booking.meeting)
    line = _("A place is free for you until %(until)s") % {"until": until}
    return Words(line, _said(booking, _when(reader, booking)))


def lapsed(reader: Person, args: Args) -> Words | None:
    booking = _mine(reader, args, Standing.LAPSED)
    if booking is None:
        return None
    line = _("The place that was free for you went to the next in line")
    return Words(line, _said(booking, _when(reader, booking)))


def evening_before(reader: Person, args: Args) -> Words | None:
    booking = _expected(reader, args)
    if booking is None or booking.meeting.starts_at <= clock.now():
        return None
    return Words(_("Coming up: %(when)s") % {"when": _when(reader, booking)}, _in(booking))


def starting(reader: Person, args: Args) -> Words | None:
    booking = _expected(reader, args)
    if booking is None:
        return None
    return Words(_("It begins now: %(when)s") % {"when": _when(reader, booking)}, _in(booking))


def changed(reader: Person, args: Args) -> Words | None:
    booking = _mine(reader, args, *news.CONCERNED)
    if booking is None or booking.meeting.sequence != args.get("sequence"):
        return None
    meeting = booking.meeting
    line = of_change(meeting, lambda moment: _spoken(reader, moment, meeting))
    return Words(line, _reason(booking))


def place_changed(reader: Person, args: Args) -> Words | None:
    door = Door.objects.visible_to(reader).filter(venue__key=args["venue"]).first()
    booking = _next_at(reader, args)
    if booking is None or door is None or not news.is_told_of(door, args.get("told", "")):
        return None
    when = {"when": _when(reader, booking)}
    line = _("The address or the way in has changed: %(when)s") % when
    return Words(line, _said(booking, _("Please read it again before you set out.")))


def to_place(reader: Person, args: Args) -> str:
    booking = _next_at(reader, args)
    if booking is None:
        return reverse("meetings:venue", args=[args["venue"]])
    return reverse("meetings:visit", args=[booking.meeting.group.key, booking.meeting.key])


def to_meeting(reader: Person, args: Args) -> str:
    meeting = Meeting.objects.filter(key=args["meeting"]).select_related("group").first()
    if meeting is None:
        return "/today/"
    return reverse("meetings:visit", args=[meeting.group.key, meeting.key])


def _expected(reader: Person, args: Args) -> Booking | None:
    """Their place at a meeting that goes ahead, at the start for which the notice was left."""
    booking = _mine(reader, args, *news.COMING)
    if booking is None or booking.meeting.state == Meeting.State.CANCELLED:
        return None
    return booking if news.is_for(booking.meeting, args.get("start", "")) else None


def _mine(reader: Person, args: Args, *standings: str) -> Booking | None:
    """The reader's own booking, under a name that they still have."""
    own = Booking.objects.of(reader).filter(persona__retired_at=None, standing__in=standings)
    return own.filter(meeting__key=args["meeting"]).select_related("meeting__group").first()


def _next_at(reader: Person, args: Args) -> Booking | None:
    """Where they are expected next at this place."""
    coming = Meeting.objects.to_come().going_ahead().filter(venue__key=args["venue"])
    own = Booking.objects.of(reader).filter(
        persona__retired_at=None, standing=Standing.BOOKED, meeting__in=coming.order_by()
    )
    return own.select_related("meeting__group").order_by("meeting__starts_at").first()


def _when(reader: Person, booking: Booking) -> str:
    return _spoken(reader, booking.meeting.starts_at, booking.meeting)


def _spoken(reader: Person, moment: datetime, meeting: Meeting) -> str:
    """On the clock of the meeting, with the reader's own hour where that differs."""
    profile = Profile.objects.visible_to(reader).only("zone").first()
    own = ZoneInfo(profile.zone) if profile and profile.zone else None
    return moments.spoken(moment, ZoneInfo(meeting.zone), now=clock.now(), reader=own)


def _in(booking: Booking) -> str:
    return _("In %(group)s") % {"group": booking.meeting.group.name}


def _said(booking: Booking, words: str) -> str:
    return _("In %(group)s: %(words)s") % {"group": booking.meeting.group.name, "words": words}


def _reason(booking: Booking) -> str:
    """In which group, and what whoever changed it said about it."""
    said = booking.meeting.said
    return _said(booking, f"“{said}”") if said else _in(booking)
