"""Groups and meetings: what the code lists, allows, and the database shows, is the same.

The list is asked as the house, so that the rule in the code stands alone; the database is asked
with a bare `objects.all()` as each of the cast, so that the row policies stand alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.utils import ProgrammingError

from beside import wall
from beside.finding.models import Occasion
from beside.groups import actions as groups
from beside.groups import live as groups_live
from beside.groups import policy
from beside.groups.models import (
    Acceptance,
    Agreement,
    Group,
    Inside,
    Membership,
    Persona,
    Wearer,
)
from beside.groups.words import Entry, Part
from beside.kernel import clock
from beside.meetings import actions as meetings
from beside.meetings import live, models
from beside.meetings import policy as meetings_policy
from beside.meetings.models import (
    Booking,
    Door,
    DoorCode,
    FirstTalk,
    Fit,
    Greeting,
    Guest,
    Holding,
    Manner,
    Meeting,
    Photo,
    Posted,
    Proof,
    Said,
    Schedule,
    Taken,
    Venue,
)
from beside.people.models import Person
from tests.cast import PARTS, Cast, member_of

Rule = Callable[[Person | None], set[int]]


def numbers(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def listed(model: type[Model], *more: Callable[[Person], QuerySet[Any]]) -> Rule:
    """What `visible_to` lists, with what an app above adds to a table beneath it."""

    def rule(person: Person | None) -> set[int]:
        found = numbers(model.objects.visible_to(person))  # type: ignore[attr-defined]
        for adds in more if person is not None else ():
            found |= numbers(adds(person))
        return found

    return rule


RULES: dict[type[Model], Rule] = {
    Group: listed(Group),
    Inside: listed(Inside, models.insides_visited),
    Persona: listed(Persona, models.personas_met),
    Wearer: listed(Wearer),
    Membership: listed(Membership),
    Agreement: listed(Agreement, models.agreements_visited),
    Acceptance: listed(Acceptance),
    Venue: listed(Venue),
    Door: listed(Door),
    Photo: listed(Photo),
    FirstTalk: listed(FirstTalk),
    Schedule: listed(Schedule),
    Meeting: listed(Meeting),
    Occasion: listed(Occasion),
    Said: listed(Said),
    Holding: listed(Holding),
    Booking: listed(Booking),
    Greeting: listed(Greeting),
    Fit: listed(Fit),
    Manner: listed(Manner),
    Guest: listed(Guest),
    DoorCode: listed(DoorCode),
    Posted: listed(Posted),
    Proof: listed(Proof),
}


@pytest.fixture
def full(cast: Cast) -> Cast:
    """The cast with something in every table."""
    for part in ("member", "visitor", "facilitator"):
        with cast.looking_as(part) as person:
            groups.accept_agreement(cast.agreement, by=person)
    with cast.looking_as("greeter") as greeter:
        meetings.greet(cast.booking, "Hello, I was new once too.", by=greeter)
    with cast.looking_as("visitor") as visitor:
        meetings.greet(cast.booking, "Thank you.", by=visitor)
    with cast.looking_as("elsewhere") as elsewhere:
        meetings.book_seat(cast.other_meeting, by=elsewhere)
        meetings.book_visit(cast.later, "Sparrow", 4, by=elsewhere)
    with cast.looking_as("coordinator") as esi:
        hidden = groups.open_group(name="Wednesday Wool", listed=False, by=esi)
        asked = groups.open_group(name="After", entry=Entry.REQUEST, by=esi)
    with wall.house("test.full"):
        during = (cast.meeting.starts_at, cast.meeting.ends_at)
        for meeting, part in ((cast.meeting, "facilitator"), (cast.other_meeting, "elsewhere")):
            Holding.objects.create(
                meeting=meeting, persona=cast.personas[part], part=Holding.Part.LEAD, during=during
            )
        hall = cast.other_meeting.venue
        assert hall is not None
        open_hall = Venue.objects.create(name="Library")
        for door in (
            Door.objects.create(venue=hall, address="12 River Street"),
            Door.objects.create(venue=open_hall, address="1 High Street", public=True),
            Door.objects.create(venue=Venue.objects.create(name="Nobody has met here")),
        ):
            Photo.objects.create(door=door, jpeg=b"", words="A door")
        FirstTalk.objects.create(persona=cast.personas["visitor"], group=cast.group)
        Fit.objects.create(person=cast["visitor"], meeting=cast.meeting, sealed=b"")
        Fit.objects.create(person=cast["member"], meeting=cast.meeting, sealed=b"")
        for group in (cast.group, cast.other_group, hidden):
            Manner.objects.create(group=group)
        for group, meeting in ((cast.group, cast.meeting), (cast.other_group, cast.other_meeting)):
            nobody = Persona.objects.create(group=group, name="Rose")
            Guest.objects.create(persona=nobody, group=group, reach=Guest.Reach.NOBODY)
            kept = Booking.objects.create(meeting=meeting, persona=nobody, kind=Booking.Kind.SEAT)
            Posted.objects.create(booking=kept, sequence=0)
            DoorCode.objects.create(meeting=meeting, code="k4m9xz", until=meeting.ends_at)
        for part in ("visitor", "member"):
            Proof.objects.create(person=cast[part], code=part.encode(), name=b"")
        member = cast.personas["member"]
        Booking.objects.create(meeting=cast.later, persona=member, kind=Booking.Kind.SEAT)
        for meeting in (cast.meeting, cast.later, cast.other_meeting):
            Said.objects.create(meeting=meeting, words="Noor’s mother died.")
    with cast.looking_as("stranger") as stranger:
        groups.be_known(asked, "Juniper", 3, by=stranger)
        groups.join(asked, by=stranger)
    with wall.house("test.hidden"):
        shelter = Venue.objects.create(name="Only a hidden group meets here")
        Photo.objects.create(door=Door.objects.create(venue=shelter), jpeg=b"", words="A door")
        persona = Persona.objects.create(group=hidden, name="Moss", pebble=1, joined_at=clock.now())
        Wearer.objects.create(persona=persona, group=hidden, person=cast["greeter"])
        Membership.objects.create(persona=persona, group=hidden)
        Meeting.objects.create(
            group=hidden,
            on=cast.meeting.on,
            at=cast.meeting.at,
            zone=cast.meeting.zone,
            starts_at=cast.meeting.starts_at,
            ends_at=cast.meeting.ends_at,
            way="in_person",
            venue=shelter,
        )
    return cast


@pytest.mark.parametrize("model", RULES, ids=lambda model: model.__name__)
def test_the_list_and_the_database_say_the_same_to_everybody(
    full: Cast, model: type[Model]
) -> None:
    said, shown = {}, {}
    for part, person in full.everybody().items():
        with wall.house("test.twin"):
            said[part] = RULES[model](person)
        with full.looking_as(part):
            shown[part] = numbers(model._default_manager.all())
    assert said == shown
    assert tuple(said) == PARTS


@pytest.mark.parametrize("model", RULES, ids=lambda model: model.__name__)
def test_the_twins_are_tried_on_rows(full: Cast, model: type[Model]) -> None:
    with wall.house("test.rows"):
        assert model._default_manager.exists()


def test_every_model_with_sight_has_a_twin() -> None:
    from django.apps import apps

    there = {*apps.get_app_config("groups").get_models()}
    there |= {*apps.get_app_config("meetings").get_models()}
    there |= {*apps.get_app_config("finding").get_models()}
    assert there - {Taken} == set(RULES)


def test_when_somebody_is_held_in_whichever_group_is_for_the_house_alone(full: Cast) -> None:
    for part in PARTS:
        with full.looking_as(part), pytest.raises(ProgrammingError), transaction.atomic():
            Taken.objects.exists()


def seen_by(cast: Cast, model: type[Model], **about: Any) -> set[str]:
    """Who of the cast is shown at least one such row by the database alone."""
    found = set()
    for part in PARTS:
        with cast.looking_as(part):
            if model._default_manager.filter(**about).exists():
                found.add(part)
    return found


INSIDE = {"member", "greeter", "facilitator", "blocked"}


def test_who_is_in_a_group_is_shown_to_its_members_alone(full: Cast) -> None:
    current = {"group": full.group, "standing": "member", "until": None}
    assert seen_by(full, Membership, **current) == INSIDE


def test_who_left_or_was_removed_is_shown_to_facilitators_and_themselves(full: Cast) -> None:
    assert seen_by(full, Membership, standing="left") == {"facilitator", "left"}
    assert seen_by(full, Membership, standing="removed") == {"facilitator", "removed"}


def test_the_agreement_is_shown_to_members_and_to_visitors(full: Cast) -> None:
    seen = seen_by(full, Agreement, group=full.group)
    assert seen == INSIDE | {"visitor", "elsewhere"}  # "elsewhere" has booked a visit next week


def test_nobody_but_oneself_sees_who_is_behind_a_name(full: Cast) -> None:
    for part in ("member", "visitor", "elsewhere", "left"):
        assert seen_by(full, Wearer, person=full[part]) == {part}


def test_a_visitor_sees_nobody_but_themselves_and_who_expects_them(full: Cast) -> None:
    with full.looking_as("visitor"):
        names = set(Persona.objects.values_list("name", flat=True))
    assert names == {"Wren", "Ash", "Noor"}


def test_newcomers_are_shown_to_greeters_and_facilitators_alone(full: Cast) -> None:
    seen = seen_by(full, Booking, pk=full.booking.pk)
    assert seen == {"visitor", "greeter", "facilitator"}


def test_the_name_of_a_newcomer_is_shown_to_greeters_and_facilitators_until_they_join(
    full: Cast,
) -> None:
    visits = full.personas["visitor"]
    assert seen_by(full, Persona, pk=visits.pk) == {"visitor", "greeter", "facilitator"}
    with full.looking_as("visitor") as wren:
        groups.join(full.group, by=wren)
    assert seen_by(full, Persona, pk=visits.pk) == INSIDE | {"visitor"}
    with full.looking_as("visitor") as wren:
        groups.leave(full.group, by=wren)
    assert seen_by(full, Persona, pk=visits.pk) == INSIDE | {"visitor"}


def test_the_name_of_somebody_who_asks_is_shown_to_members_once_they_are_let_in(
    full: Cast,
) -> None:
    with wall.house("test.entry"):
        Group.objects.filter(pk=full.group.pk).update(entry=Entry.REQUEST)
        full.group.refresh_from_db()
    with full.looking_as("stranger") as stranger:
        asks = groups.be_known(full.group, "Juniper", 3, by=stranger)
        asking = groups.join(full.group, by=stranger)
    assert seen_by(full, Persona, pk=asks.pk) == {"stranger", "greeter", "facilitator"}
    with full.looking_as("facilitator") as ash:
        groups.admit(asking, by=ash)
    assert seen_by(full, Persona, pk=asks.pk) == INSIDE | {"stranger"}


def test_what_is_written_before_a_visit_is_shown_to_its_two_sides(full: Cast) -> None:
    assert seen_by(full, Greeting) == {"visitor", "greeter", "facilitator"}


def test_an_exact_door_and_its_photo_are_shown_to_those_expected_there_and_to_its_keepers(
    full: Cast,
) -> None:
    expected = {
        "Riverside Hall": {"elsewhere", "other_facilitator", "coordinator"},
        "Library": set(PARTS),
        "Nobody has met here": {"facilitator", "other_facilitator", "coordinator"},
        "Only a hidden group meets here": {"greeter", "coordinator"},
    }
    for name, parts in expected.items():
        assert seen_by(full, Door, venue__name=name) == parts
        assert seen_by(full, Photo, door__venue__name=name) == parts


def test_why_a_meeting_changed_is_shown_to_its_group_and_to_those_expected(full: Cast) -> None:
    assert seen_by(full, Said, meeting=full.meeting) == INSIDE | {"visitor"}
    assert seen_by(full, Said, meeting=full.later) == INSIDE | {"elsewhere"}
    for standing, reads in (("waiting", True), ("offered", True), ("lapsed", False)):
        with wall.house("test.standing"):
            visit = Booking.objects.filter(meeting=full.later, kind=Booking.Kind.VISIT)
            visit.update(standing=standing)
        assert ("elsewhere" in seen_by(full, Said, meeting=full.later)) is reads


def sees_the_door_of(cast: Cast, venue: Venue) -> set[str]:
    """Who is shown it; what the database shows is what the code lists."""
    seen = seen_by(cast, Door, venue=venue)
    with wall.house("test.twin"):
        assert seen == {
            part
            for part, person in cast.everybody().items()
            if Door.objects.visible_to(person).filter(venue=venue).exists()
        }
    return seen


@pytest.fixture
def loft(cast: Cast) -> Venue:
    """A venue of the group of the cast, whose place is told after a first talk."""
    with wall.house("test.loft"):
        Manner.objects.create(group=cast.group, door_after=Manner.DoorAfter.GREETED)
        loft = Venue.objects.create(name="Loft")
        Door.objects.create(venue=loft, address="8 Weaver Mews")
        cast.meeting.venue, cast.meeting.way = loft, "hybrid"
        cast.meeting.save()
    return loft


KNOW = {"facilitator", "greeter", "coordinator"}


def test_joining_an_open_group_is_no_way_to_its_door(cast: Cast, loft: Venue) -> None:
    assert sees_the_door_of(cast, loft) == KNOW
    with cast.looking_as("visitor") as wren:
        groups.join(cast.group, by=wren)
    member_of(cast.group, cast["stranger"], "Corvid")
    with cast.looking_as("stranger") as stranger:
        seat = meetings.book_seat(cast.meeting, by=stranger)
    assert sees_the_door_of(cast, loft) == KNOW
    with clock.at(cast.meeting.starts_at):
        with cast.looking_as("facilitator") as ash:
            code = meetings.show_code(cast.meeting, by=ash).code
        with cast.looking_as("stranger") as stranger:
            meetings.came(seat, by=stranger)  # for a moment in the call
        with cast.looking_as("visitor") as wren:
            meetings.come_in(code, by=wren)  # a code that somebody sent
        assert sees_the_door_of(cast, loft) == KNOW
        with cast.looking_as("facilitator") as ash:
            meetings.tap_in(seat, here=True, by=ash)
        assert sees_the_door_of(cast, loft) == KNOW | {"stranger"}
        with cast.looking_as("facilitator") as ash:
            meetings.tap_in(seat, here=False, by=ash)  # it was somebody else
        assert sees_the_door_of(cast, loft) == KNOW
        with cast.looking_as("greeter") as noor:
            groups.know(seat.persona, by=noor)  # they have talked
        assert sees_the_door_of(cast, loft) == KNOW | {"stranger"}


def test_who_is_removed_or_leaves_while_they_are_there_reads_nothing_of_it_any_more(
    cast: Cast, loft: Venue
) -> None:
    gone = {"blocked", "visitor"}
    with cast.looking_as("blocked") as hal:
        seat = meetings.book_seat(cast.meeting, by=hal)
    with clock.at(cast.meeting.starts_at + timedelta(minutes=5)):
        with cast.looking_as("facilitator") as ash:
            for each in (seat, cast.booking):
                meetings.tap_in(each, here=True, by=ash)
        assert sees_the_door_of(cast, loft) >= gone
        with cast.looking_as("facilitator") as ash:
            groups.remove(cast.memberships["blocked"], "Enough.", by=ash)
        with cast.looking_as("visitor") as wren:
            groups.leave(cast.group, by=wren)
        assert sees_the_door_of(cast, loft) == KNOW
        for part in gone:
            with cast.looking_as(part) as person:
                for model in (Agreement, Inside, Holding, Said):
                    assert not model.objects.exists()
                assert not live.may_watch_meeting(person, cast.meeting.key)
                assert not Booking.objects.open_doors(person).exists()
                assert not Booking.objects.expecting(person).exists()


def test_the_first_words_of_another_open_the_door_and_it_stays_open(
    cast: Cast, loft: Venue
) -> None:
    with cast.looking_as("greeter") as noor:
        meetings.greet(cast.booking, "Hello Wren.", by=noor)
    assert sees_the_door_of(cast, loft) == KNOW | {"visitor"}
    with cast.looking_as("visitor") as wren:
        groups.join(cast.group, by=wren)
    with wall.house("test.long_ago"):
        Greeting.objects.all().delete()
        Booking.objects.all().delete()
    assert sees_the_door_of(cast, loft) == KNOW | {"visitor"}
    with cast.looking_as("visitor") as wren:  # who comes back is somebody else
        groups.leave(cast.group, by=wren)
    member_of(cast.group, cast["visitor"], "Wren")
    assert sees_the_door_of(cast, loft) == KNOW


def test_words_stay_whatever_becomes_of_a_tap_and_are_written_down_once(
    cast: Cast, loft: Venue
) -> None:
    with clock.at(cast.meeting.starts_at):
        with cast.looking_as("facilitator") as ash:
            meetings.tap_in(cast.booking, here=True, by=ash)
        assert sees_the_door_of(cast, loft) == KNOW | {"visitor"}
        with cast.looking_as("greeter") as noor:
            meetings.greet(cast.booking, "Hello Wren.", by=noor)
        with cast.looking_as("facilitator") as ash:
            meetings.tap_in(cast.booking, here=False, by=ash)
    assert sees_the_door_of(cast, loft) == KNOW | {"visitor"}
    with wall.house("test.once"):
        assert not FirstTalk.objects.exists()
        assert Persona.objects.get(pk=cast.booking.persona_id).known_at is not None


def test_being_tapped_in_shows_the_door_and_not_who_is_here(cast: Cast, loft: Venue) -> None:
    with cast.looking_as("visitor") as wren:
        groups.join(cast.group, by=wren)
    with clock.at(cast.meeting.starts_at), cast.looking_as("facilitator") as ash:
        meetings.tap_in(cast.booking, here=True, by=ash)
    assert sees_the_door_of(cast, loft) == KNOW | {"visitor"}
    with cast.looking_as("visitor") as wren:
        for sight in (Membership.objects.visible_to(wren), Membership.objects.all()):
            plain = sight.filter(role=Part.MEMBER).values_list("persona", flat=True)
            assert list(plain) == [cast.booking.persona_id]


def test_whoever_was_let_in_or_was_there_before_the_group_asked_for_it_knows_the_door(
    cast: Cast, loft: Venue
) -> None:
    with wall.house("test.entry"):
        Group.objects.filter(pk=cast.group.pk).update(entry=Entry.REQUEST)
        Manner.objects.all().delete()
        cast.group.refresh_from_db()
    asking = member_of(cast.group, cast["stranger"], "Juniper")
    members = KNOW | {"member", "blocked", "visitor"}
    assert sees_the_door_of(cast, loft) == members
    with cast.looking_as("facilitator") as ash:
        meetings.keep_manner(
            cast.group,
            door_after="greeted",
            supporters=False,
            offer_minutes=60,
            attendance_days=30,
            by=ash,
        )
    assert sees_the_door_of(cast, loft) == members - {"visitor"}
    with cast.looking_as("facilitator") as ash:
        groups.admit(asking, by=ash)
    assert sees_the_door_of(cast, loft) == members - {"visitor"} | {"stranger"}


def test_with_whom_somebody_talked_is_shown_to_those_who_greet_and_themselves(full: Cast) -> None:
    assert seen_by(full, FirstTalk) == {"visitor", "greeter", "facilitator"}


def test_who_comes_to_a_seat_is_shown_to_facilitators_and_themselves(full: Cast) -> None:
    seen = seen_by(full, Booking, meeting=full.later, kind=Booking.Kind.SEAT)
    assert seen == {"member", "facilitator"}


def test_whoever_has_no_account_and_the_code_at_the_door_are_for_facilitators(full: Cast) -> None:
    assert seen_by(full, Guest, group=full.group) == {"facilitator"}
    assert seen_by(full, DoorCode, meeting=full.meeting) == {"facilitator"}
    assert seen_by(full, Posted, booking__meeting=full.meeting) == {"facilitator"}
    assert seen_by(full, Persona, name="Rose", group=full.group) == {"greeter", "facilitator"}


def test_a_proof_is_shown_to_nobody_else(full: Cast) -> None:
    assert seen_by(full, Proof, person=full["visitor"]) == {"visitor"}


def test_how_a_visit_felt_is_shown_to_nobody_else(full: Cast) -> None:
    assert seen_by(full, Fit, person=full["visitor"]) == {"visitor"}


def test_a_visit_opens_the_group_until_a_day_after(full: Cast) -> None:
    with wall.house("test.later"):
        over = clock.now() - timedelta(hours=25)
        full.meeting.starts_at, full.meeting.ends_at = over - timedelta(hours=1), over
        full.meeting.save()
    assert "visitor" not in seen_by(full, Agreement, group=full.group)
    assert "visitor" not in seen_by(full, Holding, meeting=full.meeting)


def test_an_unlisted_group_is_shown_to_its_members_and_to_the_organisation(full: Cast) -> None:
    seen = seen_by(full, Group, listed=False)
    assert seen == {"greeter", "coordinator", "duty_worker"}


def test_the_organisation_sees_faces_and_never_inside(full: Cast) -> None:
    for part in ("duty_worker", "coordinator"):
        with full.looking_as(part):
            assert not Membership.objects.exists()
            assert not Agreement.objects.exists()
            assert not Booking.objects.exists()
            assert not Persona.objects.exists()


def test_what_is_allowed_is_what_is_listed(full: Cast) -> None:
    for part, person in full.everybody().items():
        with full.looking_as(part):
            of = person is not None and Group.objects.of(person).filter(pk=full.group.pk).exists()
            held = person is not None and full.group in Group.objects.held_by(person)
            booking = Booking.objects.visible_to(person).filter(pk=full.booking.pk).exists()
            assert policy.is_member(person, full.group) == of
            assert policy.facilitates(person, full.group) == held
            assert groups_live.may_watch(person, full.group.key) == of
            assert live.may_watch_greeting(person, full.booking.key) == booking
            if person is not None and part != "visitor":
                assert meetings_policy.may_greet(person, full.booking) == booking


def test_who_may_watch_a_meeting_is_who_comes_or_belongs_there(full: Cast) -> None:
    may = set()
    for part, person in full.everybody().items():
        with full.looking_as(part):
            if live.may_watch_meeting(person, full.meeting.key):
                may.add(part)
    assert may == INSIDE | {"visitor"}
