"""Tells the two weeks: every act is the product's own, at its moment, by the one who did it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from beside import wall
from beside.care import actions as care
from beside.care.words import Kind
from beside.forum import actions as forum
from beside.forum.models import Post, Topic
from beside.groups import actions as groups
from beside.groups.here import latest_agreement
from beside.groups.models import Group, Membership
from beside.groups.words import Entry, Part, Standing
from beside.home.demo.community import (
    CIRCLES,
    EVERYBODY,
    NEW,
    ZONE,
    Circle,
    Place,
    name_of,
    pebble_of,
)
from beside.home.demo.story import TALKS, Talk
from beside.host.home import replace
from beside.kernel import clock
from beside.ledger import lines
from beside.meetings import actions as meetings
from beside.meetings.models import Door, Guest, Manner, Meeting, Venue
from beside.meetings.points import Point
from beside.meetings.recurrence import DAYS
from beside.people import actions as people
from beside.people.models import AgeBand, Organisation, Person, Role
from beside.signposts.actions import confirm_lines
from beside.signposts.models import lines_for

SIGN_INS = {
    "member": "marlow",
    "facilitator": "ash",
    "duty-worker": "priya",
    "coordinator": "esi",
    "newcomer": NEW,
}
"""The address /demo/<name>/ and whose sign-in it is."""

DAYS_TOLD = 14
_WREN_JOINED = 2


@dataclass
class Telling:
    """What the story has made so far. `now` is when somebody opens the demo, in UTC."""

    now: datetime
    persons: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: dict[tuple[str, str], Membership] = field(default_factory=dict)
    tonight: Meeting | None = None

    @property
    def first_day(self) -> date:
        """Day 1 in London; today is day 14."""
        return self.now.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=DAYS_TOLD - 1)

    def moment(self, day: int, at: str | int) -> datetime:
        """An instant in UTC: a London wall-clock time on a day, or minutes before now on day 14."""
        if isinstance(at, int):
            return self.now - timedelta(minutes=at)
        on = self.first_day + timedelta(days=day - 1)
        local = datetime.combine(on, time.fromisoformat(at), ZoneInfo(ZONE))
        return min(local, self.now - timedelta(minutes=1))

    @contextmanager
    def acting(self, who: str, moment: datetime) -> Iterator[Person]:
        """Inside, it is that moment and that person is acting."""
        person = self.persons[who]
        with clock.at(moment), wall.acting_as(person.pk):
            yield person


def fill(now: datetime | None = None) -> None:
    """Tell everything, in one transaction: an interrupted demo is told again from the start.

    The sign-ins are written before the transaction ends: whatever is killed, a demo that was told
    has them, and where none was told they lead to nobody. Does nothing where an organisation already is.
    `now` is the present instant unless given.
    """
    with transaction.atomic():
        if Organisation.ours() is not None:
            return
        telling = Telling(now or clock.now())
        _beginning(telling)
        for circle in CIRCLES:
            _circle(telling, circle)
        for talk in sorted(TALKS, key=lambda each: telling.moment(each.day, each.at)):
            _talk(telling, talk)
        _tonight(telling)
        _coming(telling)
        _hours(telling)
        _concerns(telling)
        _read_along(telling)
        told = {name: f"demo-{key}" for name, key in SIGN_INS.items()}
        replace(settings.HOME.root / "demo", json.dumps(told, indent=1) + "\n")


def _beginning(telling: Telling) -> None:
    """The organisation, its people, and who does what."""
    start = telling.moment(1, "09:00") - timedelta(days=40)
    with clock.at(start), wall.house("home.demo"):
        Organisation.objects.create(
            pk=1,
            name="Riverside Peers",
            country="GB",
            language="en",
            zone=ZONE,
            duty_worker_title="social worker",
        )
    for number, key in enumerate(EVERYBODY):
        joined = telling.moment(_WREN_JOINED, "15:00") if key == NEW else start
        with clock.at(joined + timedelta(minutes=number)):
            telling.persons[key] = people.join(
                sign_in=f"demo-{key}",
                passphrase=None,  # they come in by the demo's own door
                name=key.capitalize(),
                pebble=sum(key.encode()) % 12 + 1,
                age_band=AgeBand.TWENTY_SIX,
                zone=ZONE,
            )
    esi, priya = telling.persons["esi"], telling.persons["priya"]
    with clock.at(start), wall.house("home.demo"):
        Role.objects.create(person=esi, role=Role.Kind.COORDINATOR)
        lines.record("people.give_role", by=None, role="founder", about=esi.pk)
    with telling.acting("esi", start + timedelta(hours=1)):
        people.give_role(priya, Role.Kind.DUTY_WORKER, by=esi)
    with telling.acting("esi", telling.moment(DAYS_TOLD, "09:30")) as esi:
        confirm_lines(right=[line.key for line in lines_for("GB")], wrong=[], by=esi)


def _circle(telling: Telling, circle: Circle) -> None:
    """One group: opened, joined, agreed on, and with its meetings ahead."""
    start = telling.moment(1, "09:00") - timedelta(days=35)
    with telling.acting("esi", start) as esi:
        group = groups.open_group(
            name=circle.name,
            about=circle.about,
            facilitated_by=" and ".join(name_of(key, circle) for key in circle.facilitators),
            experiences=circle.experiences,
            ways=circle.ways,
            safety=circle.safety,
            access=circle.access,
            languages=circle.languages,
            entry=Entry.OPEN,
            visits=circle.visits,
            by=esi,
        )
    telling.groups[circle.key] = group
    newcomers = (NEW,) if circle.key == "mornings" else ()
    for number, key in enumerate((*circle.facilitators, *circle.people, *newcomers)):
        joined = start + timedelta(hours=2 + number)
        if key == NEW:
            joined = telling.moment(_WREN_JOINED, "15:30")
        with telling.acting(key, joined) as person:
            groups.be_known(group, name_of(key, circle), pebble_of(key, circle), by=person)
            telling.members[circle.key, key] = groups.join(group, by=person)
    _parts(telling, circle, group, start + timedelta(days=1))
    for key in newcomers:  # who writes has said yes, beside the box
        with telling.acting(key, telling.moment(_WREN_JOINED, "15:40")) as person:
            agreement = latest_agreement(group, telling.members[circle.key, key].persona)
            if agreement is not None:
                groups.accept_agreement(agreement, by=person)
    _meetings(telling, circle, group)


def _parts(telling: Telling, circle: Circle, group: Group, moment: datetime) -> None:
    """Who facilitates and who greets, the agreement, and from here on the group's own entry."""
    with telling.acting("esi", moment) as esi:
        for part, keys in (
            (Part.FACILITATOR, circle.facilitators),
            (Part.GREETER, circle.greeters),
        ):
            for key in keys:
                groups.change_part(telling.members[circle.key, key], part, by=esi)
    lead = circle.facilitators[0]
    with telling.acting(lead, moment + timedelta(hours=2)) as person:
        agreement = groups.write_agreement(group, "\n".join(circle.agreement), by=person)
    for key in (*circle.facilitators, *circle.people):
        with telling.acting(key, moment + timedelta(hours=3)) as person:
            groups.accept_agreement(agreement, by=person)
    if circle.entry != Entry.OPEN:
        with wall.house("home.demo"):
            Group.objects.filter(pk=group.pk).update(entry=circle.entry)


def _meetings(telling: Telling, circle: Circle, group: Group) -> None:
    """The rhythm from day 1 on, at its place."""
    if circle.rhythm is None:
        return
    rhythm = circle.rhythm
    first = telling.first_day - timedelta(days=14 if rhythm.weeks else 0)
    days = (first + timedelta(days=number) for number in range(7))
    first_on = next(day for day in days if day.weekday() in rhythm.weekdays)
    with wall.house("home.demo"):
        lead = telling.members[circle.key, circle.facilitators[0]].persona
    with telling.acting("esi", telling.moment(1, "08:00") - timedelta(days=15)) as esi:
        meetings.plan(
            group,
            meetings.Wish(
                zone=ZONE,
                first_on=first_on,
                at=time.fromisoformat(rhythm.at),
                minutes=rhythm.minutes,
                frequency="monthly" if rhythm.nth else "weekly",
                interval=rhythm.every,
                byday=tuple(
                    f"{nth or ''}{DAYS[weekday]}"
                    for weekday in rhythm.weekdays
                    for nth in (rhythm.nth or (0,))
                ),
                count=rhythm.weeks,
                way=rhythm.way,
                venue=_venue(circle.place, esi) if circle.place else None,
                places=circle.places,
                fixed=rhythm.weeks is not None,
                lead=lead,
            ),
            by=esi,
        )


def _venue(place: Place, esi: Person) -> Venue:
    """The place, face and door; two groups may share it."""
    known = Door.objects.filter(name=place.name).select_related("venue").first()
    if known is not None:
        return known.venue
    return meetings.add_venue(
        meetings.Facts(
            name=place.name,
            neighbourhood=place.neighbourhood,
            town="London",
            postcode=place.postcode,
            access=place.access,
            address=place.address,
            directions=place.directions,
            point=Point(place.latitude, place.longitude),
        ),
        by=esi,
    )


def _talk(telling: Telling, talk: Talk) -> None:
    """One topic, answered when it was answered."""
    opened = telling.moment(talk.day, talk.at)
    group = telling.groups[talk.group]
    with telling.acting(talk.who, opened) as person:
        opening = forum.open_topic(
            group, title=talk.title, words=talk.words, wants=talk.wants, note=talk.note, by=person
        )
    for answer in talk.answers:
        moment = min(opened + timedelta(minutes=answer.after), telling.now - timedelta(minutes=1))
        with telling.acting(answer.who, moment) as person:
            topic = Topic.objects.visible_to(person).get(pk=opening.topic_id)
            forum.answer(topic, words=answer.words, by=person)
    for kind, feelers in talk.feelings:
        for number, key in enumerate(feelers):
            moment = min(opened + timedelta(minutes=20 + number), telling.now)
            with telling.acting(key, moment) as person:
                forum.feel(opening, kind, by=person)


def _tonight(telling: Telling) -> None:
    """The Lanterns meet soon, so that whoever opens the demo can sit in the circle.

    The next evening of theirs is moved to now, this once.
    """
    group = telling.groups["lanterns"]
    here = telling.now.astimezone(ZoneInfo(ZONE))
    soon = here + timedelta(minutes=15 - here.minute % 5)
    with telling.acting("ash", telling.moment(14, 300)) as ash:
        meeting = (
            Meeting.objects.visible_to(ash)
            .filter(group=group, starts_at__gt=telling.now - timedelta(hours=12))
            .order_by("starts_at")[0]
        )
        meeting = meetings.move(
            meeting,
            on=soon.date(),
            at=soon.time().replace(second=0, microsecond=0),
            by=ash,
        )
    telling.tonight = meeting
    for key in ("marlow", "fern", "dev", "sol", "cleo"):
        with telling.acting(key, telling.moment(14, 240)) as person:
            meetings.book_seat(meeting, by=person)
    with telling.acting(NEW, telling.moment(14, 200)) as wren:
        circle = CIRCLES[0]
        booking = meetings.book_visit(
            meeting,
            name_of(NEW, circle),
            pebble_of(NEW, circle),
            listen_only=True,
            greet=True,
            by=wren,
        )
    with telling.acting("fern", telling.moment(14, 120)) as fern:
        meetings.greet(
            booking,
            "Hello Wren, I’m Fern. I’ll be there tonight. You can keep your camera off and just "
            "listen, the whole time if you like. Is there anything you’d like me to know first?",
            by=fern,
        )
    _ravi(telling)


def _ravi(telling: Telling) -> None:
    """The first group was not the one for Ravi; another was. The Lanterns know only "left"."""
    with telling.acting("ravi", telling.moment(7, "21:30")) as ravi:
        groups.leave(telling.groups["lanterns"], by=ravi)
    with telling.acting("ravi", telling.moment(12, "19:00")) as ravi:
        carriage = telling.groups["carriage"]
        groups.be_known(carriage, "Ravi", 6, by=ravi)
        membership = groups.join(carriage, by=ravi)
    if membership.standing != Standing.MEMBER:
        raise RuntimeError("Quiet Carriage is an open group")


def _coming(telling: Telling) -> None:
    """Joan without an account, a full table with somebody waiting, and how Wednesday Wool is kept."""
    with telling.acting("nadia", telling.moment(8, "16:00")) as nadia:
        meetings.keep_manner(
            telling.groups["wool"],
            door_after=Manner.DoorAfter.GREETED,
            supporters=True,
            offer_minutes=240,
            attendance_days=30,
            by=nadia,
        )
    with telling.acting("mags", telling.moment(12, "10:00")) as mags:
        saturday = _next(telling, "table", mags)
        joan = meetings.welcome_guest(
            saturday,
            "Joan",
            reach=Guest.Reach.CALL,
            contact="020 7946 0074, her landline, before noon",
            by=mags,
        )
        meetings.book_guest(saturday, joan, by=mags)
        thursday = _next(telling, "kitchen", mags)
    for key in ("amal", "niall", "rosa", "theo", "uma", "tomasz"):
        with telling.acting(key, telling.moment(13, "18:00")) as person:
            meetings.book_seat(thursday, by=person)
    with telling.acting("ravi", telling.moment(13, "21:00")) as ravi:
        meetings.wait_to_visit(thursday, "Ravi", 6, greet=True, by=ravi)


def _next(telling: Telling, circle: str, person: Person) -> Meeting:
    """The next meeting of a group, from today on."""
    coming = Meeting.objects.visible_to(person).filter(group=telling.groups[circle])
    return coming.filter(starts_at__gt=telling.now).order_by("starts_at")[0]


def _hours(telling: Telling) -> None:
    """Who reads these days: facilitators until ten in the evening, Priya on four nights."""
    here = ZoneInfo(ZONE)
    for number in range(4):
        day = telling.now.astimezone(here).date() + timedelta(days=number)
        nine, six, ten = (datetime.combine(day, time(hour), here) for hour in (9, 18, 22))
        night_ends = datetime.combine(day + timedelta(days=1), time(8), here)
        if number == 0:  # whoever opens the demo finds somebody there
            hour = telling.now.replace(minute=0, second=0, microsecond=0)
            nine, six = hour - timedelta(hours=3), min(six, hour)
            ten = max(ten, hour + timedelta(hours=4))
        for circle in CIRCLES:
            with telling.acting(circle.facilitators[0], telling.moment(13, "10:00")) as person:
                care.offer_hours(telling.groups[circle.key], nine, ten, by=person)
        with telling.acting("priya", telling.moment(13, "10:00")) as priya:
            care.offer_hours(None, six, night_ends, by=priya)


def _concerns(telling: Telling) -> None:
    """One member told us of Kit's night, and another asked for a facilitator."""
    with telling.acting("fern", telling.moment(14, 11)) as fern:
        night = Post.objects.visible_to(fern).filter(topic__title=TALKS[-3].title)
        care.report(night.order_by("-position")[0], Kind.WORRIED, by=fern)
    with telling.acting("cleo", telling.moment(14, 60)) as cleo:
        care.ask_for_facilitator(
            telling.groups["lanterns"],
            "The talk about medication got heated last week. Could we read the agreement tonight?",
            by=cleo,
        )


def _read_along(telling: Telling) -> None:
    """Those who come in by a demo sign-in have read what is older than a day."""
    yesterday = telling.now - timedelta(days=1)
    for key in ("marlow", "ash", NEW):
        with telling.acting(key, telling.now) as person:
            for topic in Topic.objects.visible_to(person).filter(opened_at__lt=yesterday):
                forum.mark_read(topic, topic.last_position, by=person)
