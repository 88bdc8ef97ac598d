"""What notices of meetings say: made when somebody looks, as that reader and on their clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from beside import notices
from beside.groups.models import Group, Persona
from beside.groups.policy import facilitates
from beside.kernel import clock
from beside.look import moments
from beside.meetings import news, policy, reminding
from beside.meetings.clocks import zone_behind
from beside.meetings.models import Booking, Door, Guest, Holding, Meeting
from beside.meetings.saying import put_words
from beside.meetings.weeks import uncovered as nobody_holds
from beside.meetings.wording import of_change
from beside.notices import Words
from beside.notices.kinds import Args
from beside.notices.models import Notice
from beside.people.models import Person, Profile

Standing = Booking.Standing


def register() -> None:
    """Tell notices, once, when Django starts."""
    notices.register(news.BOOKED, words=booked, page=to_meeting)
    notices.register(news.OFFERED, words=offered, page=to_meeting, urgent=True)
    notices.register(news.LAPSED, words=lapsed, page=to_meeting, inside_only=True)
    notices.register(news.GUEST_OFFERED, words=offered_to_guest, page=to_calls, urgent=True)
    notices.register(news.GUEST_LAPSED, words=lapsed_for_guest, page=to_calls)
    notices.register(news.TO_CALL, words=to_call, page=to_calls)
    notices.register(news.EVENING, words=evening_before, page=to_meeting)
    notices.register(news.STARTING, words=starting, page=to_meeting, urgent=True)
    notices.register(news.CHANGED, words=changed, page=to_meeting)
    notices.register(news.OWN_HOUR, words=own_hour, page=to_meeting)
    notices.register(news.PLACE_CHANGED, words=place_changed, page=to_place)
    notices.register(news.HELD, words=held, page=to_meeting)
    notices.register(news.UNCOVERED, words=uncovered, page=to_week)


def booked(reader: Person, args: Args) -> Words | None:
    booking = _mine(reader, args, *news.COMING)
    meeting = _still_so(booking.meeting if booking else None, args)
    if meeting is None:
        return None
    return Words(_("You are coming: %(when)s") % {"when": _when(reader, meeting)}, _in(meeting))


def offered(reader: Person, args: Args) -> Words | None:
    booking = _mine(reader, args, Standing.OFFERED)
    if booking is None or not booking.may_be_accepted or booking.offer_until is None:
        return None
    until = _spoken(reader, booking.offer_until, booking.meeting)
    line = _("A place is free for you until %(until)s") % {"until": until}
    more = _said(booking.meeting, _when(reader, booking.meeting))
    if reminding.lasts_over_night(clock.now(), booking.offer_until, zone_behind(booking)):
        more += ". " + _("You need not answer at night.")
    return Words(line, more)


def lapsed(reader: Person, args: Args) -> Words | None:
    booking = _mine(reader, args, Standing.LAPSED)
    if booking is None:
        return None
    line = _("The place that was free for you went to the next in line")
    return Words(line, _said(booking.meeting, _when(reader, booking.meeting)))


def offered_to_guest(reader: Person, args: Args) -> Words | None:
    booking = _guests(reader, args, Standing.OFFERED)
    if booking is None or not booking.may_be_accepted or booking.offer_until is None:
        return None
    said = {
        "name": booking.persona.name,
        "until": _spoken(reader, booking.offer_until, booking.meeting),
    }
    line = _("Ask %(name)s: a place is free for them until %(until)s") % said
    return Words(line, _said(booking.meeting, _when(reader, booking.meeting)))


def lapsed_for_guest(reader: Person, args: Args) -> Words | None:
    booking = _guests(reader, args, Standing.LAPSED)
    if booking is None:
        return None
    name = {"name": booking.persona.name}
    line = _("The place that was free for %(name)s went to the next in line") % name
    return Words(line, _said(booking.meeting, _when(reader, booking.meeting)))


def to_call(reader: Person, args: Args) -> Words | None:
    guests = Guest.objects.visible_to(reader).exclude(reach=Guest.Reach.NOBODY)
    theirs = Booking.objects.filter(standing__in=news.CONCERNED, persona__in=guests.values("pk"))
    booking = theirs.filter(meeting__key=args["meeting"]).select_related("meeting__group").first()
    meeting = booking.meeting if booking else None
    if meeting is None or meeting.sequence != args.get("sequence"):
        return None
    line = of_change(meeting, lambda moment: _spoken(reader, moment, meeting))
    more = _said(meeting, _("Somebody without an account is expected there. Tell them."))
    return Words(line, more) if line else None


def evening_before(reader: Person, args: Args) -> Words | None:
    meeting = _still_so(_expected_at(reader, args, *news.COMING), args)
    if meeting is None or meeting.starts_at <= clock.now():
        return None
    return Words(_("Coming up: %(when)s") % {"when": _when(reader, meeting)}, _in(meeting))


def starting(reader: Person, args: Args) -> Words | None:
    meeting = _still_so(_expected_at(reader, args, *news.COMING), args)
    if meeting is None:
        return None
    when = {"when": _when(reader, meeting)}
    if meeting.starts_at > clock.now():
        return Words(_("It begins soon: %(when)s") % when, _in(meeting))
    return Words(_("It has begun: %(when)s") % when, _in(meeting))


def changed(reader: Person, args: Args) -> Words | None:
    meeting = _expected_at(reader, args, *news.CONCERNED)
    if meeting is None or meeting.sequence != args.get("sequence"):
        return None
    put_words([meeting], reader)
    line = of_change(
        meeting,
        lambda moment: _spoken(reader, moment, meeting),
        knows_after_all=_knows_after_all(reader, meeting),
    )
    return Words(line, _reason(meeting)) if line else None


def own_hour(reader: Person, args: Args) -> Words | None:
    meeting = _still_so(_expected_at(reader, args, *news.CONCERNED), args)
    if meeting is None:
        return None
    when = {"when": _when(reader, meeting)}
    line = (
        _("The clocks change there. On your own clock it is at another hour now: %(when)s") % when
    )
    return Words(line, _in(meeting))


def _knows_after_all(reader: Person, meeting: Meeting) -> bool:
    """Whether they read since that it takes place after all, or came when that was so already."""
    since = meeting.after_all
    if since is None or since == meeting.sequence:
        return False
    told = Notice.objects.filter(person=reader, kind=news.CHANGED, args__meeting=meeting.key)
    before = told.filter(args__sequence__gte=since, args__sequence__lt=meeting.sequence)
    left = dict(before.values_list("args__sequence", "seen"))
    return since not in left or any(left.values())


def held(reader: Person, args: Args) -> Words | None:
    holding = _held(reader, args)
    if holding is None or holding.meeting.state == Meeting.State.CANCELLED:
        return None
    when = {"when": _when(reader, holding.meeting)}
    if holding.part == Holding.Part.GREETER:
        return Words(_("You greet: %(when)s") % when, _in(holding.meeting))
    rule = holding.meeting.schedule
    if rule is not None and rule.lead_id == holding.persona_id:
        more = _said(holding.meeting, _("You usually facilitate these meetings from then on."))
        return Words(_("You facilitate: %(when)s") % when, more)
    return Words(_("You facilitate: %(when)s") % when, _in(holding.meeting))


def uncovered(reader: Person, args: Args) -> Words | None:
    ahead = Meeting.objects.visible_to(reader).to_come().filter(nobody_holds())
    those = ahead.filter(key__in=args.get("meetings", [args["meeting"]])).select_related("group")
    if not policy.may_rest(reader):
        those = those.filter(group__in=Group.objects.held_by(reader))
    found = list(those)
    if not found:
        return None
    said = {"when": _when(reader, found[0]), "n": len(found)}
    line = _("Nobody facilitates: %(when)s") % said
    if len(found) > 1:
        line = _("Nobody facilitates %(n)d meetings. The next is %(when)s") % said
    return Words(line, _in(found[0]))


def place_changed(reader: Person, args: Args) -> Words | None:
    door = Door.objects.visible_to(reader).filter(venue__key=args["venue"]).first()
    meeting = _next_at(reader, args)
    if meeting is None or door is None or not news.is_told_of(door, args.get("told", "")):
        return None
    when = {"when": _when(reader, meeting)}
    line = _("The address or the way in has changed: %(when)s") % when
    return Words(line, _said(meeting, _("Please read it again before you set out.")))


def to_place(reader: Person, args: Args) -> str:
    meeting = _next_at(reader, args)
    if meeting is None:
        return reverse("meetings:venue", args=[args["venue"]])
    return reverse("meetings:visit", args=[meeting.group.key, meeting.key])


def to_meeting(reader: Person, args: Args) -> str:
    meeting = Meeting.objects.filter(key=args["meeting"]).select_related("group").first()
    if meeting is None:
        return "/today/"
    return reverse("meetings:visit", args=[meeting.group.key, meeting.key])


def to_calls(reader: Person, args: Args) -> str:
    meeting = Meeting.objects.filter(key=args["meeting"]).select_related("group").first()
    if meeting is None:
        return "/today/"
    return reverse("meetings:calls", args=[meeting.group.key, meeting.key])


def to_week(reader: Person, args: Args) -> str:
    """The group's own meetings, for whoever facilitates it; the week of all, for coordinators."""
    meeting = Meeting.objects.filter(key=args["meeting"]).select_related("group").first()
    if meeting is not None and facilitates(reader, meeting.group):
        return reverse("meetings:of_group", args=[meeting.group.key])
    return reverse("meetings:week") + (f"?day={meeting.on.isoformat()}" if meeting else "")


def _still_so(meeting: Meeting | None, args: Args) -> Meeting | None:
    """Only where it goes ahead, at the start for which the notice was left."""
    if meeting is None or meeting.state == Meeting.State.CANCELLED:
        return None
    return meeting if news.is_for(meeting, args.get("start", "")) else None


def _expected_at(reader: Person, args: Args, *standings: str) -> Meeting | None:
    """The meeting, where the reader has a place of this kind, or holds it."""
    found = _mine(reader, args, *standings) or _held(reader, args)
    return found.meeting if found else None


def _held(reader: Person, args: Args) -> Holding | None:
    """The reader's own part in it, under a name that they still have."""
    worn = Persona.objects.worn_by(reader)
    own = Holding.objects.filter(meeting__key=args["meeting"], persona__in=worn)
    return own.select_related("meeting__group", "meeting__schedule").first()


def _mine(reader: Person, args: Args, *standings: str) -> Booking | None:
    """The reader's own booking, under a name that they still have."""
    own = Booking.objects.of(reader).filter(persona__retired_at=None, standing__in=standings)
    return own.filter(meeting__key=args["meeting"]).select_related("meeting__group").first()


def _guests(reader: Person, args: Args, standing: str) -> Booking | None:
    """The booking of somebody without an account, for whoever facilitates there now."""
    theirs = Booking.objects.filter(key=args.get("booking"), standing=standing)
    seen = theirs.filter(persona__in=Guest.objects.visible_to(reader).values("persona"))
    return seen.select_related("persona", "meeting__group").first()


def _next_at(reader: Person, args: Args) -> Meeting | None:
    """Where they are expected next at this place."""
    coming = Meeting.objects.to_come().going_ahead().filter(venue__key=args["venue"])
    own = Booking.objects.of(reader).filter(
        persona__retired_at=None, standing=Standing.BOOKED, meeting__in=coming.order_by()
    )
    booking = own.select_related("meeting__group").order_by("meeting__starts_at").first()
    return booking.meeting if booking else None


def _when(reader: Person, meeting: Meeting) -> str:
    return _spoken(reader, meeting.starts_at, meeting)


def _spoken(reader: Person, moment: datetime, meeting: Meeting) -> str:
    """On the clock of the meeting, with the reader's own hour where that differs."""
    profile = Profile.objects.visible_to(reader).only("zone").first()
    own = ZoneInfo(profile.zone) if profile and profile.zone else None
    return moments.spoken(moment, ZoneInfo(meeting.zone), now=clock.now(), reader=own)


def _in(meeting: Meeting) -> str:
    return _("In %(group)s") % {"group": meeting.group.name}


def _said(meeting: Meeting, words: str) -> str:
    return _("In %(group)s: %(words)s") % {"group": meeting.group.name, "words": words}


def _reason(meeting: Meeting) -> str:
    """In which group, and what whoever changed it said about it."""
    return _said(meeting, f"“{meeting.said}”") if meeting.said else _in(meeting)
