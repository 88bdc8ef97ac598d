"""Bringing listings in from elsewhere and taking them out again; addresses for calendars."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from django.core import serializers
from django.db import transaction
from django.db.models import Max, Model
from django.utils.text import slugify

from beside import wall
from beside.exchange import plans, policy, previews
from beside.exchange.meeting_guide import Listing
from beside.exchange.models import CalendarAddress, Import, Row, Waiting
from beside.exchange.plans import Here, Plan, Source
from beside.exchange.policy import By
from beside.groups.models import Group
from beside.kernel import clock
from beside.kernel.ids import new_key
from beside.kernel.policy import require
from beside.ledger import lines
from beside.meetings.models import Door, Meeting, Schedule, Venue
from beside.meetings.occurrences import occurrences, reach
from beside.people.models import Person

AT_ONCE = 1000  # rows a statement
MOST_WAITING = 5  # files of one person


class Otherwise(Exception):
    """What would be done is no longer what somebody saw and agreed to."""


M = TypeVar("M", bound=Model)


@transaction.atomic
def bring(plan: Plan, *, file: str, by: By) -> Import:
    """Do what the plan says, all of it or nothing; what was here before is kept for `undo`."""
    require(policy.may_import(by))
    with wall.house("exchange.bring"):
        wall.lock("exchange")
        done = _begin(plan, file, by)
        before = _as_it_was([here for _listing, here in plan.updated] + plan.gone)
        _take_out([here.group.pk for _listing, here in plan.updated])
        _change_faces(plan)
        new = _add_faces(plan)
        _set_up([*new, *((listing, here.group) for listing, here in plan.updated)], plan.source)
        _close(plan.gone)
        _say_read_today(done, plan)
        _write_down(done, plan, dict(new), before)
    _record("exchange.import", done, by)
    return done


@transaction.atomic
def hold(raw: bytes, how: previews.How, *, file: str, by: Person) -> Waiting:
    """Keep a file for a day, until its sender has seen what it would do. Only the last few stay."""
    require(policy.may_import(by))
    with wall.house("exchange.hold"):
        kept = Waiting.objects.filter(by=by).order_by("-pk")[: MOST_WAITING - 1]
        Waiting.objects.filter(by=by).exclude(pk__in=[each.pk for each in kept]).delete()
        return Waiting.objects.create(
            by=by, file=file[-200:], raw=zlib.compress(raw), manner=how.as_data()
        )


@transaction.atomic
def bring_waiting(waiting: Waiting, *, seen: str, by: Person) -> Import:
    """Do what was seen, once, however often it is asked.

    Raises Otherwise where it would be something else by now, and Waiting.DoesNotExist where the
    file was put away meanwhile.
    """
    require(policy.may_decide(by, waiting))
    with wall.house("exchange.bring_waiting"):
        wall.lock("exchange")
        there = Waiting.objects.select_related("became").get(pk=waiting.pk)
        if there.became is not None:
            return there.became
        plan = previews.plan_of(there)
        if previews.mark(plan) != seen:
            raise Otherwise
        done = bring(plan, file=there.file, by=by)
        Waiting.objects.filter(pk=there.pk).update(became=done, raw=b"")
    return done


@transaction.atomic
def put_away(waiting: Waiting, *, by: Person) -> None:
    """The file is not brought in."""
    require(policy.may_decide(by, waiting))
    with wall.house("exchange.put_away"):
        Waiting.objects.filter(pk=waiting.pk, became=None).delete()


@transaction.atomic
def undo(done: Import, *, by: By) -> Import:
    """Put everything back exactly as it was before this import."""
    require(policy.may_undo(by, done))
    with wall.house("exchange.undo"):
        wall.lock("exchange")
        rows = list(done.rows.exclude(group=None))
        added = [row.group for row in rows if row.what == Row.What.ADDED and row.group]
        _take_out([row.group for row in rows if row.group])
        Group.objects.filter(pk__in=added).delete()
        _put_back([row.before for row in rows if row.before])
        _put_dates_back(done.dates_before)
        done.rows.update(before=None)
        done.undone_at = clock.now()
        done.save(update_fields=["undone_at"])
    _record("exchange.undo", done, by)
    return done


@transaction.atomic
def make_calendar(
    *, label: str, shows: str, words: str = "", place: bool = False, by: Person
) -> tuple[CalendarAddress, str]:
    """A new address for a calendar of theirs, with its secret, which is told this once."""
    require(policy.may_have_calendar(by))
    secret = new_key() + new_key()
    address = CalendarAddress(
        person=by,
        secret_hash=CalendarAddress.digest(secret),
        label=label,
        shows=shows,
        place=place,
        made_on=clock.now().date(),
    )
    address.words = words
    with wall.house("exchange.make_calendar"):
        address.save(force_insert=True)
    return address, secret


@transaction.atomic
def stop_calendar(address: CalendarAddress, *, by: Person) -> None:
    """From now on nothing answers at this address."""
    require(policy.may_stop_calendar(by, address))
    with wall.house("exchange.stop_calendar"):
        CalendarAddress.objects.filter(pk=address.pk).delete()


@transaction.atomic
def note_calendar(address: CalendarAddress, *, by: Person) -> None:
    """A calendar came by today: the day, so that its person sees which of them are in use."""
    require(policy.may_stop_calendar(by, address))
    today = clock.now().date()
    if address.asked_on != today:
        with wall.house("exchange.note_calendar"):
            CalendarAddress.objects.filter(pk=address.pk).update(asked_on=today)


@transaction.atomic
def forget_calendars(person: Person, *, by: Person) -> None:
    """Somebody is erased: none of their addresses answers any more."""
    require(policy.may_forget_calendars(by, person))
    with wall.house("exchange.forget_calendars"):
        CalendarAddress.objects.filter(person=person).delete()


def _begin(plan: Plan, file: str, by: By) -> Import:
    last: int = Import.objects.aggregate(last=Max("number"))["last"] or 0
    # What was here before an older import is of no use any more: only the newest can be undone.
    kept = Import.objects.filter(source=plan.source.name, undone_at=None).order_by("-number")[:1]
    Row.objects.filter(of__source=plan.source.name).exclude(of__in=list(kept)).update(before=None)
    return Import.objects.create(
        number=last + 1,
        source=plan.source.name,
        file=file[-200:],
        by=by if isinstance(by, Person) else None,
        added=len(plan.added),
        updated=len(plan.updated),
        unchanged=len(plan.unchanged),
        closed=len(plan.gone),
        refused=len(plan.reading.refused),
    )


def _as_it_was(known: Sequence[Here]) -> dict[int, str]:
    """By group, every row that belongs to it, in words from which it can be made again."""
    meetings = plans.meetings_of([here.group.pk for here in known])
    return {
        here.group.pk: serializers.serialize(
            "json",
            [here.group, *here.venues, *here.doors, *here.schedules, *meetings[here.group.pk]],
        )
        for here in known
    }


def _take_out(groups: Iterable[int]) -> None:
    """Remove the schedules, meetings and places of these groups; their faces stay."""
    schedules = Schedule.objects.filter(group__in=groups)
    venues = [pk for pk in schedules.values_list("venue", flat=True) if pk]
    Meeting.objects.filter(group__in=groups).delete()
    schedules.delete()
    Venue.objects.filter(pk__in=venues).delete()


def _change_faces(plan: Plan) -> None:
    groups = []
    names: set[str] = set()
    for listing, here in plan.updated:
        fields = plans.group_fields(listing, plan.source)
        for name, value in fields.items():
            setattr(here.group, name, value)
        here.group.source_on = clock.now().date()
        names |= fields.keys() | {"source_on"}
        groups.append(here.group)
    if groups:
        Group.objects.bulk_update(groups, sorted(names), batch_size=AT_ONCE)


def _add_faces(plan: Plan) -> list[tuple[Listing, Group]]:
    groups = [
        Group(
            slug=_address(plan.source.name, listing),
            source=plan.source.name,
            source_slug=listing.slug,
            source_on=clock.now().date(),
            **plans.group_fields(listing, plan.source),
        )
        for listing in plan.added
    ]
    Group.objects.bulk_create(groups, batch_size=AT_ONCE)
    return list(zip(plan.added, groups, strict=True))


def _address(source: str, listing: Listing) -> str:
    """An address of its own that stays the same, whatever other sources call their meetings."""
    mark = sha256(f"{source}\0{listing.slug}".encode()).hexdigest()[:8]
    return f"{slugify(listing.slug)[:70] or 'meeting'}-{mark}"


def _set_up(told: Sequence[tuple[Listing, Group]], source: Source) -> None:
    """The places, schedules and coming meetings of these groups."""
    venues: dict[int, Venue] = {}
    doors: list[Door] = []
    schedules: list[Schedule] = []
    for listing, group in told:
        place = plans.venue_fields(listing, source)
        if place is not None:
            venues[group.pk] = Venue(**place, confirmed_on=None)
    Venue.objects.bulk_create(venues.values(), batch_size=AT_ONCE)
    for listing, group in told:
        venue = venues.get(group.pk)
        exact = plans.door_fields(listing)
        if venue is not None and exact is not None:
            doors.append(Door(venue=venue, **exact))
        rule = plans.schedule_fields(listing)
        if rule is not None:
            yesterday = clock.now().date() - timedelta(days=1)  # no zone loses its first meeting
            schedules.append(Schedule(group=group, venue=venue, first_on=yesterday, **rule))
    Door.objects.bulk_create(doors, batch_size=AT_ONCE)
    Schedule.objects.bulk_create(schedules, batch_size=AT_ONCE)
    now = clock.now()
    coming = [
        meeting
        for schedule in schedules
        for meeting in occurrences(schedule, after=now, until=now + reach(schedule))
    ]
    Meeting.objects.bulk_create(coming, batch_size=AT_ONCE)


def _close(gone: Sequence[Here]) -> None:
    now, groups = clock.now(), [here.group.pk for here in gone]
    Group.objects.filter(pk__in=groups).update(closed_at=now)
    Schedule.objects.filter(group__in=groups).update(ended_at=now)
    Meeting.objects.filter(group__in=groups, starts_at__gt=now).delete()


def _say_read_today(done: Import, plan: Plan) -> None:
    groups = [here.group for here in plan.unchanged]
    done.dates_before = {str(group.pk): str(group.source_on or "") for group in groups}
    done.save(update_fields=["dates_before"])
    same = Group.objects.filter(pk__in=[group.pk for group in groups])
    same.update(source_on=clock.now().date())


def _write_down(
    done: Import, plan: Plan, new: dict[Listing, Group], before: dict[int, str]
) -> None:
    def line(what: Row.What, number: int, group: Group) -> Row:
        slug, was = group.source_slug, before.get(group.pk)
        return Row(of=done, number=number, slug=slug, what=what, group=group.pk, before=was)

    rows = [line(Row.What.ADDED, listing.row, group) for listing, group in new.items()]
    rows += [line(Row.What.UPDATED, listing.row, here.group) for listing, here in plan.updated]
    rows += [line(Row.What.CLOSED, 0, here.group) for here in plan.gone]
    rows += [
        Row(of=done, number=each.row, slug=each.slug, what=Row.What.REFUSED,
            field=each.field, reason=each.reason[:200])
        for each in plan.reading.refused
    ]  # fmt: skip
    Row.objects.bulk_create(rows, batch_size=AT_ONCE)


def _put_back(before: Iterable[Any]) -> None:
    """Make the rows again, with the numbers they had."""
    found = [each.object for words in before for each in serializers.deserialize("json", words)]
    groups = _only(Group, found)
    if groups:
        names = [field.name for field in Group._meta.concrete_fields if not field.primary_key]
        Group.objects.bulk_update(groups, names, batch_size=AT_ONCE)
    Venue.objects.bulk_create(_only(Venue, found), batch_size=AT_ONCE)
    Door.objects.bulk_create(_only(Door, found), batch_size=AT_ONCE)
    Schedule.objects.bulk_create(_only(Schedule, found), batch_size=AT_ONCE)
    Meeting.objects.bulk_create(_only(Meeting, found), batch_size=AT_ONCE)


def _only(model: type[M], rows: Iterable[Any]) -> list[M]:
    return [row for row in rows if isinstance(row, model)]


def _put_dates_back(dates: dict[str, str]) -> None:
    groups = list(Group.objects.filter(pk__in=[int(pk) for pk in dates]).only("pk"))
    for group in groups:
        said = dates[str(group.pk)]
        group.source_on = date.fromisoformat(said) if said else None
    if groups:
        Group.objects.bulk_update(groups, ["source_on"], batch_size=AT_ONCE)


def _record(act: str, done: Import, by: By) -> None:
    role = "coordinator" if isinstance(by, Person) else "operator"
    number = by.pk if isinstance(by, Person) else None
    lines.record(act, by=number, role=role, reason=f"import {done.number}, {done.source}")
