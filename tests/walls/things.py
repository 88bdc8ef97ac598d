"""One of each thing that an address can name, all of them in the group of the cast."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.db import transaction
from PIL import Image

from beside import notices, wall
from beside.care import actions as care
from beside.care.models import Concern
from beside.care.words import Kind
from beside.exchange import actions as exchange
from beside.exchange.models import Import
from beside.exchange.previews import How
from beside.forum import actions as forum
from beside.forum.models import Post
from beside.groups import actions as groups
from beside.groups.models import Group
from beside.groups.words import Entry, Way
from beside.kernel import clock
from beside.meetings import actions as meetings
from beside.meetings.models import Proof
from beside.notices.models import Notice
from beside.people import actions as people
from beside.people.models import Passkey, Person, Session
from beside.rooms.actions import doors, rooms, seats
from tests.cast import NAMES, Cast, in_hours, somebody


def furnish(cast: Cast) -> dict[str, Any]:
    """Keys by what they name."""
    group, ash = cast.group, cast["facilitator"]
    with cast.looking_as("member") as member:
        post = forum.open_topic(group, title="A word", words="Somewhere to begin.", by=member)
    return {
        "group": group.key,
        "slug": group.slug,
        "meeting": cast.meeting.key,
        "booking": cast.booking.key,
        "greeting": _greeting(cast),
        "member": cast.personas["member"].key,
        "asker": _asker(group),
        "topic": post.topic.key,
        "post": post.key,
        "demo": "member",
        "over": _over(cast, ash),
        "later": cast.later.key,
        **_room(cast, ash),
        **_venue(cast, ash),
        **_coming(cast, ash),
        **_own(cast["member"]),
        "waiting file": _waiting(cast),
        **_concern(cast, post, ash),
    }


def _greeting(cast: Cast) -> str:
    """Words that a greeter wrote to somebody who visits."""
    with cast.looking_as("greeter") as noor:
        return meetings.greet(cast.booking, "Good that you come.", by=noor).key


def _waiting(cast: Cast) -> str:
    """A listing that the coordinator sent and has not decided about."""
    how = How(source="doors", experiences=["grief"], zone="Europe/London")
    with cast.looking_as("coordinator") as esi:
        return exchange.hold(b"[]", how, file="doors.json", by=esi).key


def _asker(group: Group) -> str:
    """Somebody who asked to join, once the group answers askings."""
    with transaction.atomic(), wall.house("test.entry"):
        Group.objects.filter(pk=group.pk).update(entry=Entry.REQUEST)
    group.refresh_from_db()
    asker = somebody("asker")
    with wall.acting_as(asker.pk):
        persona = groups.be_known(group, "Linnet", 1, by=asker)
        groups.join(group, by=asker)
    return persona.key


def _room(cast: Cast, ash: Person) -> dict[str, str]:
    """A room that is open: facilitator and member sit in it, the visitor waits at its door."""
    with wall.acting_as(ash.pk):
        tonight = in_hours(cast.now, 0.1, cast.group, ash)
    with cast.looking_as("visitor") as wren:
        meetings.book_visit(tonight, *NAMES["visitor"], by=wren)
    with transaction.atomic():
        room = rooms.set_out(tonight)
    there = {}
    for part in ("facilitator", "member", "visitor"):
        with cast.looking_as(part) as person:
            groups.accept_agreement(cast.agreement, tonight.pk, by=person)
            there[part] = doors.knock(room, by=person)
            if part == "facilitator":
                seats.enter(there[part], by=person)
                room.refresh_from_db()
    with wall.acting_as(ash.pk):
        doors.let_in(there["member"], by=ash)
    return {
        "tonight": tonight.key,
        "room": room.key,
        "waiting": there["visitor"].key,
        "seated": there["member"].key,
    }


def _venue(cast: Cast, ash: Person) -> dict[str, str]:
    """Where the group meets next month, with a photo of the door."""
    made = BytesIO()
    Image.new("RGB", (8, 8), "blue").save(made, "PNG")
    with wall.acting_as(ash.pk):
        venue = meetings.add_venue(meetings.Facts(name="The Loft", address="12 Mill Row"), by=ash)
        photo = meetings.show_door(venue, "A blue door", made.getvalue(), by=ash)
        in_hours(cast.now, 700, cast.group, ash, way=Way.IN_PERSON, venue=venue)
    return {"venue": venue.key, "photo": photo.key}


def _over(cast: Cast, ash: Person) -> str:
    """A meeting that ended a while ago, to which the visitor came."""
    before = cast.now - timedelta(hours=4)
    with clock.at(before):
        with wall.acting_as(ash.pk):
            meeting = in_hours(before, 1, cast.group, ash)
        with cast.looking_as("visitor") as wren:
            meetings.book_visit(meeting, *NAMES["visitor"], by=wren)
    return meeting.key


def _coming(cast: Cast, ash: Person) -> dict[str, str]:
    """Somebody without an account; the visitor's place where it begins soon, and their sheet."""
    with wall.acting_as(ash.pk):
        soon = in_hours(cast.now, 0.2, cast.group, cast["facilitator"])
        guest = meetings.welcome_guest(cast.meeting, "Rose", by=ash)
        jonah = meetings.welcome_guest(
            cast.meeting, "Jonah", reach="post", contact="2 Mill Lane", by=ash
        )
        meetings.book_guest(cast.meeting, jonah, by=ash)
        code = meetings.show_code(soon, by=ash)
    with cast.looking_as("visitor") as wren:
        booking = meetings.book_visit(soon, *NAMES["visitor"], by=wren)
        meetings.come_in(code.code, by=wren)
        with clock.at(soon.ends_at):
            meetings.prove([soon.on], "Wren", "a-code", by=wren)
        proof = Proof.objects.get()
    return {
        "guest": guest.key,
        "by_post": jonah.key,
        "code": code.code,
        "soon": booking.key,
        "proof": proof.key,
    }


def _own(member: Person) -> dict[str, Any]:
    """What belongs to the member alone: an address, a session, a passkey, a notice."""
    with wall.acting_as(member.pk):
        people.add_contact(address="marlow@example.org", by=member)
        calendar, secret = exchange.make_calendar(label="Phone", shows="neutral", by=member)
    with transaction.atomic(), wall.house("test.own"):
        session = Session.objects.create(person=member, session_hash=b"1", device="A browser")
        passkey = Passkey.objects.create(
            person=member,
            name="A telephone",
            handle=b"1",
            credential_id=b"1",
            credential=b"1",
            added_on=clock.now().date(),
        )
        notices.tell(member, "people.recovered", dedupe="doors")
        notice = Notice.objects.get(person=member)
        listing = Import.objects.create(number=1, source="doors", file="doors.json")
    return {
        "session": session.key,
        "passkey": passkey.key,
        "notice": notice.key,
        "import": listing.number,
        "calendar": calendar.key,
        "calendar_secret": secret,
    }


def _concern(cast: Cast, post: Post, ash: Person) -> dict[str, str]:
    """Somebody told us about the member's post; the facilitator is there, took it up, and wrote."""
    with wall.acting_as(ash.pk):
        hour = timedelta(hours=1)
        duty = care.offer_hours(cast.group, cast.now - hour, cast.now + hour, by=ash)
    with cast.looking_as("greeter") as noor:
        report = care.report(post, Kind.WORRIED, by=noor)
    with wall.acting_as(ash.pk):
        concern = Concern.objects.visible_to(ash).get()
        care.take_up(concern, by=ash)
        letter = care.write_to(concern, "How are you today?", by=ash)
    assert letter is not None
    return {"duty": duty.key, "report": report.key, "concern": concern.key, "letter": letter.key}
