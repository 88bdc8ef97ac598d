"""Texts to people without an account who asked for texts: who is told what, and in which words.

They name no group and nobody in it. The day and the hour are said, on the clock of the meeting; the
place only where it is another one, by the name that everybody may know, so that nobody stands at a
locked door. They go where the facilitator wrote a mobile number and nothing else: words beside it
("after six") are for people to read, and a machine does not write there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from beside import wall
from beside.kernel import clock, dialling
from beside.look import moments
from beside.meetings import news, reminding
from beside.meetings.models import Booking, Door, Guest, Meeting, Posted, Venue
from beside.meetings.wording import of_change
from beside.notices import texts
from beside.notices.models import Text
from beside.notices.texts import Said
from beside.people import gateway
from beside.people.models import Organisation
from beside.signposts.models import is_a_line

BOOKED, EVENING = "meetings.guest_booked", "meetings.guest_evening"
CHANGED, OFFERED = "meetings.guest_changed", "meetings.guest_is_offered"
WAY_IN = "meetings.guest_way_in"
KINDS = (BOOKED, EVENING, CHANGED, OFFERED, WAY_IN)
Args = Mapping[str, Any]


def register() -> None:
    """Tell notices, once, when Django starts."""
    texts.register(BOOKED, says=say_booked)
    texts.register(EVENING, says=say_evening)
    texts.register(CHANGED, says=say_changed)
    texts.register(OFFERED, says=say_offered)
    texts.register(WAY_IN, says=say_way_in)


def booked(booking: Booking) -> None:
    """Somebody's place is kept, and they are reminded of it."""
    meeting = booking.meeting
    guests = _by_text(meeting, booking)
    if guests and meeting.starts_at > clock.now():
        args = news.args_of(meeting)
        texts.leave(guests, BOOKED, dedupe=booking.key, args=args, until=meeting.starts_at)
    _remind(meeting, guests)


def offered(booking: Booking) -> None:
    """A place is theirs until the offer runs out; whoever facilitates takes the yes."""
    if booking.offer_until is not None:
        until = {"until": news.word(booking.offer_until)}
        texts.leave(
            _by_text(booking.meeting, booking),
            OFFERED,
            dedupe=f"{booking.key}@{until['until']}",
            args=news.args_of(booking.meeting) | until,
            until=booking.offer_until,
        )


def changed(meetings: Sequence[Meeting]) -> Sequence[Meeting]:
    """Whoever comes, or waits for a place, is told, and reminded of the hour as it is now.

    Returns the meetings of which somebody without an account has to be told by people.
    """
    with wall.house("meetings.text_changes"):
        reach = Guest.objects.filter(persona=OuterRef("persona")).values("reach")
        concerned = Booking.objects.filter(
            meeting__in=[each.pk for each in meetings], standing__in=news.CONCERNED
        )
        of_guests = concerned.annotate(reach=Subquery(reach)).exclude(reach=None)
        reaches = set(of_guests.values_list("meeting", "reach"))
    for each in meetings:
        if (each.pk, Guest.Reach.TEXT) in reaches:
            _changed(each)
    by_people = {Guest.Reach.CALL, Guest.Reach.POST}
    if not gateway.is_set():
        by_people.add(Guest.Reach.TEXT)
    waits = {meeting for meeting, reach in reaches if reach in by_people}
    return [each for each in meetings if each.pk in waits]


def set_right(meetings: Sequence[Meeting]) -> None:
    """Texts are on the clock of the meeting, which shows the same: only the moments follow it."""
    with wall.house("meetings.carry_on"):
        for each in meetings:
            before = each.sequence - 1
            left = Text.objects.filter(kind=CHANGED, dedupe=f"{each.key}:{before}")
            left.update(dedupe=news.change_of(each), args=news.args_of(each))
            posted = Posted.objects.filter(booking__meeting=each, sequence=before)
            posted.update(sequence=each.sequence)
    for each in meetings:
        _remind(each, _by_text(each))


def _changed(meeting: Meeting) -> None:
    guests = _by_text(meeting)
    if guests and news.says_something(meeting):
        texts.leave(
            guests,
            CHANGED,
            dedupe=news.change_of(meeting),
            args=news.args_of(meeting) | _stood(meeting),
            until=max(meeting.starts_at, meeting.was_starts_at or meeting.starts_at),
        )
    _remind(meeting, guests)


def place_changed(venue: Venue) -> None:
    """Whoever is booked there asks before they set out; once, however often they come."""
    if not gateway.is_set():
        return
    with wall.house("meetings.who_is_texted"):
        told = news.told_word(Door.objects.get(venue=venue))
        coming = Meeting.objects.to_come().going_ahead().filter(venue=venue)
        booked = Booking.objects.filter(meeting__in=coming, standing=Booking.Standing.BOOKED)
        asked = Guest.objects.filter(reach=Guest.Reach.TEXT, persona__in=booked.values("persona"))
        guests = list(asked.values_list("persona", flat=True))
        last = coming.values_list("ends_at", flat=True).last()
    if guests and last:
        args = {"venue": venue.key, "told": told}
        texts.leave(guests, WAY_IN, dedupe=f"{venue.key}@{told}", args=args, until=last)


def _stood(meeting: Meeting) -> dict[str, str]:
    """When it had been until now: whoever does not hear in time goes there then."""
    return {"before": meeting.stood_at.isoformat()} if meeting.stood_at else {}


def remind_ahead() -> None:
    """Remind whoever comes within two days, also where the gateway was set since they were booked.

    Twice is once.
    """
    if not gateway.is_set():
        return
    now = clock.now()
    with wall.house("meetings.text_ahead"):
        soon = Meeting.objects.going_ahead().filter(
            starts_at__gt=now,
            starts_at__lt=now + news.AHEAD,
            bookings__standing=Booking.Standing.BOOKED,
            bookings__persona__in=Guest.objects.filter(reach=Guest.Reach.TEXT).values("persona"),
        )
        meetings = list(soon.distinct())
    for each in meetings:
        _remind(each, _by_text(each))


def forget(*guests: Guest) -> None:
    """Nothing goes to whoever is taken out. For the house."""
    texts.forget([guest.persona_id for guest in guests], KINDS)


def mobile_of(contact: str) -> str:
    """Where a text may go by itself, as +447400123456; "" where somebody has to read first.

    Never a landline, never a short code, never a line that people turn to.
    """
    ours = Organisation.ours()
    number = dialling.mobile(contact.strip(), ours.country if ours else "")
    return "" if is_a_line(number) else number


def will_tell(guest: Guest, meeting: Meeting) -> bool:
    """Whether a text goes by itself when a place is kept for them."""
    asked = gateway.is_set() and guest.reach == Guest.Reach.TEXT
    return asked and meeting.starts_at > clock.now() and bool(mobile_of(guest.contact))


def say_booked(whom: int, args: Args) -> Said | None:
    def words(meeting: Meeting) -> str:
        return _("Your place is kept: %(when)s.") % {"when": _spoken(meeting)(meeting.starts_at)}

    return _said(whom, args, words, for_start=True)


def say_evening(whom: int, args: Args) -> Said | None:
    def words(meeting: Meeting) -> str:
        return _("Coming up: %(when)s.") % {"when": _spoken(meeting)(meeting.starts_at)}

    return _said(whom, args, words, for_start=True)


def say_changed(whom: int, args: Args) -> Said | None:
    def words(meeting: Meeting) -> str:
        return _change(meeting, knows_after_all=_knows_after_all(whom, meeting))

    return _said(whom, args, words, for_start=False)


def _knows_after_all(whom: int, meeting: Meeting) -> bool:
    """Whether a text has told them since that it takes place after all, or when."""
    since = meeting.after_all
    if since is None:
        return False
    with wall.house("meetings.text_words"):
        sent = Text.objects.filter(whom=whom, kind__in=KINDS, state=Text.State.SENT)
        about = sent.filter(args__meeting=meeting.key, args__sequence__gte=since)
        return about.exists()


def say_offered(whom: int, args: Args) -> Said | None:
    """While just this offer stands: which meeting, until when, and whom to tell."""
    with wall.house("meetings.text_words"):
        offers = Booking.objects.filter(persona=whom, standing=Booking.Standing.OFFERED)
        booking = offers.filter(meeting__key=args["meeting"]).select_related("meeting").first()
        guest = Guest.objects.filter(persona=whom, reach=Guest.Reach.TEXT).first()
    if booking is None or guest is None or not booking.may_be_accepted:
        return None
    if booking.offer_until is None or news.word(booking.offer_until) != args["until"]:
        return None
    with translation.override(_language()):
        line = _offer(booking, booking.offer_until)
    setting_out = reminding.needed_by(clock.now(), booking.meeting.starts_at)
    needed_by = min(each for each in (booking.offer_until, setting_out) if each)
    return Said(mobile_of(guest.contact), line, ZoneInfo(booking.meeting.zone), needed_by)


def say_way_in(whom: int, args: Args) -> Said | None:
    """While that is the latest change: when they come there next. The door is never said."""
    with wall.house("meetings.text_words"):
        coming = Meeting.objects.to_come().going_ahead().filter(venue__key=args["venue"])
        booked = Booking.objects.filter(persona=whom, standing=Booking.Standing.BOOKED)
        following = coming.filter(pk__in=booked.values("meeting"))
        meeting = following.select_related("venue__door").first()
        guest = Guest.objects.filter(persona=whom, reach=Guest.Reach.TEXT).first()
    if meeting is None or meeting.venue is None or guest is None:
        return None
    if not news.is_told_of(meeting.venue.door, args["told"]):
        return None
    with translation.override(_language()):
        when = {"when": _spoken(meeting)(meeting.starts_at)}
        line = _("The address or the way in has changed: %(when)s.") % when
        line += " " + _("Before you set out, ask whoever booked for you.")
    needed_by = reminding.needed_by(clock.now(), meeting.starts_at)
    return Said(mobile_of(guest.contact), line, ZoneInfo(meeting.zone), needed_by)


def _offer(booking: Booking, until: datetime) -> str:
    spoken = _spoken(booking.meeting)
    said = {"when": spoken(booking.meeting.starts_at), "until": spoken(until)}
    line = _("A place is free for you: %(when)s. It is kept until %(until)s.")
    if booking.supporter:
        line = _("Two places are free for you: %(when)s. They are kept until %(until)s.")
    line = line % said + " " + _("If you come, tell whoever booked for you.")
    if reminding.lasts_over_night(clock.now(), until, ZoneInfo(booking.meeting.zone)):
        line += " " + _("You need not answer at night.")
    return line


def _change(meeting: Meeting, *, knows_after_all: bool) -> str:
    """What became of it, and where to go if that is somewhere else; "" where nothing differs."""
    line = of_change(meeting, _spoken(meeting), knows_after_all=knows_after_all)
    if not line:
        return ""
    words = f"{line}."
    elsewhere = meeting.was_venue_id != meeting.venue_id
    if meeting.state == Meeting.State.CANCELLED or not (meeting.venue and elsewhere):
        return words
    # Whoever booked them has talked with them.
    return words + " " + _("The place: %(place)s.") % {"place": meeting.venue.told_face}


def _said(
    whom: int, args: Args, words: Callable[[Meeting], str], *, for_start: bool
) -> Said | None:
    """The words and where they go; None when nothing of it is so any more.

    A reminder is for whoever comes, at the start for which it was left; the news of a change is for
    all whom it concerns, as long as it is the latest.
    """
    with wall.house("meetings.text_words"):
        concerned = Booking.objects.filter(persona=whom, meeting__key=args["meeting"])
        concerned = concerned.filter(standing__in=news.COMING if for_start else news.CONCERNED)
        booking = concerned.select_related("meeting__venue__door").first()
        guest = Guest.objects.filter(persona=whom, reach=Guest.Reach.TEXT).first()
    if booking is None or guest is None:
        return None
    meeting = booking.meeting
    gone = meeting.state == Meeting.State.CANCELLED or not news.is_for(meeting, args["start"])
    if gone if for_start else meeting.sequence != args["sequence"]:
        return None
    with translation.override(_language()):
        line = words(meeting)
    if not line:
        return None
    starts = [meeting.starts_at, meeting.was_starts_at or meeting.starts_at]
    starts += [datetime.fromisoformat(args["before"])] if "before" in args else []
    needed_by = reminding.needed_by(clock.now(), *starts)
    return Said(mobile_of(guest.contact), line, ZoneInfo(meeting.zone), needed_by)


def _language() -> str | None:
    ours = Organisation.ours()
    return ours.language if ours else None


def _spoken(meeting: Meeting) -> Callable[[datetime], str]:
    """On the clock of the meeting, with the name of its zone."""
    return lambda moment: moments.spoken(moment, ZoneInfo(meeting.zone), now=clock.now())


def _remind(meeting: Meeting, guests: list[int]) -> None:
    """The evening before, on the clock of the meeting, as long as that is still to come."""
    eve = reminding.evening_before(meeting.starts_at, ZoneInfo(meeting.zone))
    if not guests or eve <= clock.now() or meeting.state == Meeting.State.CANCELLED:
        return
    texts.leave(
        guests,
        EVENING,
        dedupe=news.for_start(meeting),
        args=news.args_of(meeting),
        due=eve,
        until=meeting.starts_at,
    )


def _by_text(meeting: Meeting, booking: Booking | None = None) -> list[int]:
    """Those who asked for texts: behind one booking, or of all whom this meeting concerns."""
    if not gateway.is_set():
        return []
    with wall.house("meetings.who_is_texted"):
        concerned = Booking.objects.filter(meeting=meeting, standing__in=news.CONCERNED)
        if booking is not None:
            concerned = concerned.filter(pk=booking.pk)
        asked = Guest.objects.filter(
            reach=Guest.Reach.TEXT, persona__in=concerned.values("persona")
        )
        return list(asked.values_list("persona", flat=True))
