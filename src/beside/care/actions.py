"""What people do when something should be looked at: ask, tell, take up, bring in, answer.

Call them as the person who acts (`wall.acting_as(by.pk)`, as every request does).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from beside import notices, wall, wire
from beside.care import hands, policy, sealed
from beside.care.models import Case, Concern, Duty, Hand, Letter, Note, Report, Source
from beside.care.words import OUTSIDE, PRESSING, Came, How, Kind, State
from beside.forum.models import Post
from beside.forum.policy import persona_in
from beside.groups.models import Group, Persona
from beside.kernel import clock
from beside.kernel.policy import require
from beside.kernel.text import tidy
from beside.ledger import delays, lines
from beside.meetings.models import Greeting
from beside.people.models import Organisation, Person, Profile

ANSWERED, LETTER = "care.answered", "care.letter"
READ_AGAIN = timedelta(hours=1)
FOR_A_SECOND = timedelta(days=3)  # so long two people have to agree that it is read later
REVIEW_AFTER = timedelta(days=30)


class HoursTaken(ValueError):
    """Somebody else has offered an hour of these already."""


# Asking and telling ------------------------------------------------------------------------------


@transaction.atomic
def ask_for_facilitator(group: Group, words: str = "", *, by: Person) -> Report:
    """Ask for a facilitator, with or without words. Asking twice is asking once."""
    require(policy.may_ask(by, group))
    persona = _persona(by, group)
    with wall.house("care.ask"):
        wall.lock("report", by.pk)
        there = _open_report(by, "group", group.pk, Kind.ASKED)
        if there is not None:
            return there
        concern = hands.open_concern(
            Came.ASKED, persona, reason=f"told:{Kind.ASKED}", words="", grave=True
        )
        return _told(concern, Kind.ASKED, "group", group.pk, words, by)


@transaction.atomic
def say_where(group: Group, words: str, *, by: Person) -> Report:
    """Say where one is, so that help can be sent: for duty workers, and never for the group."""
    require(policy.may_say_where(by, group))
    persona = _persona(by, group)
    with wall.house("care.say_where"):
        wall.lock("report", by.pk)
        there = _open_report(by, "group", group.pk, Kind.WHERE)
        if there is None:
            reason = f"told:{Kind.WHERE}"
            concern = hands.open_concern(
                Came.WHERE, persona, reason=reason, words="", grave=True, outside=True
            )
            return _told(concern, Kind.WHERE, "group", group.pk, words, by)
    return add_words(there, words, by=by)


@transaction.atomic
def report(post: Post, kind: str, words: str = "", *, by: Person) -> Report:
    """Tell somebody about a post. The same thing told twice is told once."""
    require(policy.may_report(by, post))
    return _report("post", post.pk, Kind(kind), words, by)


@transaction.atomic
def report_greeting(greeting: Greeting, kind: str, words: str = "", *, by: Person) -> Report:
    """Tell somebody about words around a visit. The same thing told twice is told once."""
    require(policy.may_report_greeting(by, greeting))
    return _report("greeting", greeting.pk, Kind(kind), words, by)


@transaction.atomic
def add_words(report: Report, words: str, *, by: Person) -> Report:
    """Say more about what one told us; what was answered meanwhile is told anew.

    Returns the report that has the words, and gets the answer.
    """
    require(policy.may_add_words(by, report))
    with wall.house("care.add_words"):
        wall.lock("report", by.pk)
        concern = _of_report(report)
        if concern.closed_at is not None:
            there = _open_report(by, report.thing_kind, report.thing_id, Kind(report.kind))
            if there is None:
                return _told_anew(report, concern, words, by)
            report, concern = there, _of_report(there)
        report.refresh_from_db()
        before = sealed.words_of(report)
        sealed.seal_words(report, "\n\n".join(filter(None, [before, tidy(words)])))
        report.save(update_fields=["words"])
        taken = Hand.objects.filter(concern=concern, until=None, took_at__isnull=False)
        for hand in taken.select_related("person"):
            hands.tell(hand.person, concern, once=f"{report.key}:{len(report.words or b'')}")
    hands.look_again(concern)
    return report


# Looking after it --------------------------------------------------------------------------------


@transaction.atomic
def read(concern: Concern, *, by: Person) -> sealed.Opened:
    """Read what is in it. The record keeps that somebody read, once an hour."""
    require(policy.may_read(by, concern))
    with wall.house("care.read"):
        hand = Hand.objects.get(concern=concern, person=by, until=None)
        fresh = hand.read_at is None or hand.read_at < clock.now() - READ_AGAIN
        if fresh:
            hand.read_at = clock.now()
            hand.save(update_fields=["read_at"])
        found = sealed.open_all(concern)
    if fresh:
        _record("care.read", concern, by)
    return found


@transaction.atomic
def take_up(concern: Concern, *, by: Person) -> Case:
    """Look after it from now on; its clock stops. Twice is once."""
    require(policy.may_take_up(by, concern))
    signed = _signature(by, concern)
    with wall.house("care.take_up"):
        concern = _locked(concern)
        Hand.objects.filter(concern=concern, person=by, until=None, took_at=None).update(
            took_at=clock.now()
        )
        case, new = Case.objects.get_or_create(concern=concern, defaults={"opened": clock.now()})
        concern.state, concern.due = State.TAKEN, None
        concern.taken_by = concern.taken_by or signed
        concern.save(update_fields=["state", "due", "taken_by"])
        reports = list(_reports(concern).filter(status=State.OPEN))
        _reports(concern).filter(status=State.OPEN).update(status=State.TAKEN)
    if new:
        _record("care.take_up", concern, by)
    _say(concern, reports)
    return case


@transaction.atomic
def bring_in(concern: Concern, *, by: Person) -> int:
    """Bring in the duty worker: whoever is on duty, else every one; returns how many.

    Who is not on duty finds it on their desk and is not called away. Where the organisation has no
    duty worker, its coordinators.
    """
    require(policy.may_bring_in(by, concern))
    with wall.house("care.bring_in"):
        concern = _locked(concern)
        on_duty = hands.on_duty(Duty.As.DUTY_WORKER)
        people = on_duty or hands.duty_workers()
        given = hands.give(concern, people, How.CALLED)
        if not people:
            given = hands.to_coordinators(concern)
        for person in people:
            hands.tell(person, concern, once=f"{concern.key}:called", urgent=bool(on_duty))
    if given:
        _record("care.bring_in", concern, by)
    hands.look_again(concern)
    return given


@transaction.atomic
def add_note(concern: Concern, words: str, *, by: Person) -> Note:
    """Write something down for whoever looks after it next; it opens a case."""
    require(policy.may_add_note(by, concern))
    signed = _signature(by, concern)
    with wall.house("care.add_note"):
        case, _new = Case.objects.get_or_create(concern=concern, defaults={"opened": clock.now()})
        note = sealed.write_note(case, words, by=by, signed=signed)
    hands.look_again(concern)
    return note


@transaction.atomic
def write_to(concern: Concern, words: str, *, by: Person) -> Letter | None:
    """Write to the one it is about; nothing is written to somebody who was erased."""
    require(policy.may_write_to(by, concern))
    signed = _signature(by, concern)
    with wall.house("care.write_to"):
        person = hands.wearer(concern.about_id)
        if person is None:
            return None
        letter = sealed.write_letter(concern, person, words, signed=signed, theirs=False)
    notices.tell(person, LETTER, dedupe=letter.key, args={"letter": letter.key})
    _record("care.write_to", concern, by)
    hands.look_again(concern)
    return letter


@transaction.atomic
def write_back(letter: Letter, words: str, *, by: Person) -> Letter:
    """Answer somebody who wrote because they look after one."""
    require(policy.may_write_back(by, letter))
    with wall.house("care.write_back"):
        concern = Concern.objects.select_related("group").get(pk=letter.concern_id)
        name = concern.about_name
        answer = sealed.write_letter(concern, by, words, signed=name, theirs=True)
        if concern.closed_at is not None:  # every hand has let go, and somebody should read it
            _came_back(concern, words, outside=concern.outside)
        held = Hand.objects.filter(concern=concern, until=None, took_at__isnull=False)
        for hand in held.select_related("person"):
            hands.tell(hand.person, concern, once=answer.key, urgent=True)
    hands.look_again(concern)
    return answer


@transaction.atomic
def close(concern: Concern, answer: str, *, by: Person) -> None:
    """Close it; `answer` goes to everybody who told us, and every hand lets go."""
    require(policy.may_close(by, concern))
    with wall.house("care.close"):
        concern = _locked(concern)
        reports = list(_reports(concern).exclude(status=State.CLOSED).select_related("person"))
        for report in reports:
            sealed.seal_answer(report, answer)
            report.status, report.answered_at = State.CLOSED, clock.now()
            report.save(update_fields=["answer", "status", "answered_at"])
        concern.state, concern.closed_at, concern.due = State.CLOSED, clock.now(), None
        concern.save(update_fields=["state", "closed_at", "due"])
        Hand.objects.filter(concern=concern, until=None).update(until=clock.now())
    for report in reports:
        notices.tell(report.person, ANSWERED, dedupe=report.key, args={"report": report.key})
    _record("care.close", concern, by)
    _say(concern, reports)


@transaction.atomic
def ask_later(concern: Concern, why: str, *, by: Person) -> None:
    """Ask that the one it is about reads later what was done; a second person has to agree."""
    require(policy.may_ask_later(by, concern))
    with wall.house("care.ask_later"):
        wall.lock("delay", concern.key)
        delays.ask(concern.key, why, by=by.pk)
        others = Hand.objects.filter(concern=concern, until=None, took_at__isnull=False)
        for hand in others.exclude(person=by).select_related("person"):
            hands.tell(hand.person, concern, once=f"{concern.key}:later")
    hands.look_again(concern)


@transaction.atomic
def agree_later(concern: Concern, *, by: Person) -> None:
    """Agree, as the second person, that it is read later; 30 days on it is shown or agreed anew."""
    require(policy.may_agree_later(by, concern))
    with wall.house("care.agree_later"):
        wall.lock("delay", concern.key)
        agreed = delays.agree(concern.key, by=by.pk, until=clock.now() + REVIEW_AFTER)
    if agreed:
        _record("care.read_later", concern, by)
    hands.look_again(concern)


# Hours -------------------------------------------------------------------------------------------


@transaction.atomic
def offer_hours(group: Group | None, starts: datetime, ends: datetime, *, by: Person) -> Duty:
    """Say when one reads (in a group, or as duty worker with None). Moments are aware.

    Raises HoursTaken when one named person is there already, ValueError when they do not begin
    before they end.
    """
    require(policy.may_offer_hours(by, group))
    if ends <= starts:
        raise ValueError("hours end after they begin")
    role = Duty.As.FACILITATOR if group else Duty.As.DUTY_WORKER
    during = DateTimeTZRange(starts, ends)
    with wall.house("care.offer_hours"):
        try:
            with transaction.atomic():
                duty = Duty.objects.create(person=by, role=role, group=group, during=during)
        except IntegrityError as taken:
            raise HoursTaken from taken
    wire.tell("desk:duty", *([f"desk:{group.key}"] if group else []))
    return duty


@transaction.atomic
def take_back_hours(duty: Duty, *, by: Person) -> None:
    """Not be there after all. No reason is asked."""
    require(policy.may_take_back_hours(by, duty))
    with wall.house("care.take_back_hours"):
        Duty.objects.filter(pk=duty.pk).delete()


# What these share --------------------------------------------------------------------------------


def _record(act: str, concern: Concern, by: Person) -> None:
    """One line in the record. Where somebody told us, it waits until two could look at it."""
    with wall.house("care.record"):
        about = hands.wearer(concern.about_id)
        fresh = Concern.objects.only("told_by").get(pk=concern.pk)
    lines.record(
        act,
        by=by.pk,
        role="facilitator" if _facilitates(by, concern) else _duty(by),
        about=about.pk if about else None,
        group=concern.group_id,
        matter=concern.key,
        withheld_until=clock.now() + FOR_A_SECOND if fresh.told_by else None,
    )


def _of_report(report: Report) -> Concern:
    """The concern that a report is part of, locked: nobody closes it meanwhile."""
    found = Concern.objects.select_for_update(of=("self",))
    return found.select_related("group", "about__group").get(pk=report.box)


def _told_anew(report: Report, answered: Concern, words: str, by: Person) -> Report:
    """More came after the answer: a new concern, and somebody answers again."""
    kind = Kind(report.kind)
    concern = hands.open_concern(
        {Kind.ASKED: Came.ASKED, Kind.WHERE: Came.WHERE}.get(kind, Came.REPORTED),
        answered.about,
        reason=f"told:{kind}",
        words=sealed.excerpt_of(answered),
        grave=kind in PRESSING,
        outside=answered.outside,
        post=answered.post,
        where=answered.where,
    )
    return _told(concern, kind, report.thing_kind, report.thing_id, words, by)


def _came_back(concern: Concern, words: str, *, outside: bool) -> None:
    """Who it was about writes after it was closed: a new concern, for those who have the hours."""
    about = Persona.objects.select_related("group").get(pk=concern.about_id)
    reason = f"told:{Kind.ASKED}"
    hands.open_concern(
        Came.ASKED, about, reason=reason, words=tidy(words), grave=True, outside=outside
    )


def _persona(person: Person, group: Group) -> Persona:
    """Who asks; the one in a group who may always ask."""
    return Persona.objects.worn_by(person).select_related("group").get(group=group)


def _signature(person: Person, concern: Concern) -> str:
    """How one who looks after something signs: by name in the group, or with the duty's title.

    Staff who are in the group like anybody else do not become known there by it.
    """
    persona = persona_in(person, concern.group) if _facilitates(person, concern) else None
    if persona is not None:
        return persona.name
    profile, ours = Profile.objects.visible_to(person).first(), Organisation.ours()
    title = ours.duty_worker_title if ours and policy.is_duty_worker(person) else ""
    return ", ".join(filter(None, [profile.name if profile else "", title]))


def _facilitates(person: Person, concern: Concern) -> bool:
    """Whether it came into their hands, also if they let go since, as somebody who facilitates."""
    own = Hand.objects.visible_to(person).filter(concern=concern).order_by("-since", "-pk").first()
    return own is not None and own.how == How.FACILITATES


def _duty(person: Person) -> str:
    return "duty worker" if policy.is_duty_worker(person) else "coordinator"


def _report(thing: str, number: int, kind: Kind, words: str, by: Person) -> Report:
    """Open a concern about what somebody wrote, or join the one there is."""
    about = {"post": hands.open_about_post, "greeting": hands.open_about_greeting}[thing]
    with wall.house("care.report"):
        wall.lock("report", by.pk)
        there = _open_report(by, thing, number, kind)
        if there is not None:
            return there
        concern = about(
            number,
            Came.REPORTED,
            reason=f"told:{kind}",
            grave=kind in PRESSING,
            outside=kind in OUTSIDE,
        )
        return _told(concern, kind, thing, number, words, by)


def _open_report(person: Person, thing: str, number: int, kind: Kind) -> Report | None:
    """What this person told us about the same thing and is not answered yet."""
    same = Report.objects.filter(person=person, thing_kind=thing, thing_id=number, kind=kind)
    return same.exclude(status=State.CLOSED).first()


def _told(concern: Concern, kind: Kind, thing: str, number: int, words: str, by: Person) -> Report:
    """What somebody told us, sealed with the concern it belongs to."""
    report = Report(
        person=by,
        group=concern.group,
        kind=kind,
        thing_kind=thing,
        thing_id=number,
        box=concern.pk,
        status=State.TAKEN if concern.state == State.TAKEN else State.OPEN,
        at=clock.now(),
    )
    report.save(force_insert=True)
    if words:
        sealed.seal_words(report, words)
        report.save(update_fields=["words"])
    Source.objects.create(concern=concern, report=report)
    return report


def _locked(concern: Concern) -> Concern:
    found = Concern.objects.select_for_update(of=("self",)).select_related("group")
    concern = found.get(pk=concern.pk)
    require(concern.closed_at is None)  # somebody closed it while we waited
    return concern


def _reports(concern: Concern) -> QuerySet[Report]:
    return Report.objects.filter(pk__in=Source.objects.filter(concern=concern).values("report"))


def _say(concern: Concern, reports: Iterable[Report]) -> None:
    """Desks and the pages of those who told us look again."""
    hands.look_again(concern)
    wire.tell(*(f"report:{report.key}" for report in reports))
