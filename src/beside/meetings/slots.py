"""What meetings put on the pages of others. Each says how many questions it may ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beside.groups.models import Group
from beside.groups.policy import is_member
from beside.groups.words import Part
from beside.kernel import clock
from beside.look import slots
from beside.meetings import policy, weeks
from beside.meetings.keeping import venues_to_confirm
from beside.meetings.models import Booking, Fit, Greeting, Meeting, Schedule, to_greet
from beside.meetings.places import places_left
from beside.meetings.policy import COMING, IN_LINE
from beside.meetings.rhythm import dated
from beside.meetings.saying import put_holders, put_words
from beside.meetings.spans import last_on, living
from beside.people.http import who
from beside.people.models import Person

ON_THE_FACE = 4
SOON = timedelta(hours=24)
ASKED_FOR = timedelta(days=14)


def fill_all() -> None:
    """Tell the look, once, when Django starts."""
    slots.fill("group.face", face, queries=5, order=10)
    slots.fill("group.side", next_together, queries=4, order=10)
    slots.fill("today.main", today, queries=6, order=10)
    slots.fill("desk.list", newcomers, queries=3, order=40)
    slots.fill("me.more", proofs, queries=0, order=20)
    slots.fill("desk.list", coordinating, queries=3, order=60)
    slots.fill("desk.list", venues_to_confirm, queries=5, order=70)


def face(request: HttpRequest, group: Group) -> SafeString:
    """How a group meets, and its next meetings, with "Visit once" where visitors are welcome."""
    person = who(request)
    rules = Schedule.objects.filter(group=group).not_ended()
    schedules = living(rules.order_by("first_on", "at"))
    coming = Meeting.objects.filter(group=group).to_come().select_related("venue")
    rows = list(coming[:ON_THE_FACE])
    left = places_left(rows)
    booked = _booked(person, rows) if person else {}
    member = is_member(person, group)
    for row in rows:
        row.group = group
        row.free = left.get(row.pk)
    page = {
        "group": group,
        "schedules": [(_in_words(each), each.get_way_display()) for each in schedules],
        "meetings": [(row, booked.get(row.pk), _visits(row, member=member)) for row in rows],
    }
    return _drawn("meetings/slots/face.html", page, request)


def _in_words(schedule: Schedule) -> str:
    """A rule with the days on which it begins and ends, where these are to come."""
    today = clock.now().astimezone(ZoneInfo(schedule.zone)).date()
    once = schedule.frequency == Schedule.Frequency.ONCE
    first = schedule.first_on if schedule.first_on > today and not once else None
    return dated(schedule.in_words, first=first, last=last_on(schedule))


def next_together(request: HttpRequest, group: Group) -> SafeString:
    """The group's next meeting, beside what is said."""
    person = who(request)
    coming = Meeting.objects.filter(group=group).to_come().select_related("venue")
    row = coming.first()
    if row is None or person is None:
        return SafeString("")
    row.group = group
    row.free = places_left([row]).get(row.pk)
    put_words([row], person)
    page = {"meeting": row, "booking": _booked(person, [row]).get(row.pk)}
    return _drawn("meetings/slots/side.html", page, request)


def today(request: HttpRequest, person: Person) -> SafeString:
    """Tonight's meeting, visits to come, words from a greeter, and how a visit was."""
    now = clock.now()
    own = Booking.objects.of(person).filter(meeting__ends_at__gt=now - ASKED_FOR)
    bookings = list(
        own.filter(persona__retired_at=None)
        .select_related("meeting__group", "meeting__venue", "persona")
        .annotate(answered=Exists(Fit.objects.filter(person=person, meeting=OuterRef("meeting"))))
        .order_by("meeting__starts_at")
    )
    expected = [each for each in bookings if each.meeting.is_to_come and each.is_coming]
    soon = _soon(person, bookings)
    put_holders((row for row, _booking in soon), person)
    put_words([*(row for row, _booking in soon), *(each.meeting for each in bookings)], person)
    page = {
        "line": [each for each in bookings if _in_line(each)],
        "soon": soon,
        "visits": [each for each in expected if each.meeting.starts_at > now + SOON],
        "waiting": _written_to(expected),
        "fits": [each for each in bookings if _wants_fit(each)],
    }
    return _drawn("meetings/slots/today.html", page, request)


def proofs(request: HttpRequest, person: Person) -> SafeString:
    """The way to a sheet that proves that somebody came."""
    return _drawn("meetings/slots/more.html", {}, request)


def newcomers(request: HttpRequest, person: Person) -> SafeString:
    """Who comes soon and is new, for those who greet and facilitate."""
    keeps = Group.objects.kept_by(person, Part.GREETER, Part.FACILITATOR)
    kept = list(keeps.values_list("pk", flat=True))
    if not kept:  # a coordinator's whole desk
        return SafeString("")
    expected = to_greet().filter(meeting__group__in=kept)
    found = expected.filter(meeting__ends_at__gt=clock.now()).order_by("meeting__starts_at")
    rows = found.select_related("meeting__group", "persona").prefetch_related("greetings")
    return _drawn("meetings/slots/desk.html", {"newcomers": rows}, request)


def coordinating(request: HttpRequest, person: Person) -> SafeString:
    """The way to the week of all groups, and what is missing in it, for coordinators."""
    if not policy.may_rest(person):
        return SafeString("")
    days = weeks.days_of(clock.now().date())
    page = {
        "uncovered": sum(day.uncovered for day in days),
        "clashes": sum(day.clashes for day in days),
    }
    return _drawn("meetings/slots/week.html", page, request)


def _drawn(template: str, page: dict[str, Any], request: HttpRequest) -> SafeString:
    return render_to_string(template, page, request)


def _booked(person: Person, rows: list[Meeting]) -> dict[int, Booking]:
    """The person's own places, also in the line, by number of meeting."""
    standings = (*COMING, *IN_LINE)
    own = Booking.objects.of(person).filter(meeting__in=rows, standing__in=standings)
    return {each.meeting_id: each for each in own.select_related("persona")}


def _visits(row: Meeting, *, member: bool) -> bool:
    """Whether "Visit once", or "Wait for a place", stands beside a meeting."""
    goes_ahead = row.state != Meeting.State.CANCELLED
    return goes_ahead and row.takes_visitors and row.group.visits and not member


def _soon(person: Person, bookings: list[Booking]) -> list[tuple[Meeting, Booking | None]]:
    """What begins within a day in one's groups, and what one is booked for; the next one first."""
    by_meeting = {each.meeting_id: each for each in bookings if each.is_coming}
    within = Meeting.objects.to_come().filter(starts_at__lt=clock.now() + SOON)
    of_mine = within.filter(group__in=Group.objects.of(person).values("pk"))
    rows = {row.pk: row for row in of_mine.select_related("group", "venue")}
    for each in by_meeting.values():
        if each.meeting.is_to_come and each.meeting.starts_at < clock.now() + SOON:
            rows.setdefault(each.meeting_id, each.meeting)
    for each in bookings:
        if _in_line(each):  # they have a card of their own
            rows.pop(each.meeting_id, None)
    ordered = sorted(rows.values(), key=lambda row: (row.starts_at, row.pk))
    return [(row, by_meeting.get(row.pk)) for row in ordered]


def _in_line(booking: Booking) -> bool:
    """Waits, or is offered a place, for a meeting that has not begun."""
    begun = booking.meeting.starts_at <= clock.now()
    cancelled = booking.meeting.state == Meeting.State.CANCELLED
    return (booking.is_waiting or booking.is_offered) and not begun and not cancelled


def _written_to(expected: list[Booking]) -> list[tuple[Booking, Greeting]]:
    """Bookings in which the last words are somebody else's."""
    said = Greeting.objects.filter(booking__in=expected).select_related("persona").order_by("at")
    last = {greeting.booking_id: greeting for greeting in said}
    return [
        (each, last[each.pk])
        for each in expected
        if each.pk in last and last[each.pk].persona_id != each.persona_id
    ]


def _wants_fit(booking: Booking) -> bool:
    over = booking.meeting.ends_at <= clock.now()
    answered = bool(getattr(booking, "answered", False))
    return over and booking.kind == Booking.Kind.VISIT and booking.is_coming and not answered
