"""Into whose hands a concern comes, and who is told. Called by acts and the clock, as the house."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet
from django.urls import reverse

from beside import notices, wall, wire
from beside.care import sealed
from beside.care.hours import Hours, hours_of
from beside.care.models import Case, Concern, Duty, Hand, Report
from beside.care.words import FIRST_CLOCK, SECOND_CLOCK, Came, How, Kind, State
from beside.forum.models import Post
from beside.forum.pages import page_of
from beside.groups.models import Group, Membership, Persona, Wearer
from beside.groups.words import Part
from beside.kernel import clock
from beside.meetings.models import Greeting
from beside.people.models import Person, Role
from beside.vault.box import Box

NOT_TOLD, TOLD, TOLD_FURTHER, OVERDUE = range(4)
WAITING = "care.waiting"


def open_concern(
    came: Came,
    about: Persona,
    *,
    reason: str,
    words: str,
    grave: bool,
    outside: bool = False,
    post: int | None = None,
    where: str = "",
) -> Concern:
    """A concern about a persona; for a post that has an open one, the same, with one reason more.

    `outside`: it goes to duty workers and not to the group's facilitators; where the organisation
    has no duty worker, to its coordinators. It never becomes part of one that facilitators have.
    """
    if post is not None:
        wall.lock("post", post)  # two who tell of it at one moment tell of one concern
    outside = outside or _is_keeper(about)
    same = Concern.objects.filter(post=post, outside=outside).waiting()
    concern = same.first() if post is not None else None
    fresh = concern is None
    if concern is None:
        concern = Concern.objects.create(
            came=came,
            group=about.group,
            about=about,
            about_name=about.name,
            about_pebble=about.pebble,
            post=post,
            where=where,
            outside=outside,
            opened=clock.now(),
            excerpt=b"",
        )
        sealed.seal_excerpt(concern, words)
    concern.reasons = list(dict.fromkeys([*concern.reasons, reason]))
    concern.grave = concern.grave or grave
    concern.told_by += came == Came.REPORTED
    _hand_round(concern, fresh=fresh)
    concern.save()
    look_again(concern)
    return concern


def open_about_post(
    number: int, came: Came, *, reason: str, grave: bool, outside: bool = False
) -> Concern:
    """A concern about a post, with a sealed copy of its words as they are now."""
    wanted = Post.objects.select_related("topic", "group", "persona__group").defer("tsv")
    post = wanted.get(pk=number)
    title = f"{post.topic.title}\n\n" if post.is_opening else ""
    return open_concern(
        came,
        post.persona,
        reason=reason,
        words=title + post.words,
        grave=grave,
        outside=outside,
        post=post.pk,
        where=f"{reverse('forum:topic', args=[post.group.key, post.topic.key])}"
        f"?after={page_of(post.position)}#post-{post.key}",
    )


def open_about_greeting(
    number: int, came: Came, *, reason: str, grave: bool, outside: bool
) -> Concern:
    """A concern about words around a visit, with a sealed copy of them."""
    greeting = Greeting.objects.select_related("persona__group", "booking").get(pk=number)
    return open_concern(
        came,
        greeting.persona,
        reason=reason,
        words=greeting.words,
        grave=grave,
        outside=outside,
        where=reverse("meetings:greet", args=[greeting.persona.group.key, greeting.booking.key]),
    )


def _hand_round(concern: Concern, *, fresh: bool) -> None:
    """Hands for a concern that was just told; the clock begins with the first of them."""
    hours, workers = hours_of(concern.group_id), duty_workers()
    if fresh and (not concern.outside or (not workers and _cannot_wait(concern))):
        give(concern, facilitators(concern.group_id), How.FACILITATES)
    if concern.outside and not workers:
        to_coordinators(concern)
    if concern.outside or not hours.reads:
        give(concern, on_duty(Duty.As.DUTY_WORKER) or workers * concern.outside, How.DUTY)
    reach_somebody(concern)
    if fresh:
        concern.due = hours.due(FIRST_CLOCK)
        concern.step = TOLD if hours.somebody else NOT_TOLD
    tell_those_on_duty(concern)


def further(concern: Concern) -> None:
    """The clock of an open concern has run: tell the next ones, or wait for the next hours."""
    hours = hours_of(concern.group_id)
    if not hours.somebody and concern.due == hours.next_at:
        return
    if not hours.somebody:
        concern.due = hours.next_at
    elif concern.step == NOT_TOLD:
        _begin(concern, hours)
    elif concern.step == TOLD:
        give(concern, on_duty(Duty.As.DUTY_WORKER), How.ESCALATED)
        concern.step, concern.due = TOLD_FURTHER, clock.now() + SECOND_CLOCK - FIRST_CLOCK
    else:
        concern.step = OVERDUE
    tell_those_on_duty(concern)
    concern.save(update_fields=["step", "due"])
    look_again(concern)


def _begin(concern: Concern, hours: Hours) -> None:
    """Hours have begun: the first to be there are told now."""
    if not hours.reads:
        give(concern, on_duty(Duty.As.DUTY_WORKER), How.DUTY)
    concern.step, concern.due = TOLD, clock.now() + FIRST_CLOCK


def give(concern: Concern, people: Iterable[Person], how: How) -> int:
    """A hand for each who has none yet, and never for the one it is about; returns how many."""
    without = wearer(concern.about_id)
    wanted = [each for each in people if without is None or each.pk != without.pk]
    there = set(
        Hand.objects.filter(concern=concern, until=None).values_list("person_id", flat=True)
    )
    fresh = [
        Hand(concern=concern, person=each, how=how, since=clock.now())
        for each in wanted
        if each.pk not in there
    ]
    Hand.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def reach_somebody(concern: Concern) -> None:
    """What is in nobody's hands comes to the duty workers, without any to the coordinators.

    Where the one it is about is the only coordinator too, those who facilitate beside them have it.
    """
    open_hands = Hand.objects.filter(concern=concern, until=None)
    if any(_is_live(hand) for hand in open_hands.select_related("person")):
        return
    open_hands.update(until=clock.now())
    found = give(concern, duty_workers(), How.DUTY) or to_coordinators(concern)
    if not found and concern.came != Came.WHERE:  # no facilitator sees where somebody is
        give(concern, facilitators(concern.group_id), How.FACILITATES)
    look_again(concern)


def in_nobodys_hands() -> list[Concern]:
    """What waits although all who had it stepped back, left or lost their duty."""
    open_hands = Hand.objects.filter(until=None).values("person")
    held = {
        number
        for person in Person.objects.filter(pk__in=open_hands)
        for number in Hand.objects.live(person).values_list("concern", flat=True)
    }
    return list(Concern.objects.waiting().exclude(pk__in=held).select_related("group", "about"))


def _is_live(hand: Hand) -> bool:
    return Hand.objects.live(hand.person).filter(pk=hand.pk).exists()


def to_coordinators(concern: Concern) -> int:
    """Staff are answerable to a named person outside the group; they are told, but never paged."""
    given = give(concern, coordinators(), How.COORDINATES)
    held = Hand.objects.filter(concern=concern, until=None, how=How.COORDINATES)
    for hand in held.select_related("person"):
        tell(hand.person, concern, once=f"{concern.key}:coordinates")
    return given


def _cannot_wait(concern: Concern) -> bool:
    """Somebody may be in danger, and a coordinator keeps no hours: the facilitators know too."""
    return f"told:{Kind.DANGER}" in concern.reasons and not _is_keeper(concern.about)


def tell_those_on_duty(concern: Concern) -> None:
    """Notices for those whose hours it is and in whose hands it is; nobody else is disturbed.

    Words that a rule noticed fill the desk and no more, unless they are grave: then, as where
    somebody is asked for, the letter waits for no other. Somebody about whom much comes within a
    quarter of an hour is one notice, and one more where a life is at stake.
    """
    if not concern.grave and not concern.told_by:
        return
    lately = Concern.objects.filter(
        about=concern.about_id, state=State.OPEN, opened__gt=clock.now() - SECOND_CLOCK
    )
    first = lately.order_by("opened", "pk").first() or concern
    again = ":life" if concern.is_for_life else ""
    here = Q(group=concern.group_id) | Q(group=None)
    there = Duty.objects.now().filter(here)
    held = Hand.objects.filter(concern=concern, until=None, person__in=there.values("person"))
    for hand in held.select_related("person"):
        once = f"{first.key}:{concern.step}{again}"
        tell(hand.person, concern, once=once, urgent=concern.grave)


def tell(person: Person, concern: Concern, *, once: str, urgent: bool = False) -> None:
    """One notice for each step of the clock; `once` names it. An urgent letter waits for none."""
    args = {"concern": concern.key}
    notices.tell(person, WAITING, dedupe=once, args=args, urgent=urgent)


def facilitators(group: int) -> list[Person]:
    held = Membership.objects.current().filter(group=group, role=Part.FACILITATOR)
    worn = Wearer.objects.filter(current=True, persona__in=held.values("persona"))
    return [wearer.person for wearer in worn.select_related("person").order_by("pk")]


def duty_workers() -> list[Person]:
    return _having(Role.Kind.DUTY_WORKER)


def coordinators() -> list[Person]:
    return _having(Role.Kind.COORDINATOR)


def _having(duty: Role.Kind) -> list[Person]:
    now = Role.objects.current().filter(role=duty)
    return [role.person for role in now.select_related("person").order_by("pk")]


def on_duty(role: Duty.As) -> list[Person]:
    there = Duty.objects.now().filter(role=role).select_related("person")
    return [duty.person for duty in there]


def wearer(persona: int) -> Person | None:
    """Who is behind a persona: asked to leave them out, and to write to them."""
    found = Wearer.objects.filter(persona=persona).select_related("person").first()
    return found.person if found else None


def _is_keeper(about: Persona) -> bool:
    """A facilitator's own concern goes to nobody they work with."""
    held = Membership.objects.current().filter(persona=about, role=Part.FACILITATOR)
    return held.exists()


def join_in(person: Person, group: Group) -> None:
    """Somebody facilitates from now on: what is open in the group comes into their hands too."""
    inside = Q(outside=False) | Q(hands__how=How.FACILITATES)
    for concern in Concern.objects.waiting().filter(inside, group=group).distinct():
        give(concern, [person], How.FACILITATES)


def come_on_duty(person: Person) -> None:
    """A duty worker from now on: what only coordinators have comes into their hands."""
    for concern in Concern.objects.waiting().filter(hands__how=How.COORDINATES).distinct():
        give(concern, [person], How.DUTY)
        look_again(concern)


def let_go_of_hours(offered: QuerySet[Duty]) -> None:
    """Whoever reads no longer is not there: no page says so, and others can be.

    Hours that began end now, and those to come are taken back.
    """
    now = clock.now()
    coming = offered.filter(during__endswith__gt=now)
    coming.filter(during__startswith__gte=now).delete()
    for duty in coming:
        duty.during = DateTimeTZRange(duty.during.lower, now)
        duty.save(update_fields=["during"])


def look_again(concern: Concern) -> None:
    """Desks that may hear of it fetch themselves anew; not those from which it is kept."""
    facilitated = Hand.objects.filter(concern=concern, how=How.FACILITATES)
    with wall.house("care.who_looks"):
        theirs = not concern.outside or facilitated.exists()
    desks = [f"desk:{concern.group.key}"] if theirs else []
    wire.tell(*desks, "desk:duty", f"concern:{concern.key}")


def forget(concern: Concern) -> None:
    """Let a concern go with its reports and everything sealed for it."""
    reports = Report.objects.filter(box=concern.pk)
    for report in reports.filter(kind=Kind.WHERE):
        sealed.erase_place(report)
    reports.delete()
    number, case = concern.pk, Case.objects.filter(concern=concern).first()
    concern.delete()
    sealed.box(number).destroy()
    if case is not None:
        Box("case", case.pk).destroy()
