"""How facilitators and coordinators say when a group meets, and what becomes of one meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateformat import format as in_words
from django.utils.translation import gettext as _

from beside.groups.here import here
from beside.groups.models import Group, Membership
from beside.kernel import clock
from beside.look import moments
from beside.meetings import actions, policy
from beside.meetings.forms import (
    CancelForm,
    DifferentlyForm,
    MoveForm,
    PlanForm,
    StandInForm,
    as_it_is,
)
from beside.meetings.keeping import open_to
from beside.meetings.models import Holding, Meeting, Schedule
from beside.meetings.recurrence import twice
from beside.meetings.rows import HOLDS
from beside.meetings.saying import put_words
from beside.meetings.spans import earliest
from beside.meetings.told import told_of, told_of_places
from beside.meetings.views.finding import read_or_write, the_meeting
from beside.meetings.wishes import (
    NeverMeets,
    NoSuchHour,
    Past,
    TooEarly,
    Wish,
    next_dates,
    taking_over,
    to_come,
)
from beside.people.http import Request
from beside.people.models import Organisation

UNFIT = (NeverMeets, NoSuchHour, Past, TooEarly)
REFUSED = (actions.VenueTaken, actions.HeldElsewhere, *UNFIT)


@read_or_write
def plan(request: Request, key: str) -> HttpResponse:
    """How the group meets; the next six dates stand beside it while somebody types."""
    place = _place(request, key)
    group = place["group"]
    form = _form(place, request.POST or None, initial={"zone": _zone()})
    looks = "look" in request.POST
    if looks and request.htmx:
        return render(request, "meetings/plan.html#dates", _ahead(form, _begins))
    if request.method == "POST" and not looks and form.is_valid():
        wish = form.wish()
        if _done(form, lambda: actions.plan(group, wish, by=request.user)):
            messages.success(request, _("Planned. Everybody in the group sees it."))
            return redirect("meetings:of_group", key=key)
    page = place | {"form": form} | _ahead(form, _begins)
    return render(request, "meetings/plan.html", page, status=422 if form.errors else 200)


@read_or_write
def change_from(request: Request, key: str, meeting: str) -> HttpResponse:
    """This meeting and all that follow by the same rule: another rule, or no more."""
    place, one = _place(request, key), the_meeting(request.user, key, meeting)
    if one.schedule is None or not policy.may_change_from(request.user, one):
        raise Http404
    if request.POST.get("act") == "end":
        return _end_from(request, place, one, one.schedule)
    form = _form(place, request.POST or None, initial=as_it_is(one.schedule, one))
    looks = "look" in request.POST
    if looks and request.htmx:
        return render(request, "meetings/plan.html#dates", _ahead(form, partial(_takes_over, one)))
    if request.method == "POST" and not looks and form.is_valid():
        wish, said = form.wish(), request.POST.get("said", "")
        if _done(form, lambda: actions.change_from(one, wish, said, by=request.user)):
            messages.success(
                request, _("Changed. Whoever booked reads it here, and is told where they agreed.")
            )
            return redirect("meetings:of_group", key=key)
    return _rule(request, place, one, form, CancelForm(prefix="end"))


def _end_from(
    request: Request, place: dict[str, Any], one: Meeting, rule: Schedule
) -> HttpResponse:
    """No more from here on."""
    form = CancelForm(request.POST, prefix="end")
    if not form.is_valid():
        as_is = _form(place, initial=as_it_is(rule, one))
        return _rule(request, place, one, as_is, form)
    actions.end_from(one, form.cleaned_data["reason"], by=request.user)
    messages.success(
        request, _("It is said. Whoever booked reads it here, and is told where they agreed.")
    )
    return redirect("meetings:of_group", key=place["group"].key)


def _rule(
    request: Request, place: dict[str, Any], one: Meeting, form: PlanForm, end_form: CancelForm
) -> HttpResponse:
    """The rule with its next dates: as it is, or as somebody just wrote it."""
    said = form if form.is_bound else _form(place, form.initial)
    page = place | {"form": form, "end_form": end_form, "meeting": one}
    page |= _ahead(said, partial(_takes_over, one))
    page["stay"] = _said_for_one_day(request, one)
    status = 422 if form.errors or end_form.errors else 200
    return render(request, "meetings/plan.html", page, status=status)


def _said_for_one_day(request: Request, one: Meeting) -> QuerySet[Meeting]:
    """Meetings after this one of which something was said for their own day alone."""
    same_rule = Meeting.objects.visible_to(request.user).filter(schedule=one.schedule)
    after = same_rule.to_come().filter(original_on__gt=one.original_on)
    return after.filter(Q(by_hand=True) | Q(state=Meeting.State.CANCELLED))


@read_or_write
def change(request: Request, key: str, meeting: str) -> HttpResponse:
    """One meeting, this once: moved, held differently or by somebody else, cancelled."""
    place = _place(request, key)
    one = the_meeting(request.user, key, meeting)
    if not policy.may_change(request.user, one):
        raise Http404
    forms = _forms(request, one)
    act = request.POST.get("act", "")
    form = forms.get(act)
    if act in _AGAIN:
        return _again(request, one, act)
    if form is not None and form.is_valid():
        said = form.cleaned_data
        if _done(form, lambda: _ACTS[act](one, **said, by=request.user)):
            messages.success(request, _who_reads(act))
            if act == "move" and twice(datetime.combine(said["on"], said["at"]), one.zone):
                messages.info(request, _("The clocks show this hour twice; the first is meant."))
            return redirect(request.path)
        one = the_meeting(request.user, key, meeting)  # as it still is
    page = place | forms | {"meeting": one} | _who_holds(one)
    one.told = told_of([one], request.user).get(one.pk)
    one.told_place = told_of_places([one], request.user).get(one.pk)
    put_words([one], request.user)
    return render(request, "meetings/change.html", page, status=422 if form else 200)


_ACTS: dict[str, Callable[..., Any]] = {
    "move": actions.move,
    "differently": actions.meet_differently,
    "stand_in": actions.stand_in,
    "cancel": actions.cancel,
}


_AGAIN = {"after_all", "step_back"}


def _who_reads(act: str) -> str:
    if act == "stand_in":
        return _("It is said. Whoever stands in is told.")
    return _("It is said. Whoever booked reads it here, and is told where they agreed.")


def _again(request: Request, one: Meeting, act: str) -> HttpResponse:
    """One press: it takes place after all, or somebody steps back. Two presses are one."""
    holding = _holdings(one).filter(persona__key=request.POST.get("who", "")).first()
    try:
        if act == "step_back" and holding is not None:
            actions.step_back(holding, by=request.user)
        if act == "after_all" and one.state == Meeting.State.CANCELLED:
            actions.go_ahead_after_all(one, by=request.user)
    except REFUSED as refused:
        messages.warning(request, _why(refused))
    return redirect(request.path)


def _forms(request: Request, one: Meeting) -> dict[str, Form]:
    """The four answers; only the one that was sent is filled in."""
    act = request.POST.get("act", "")

    def sent(name: str) -> Any:
        return request.POST if act == name else None

    return {
        "move": MoveForm(sent("move"), initial={"on": one.on, "at": one.at}, prefix="move"),
        "differently": DifferentlyForm(
            sent("differently"),
            venues=open_to(request.user),
            initial={"way": one.way, "venue": one.venue_id},
            prefix="differently",
        ),
        "stand_in": StandInForm(sent("stand_in"), group=one.group, prefix="stand_in"),
        "cancel": CancelForm(sent("cancel"), prefix="cancel"),
    }


def _who_holds(one: Meeting) -> dict[str, Any]:
    """Names for who is inside the group; for a coordinator of all groups, how many."""
    return {
        "holdings": _holdings(one),
        "held_by": Holding.objects.filter(meeting=one, part__in=HOLDS).count(),
    }


def _holdings(one: Meeting) -> QuerySet[Holding]:
    """Who holds it; each `meeting` is known to be this one."""
    found = Holding.objects.filter(meeting=one).select_related("persona", "meeting__group")
    return found.order_by("pk")


def _done(form: Form, act: Callable[[], object]) -> bool:
    """Whether it was done; else the form says in one sentence why not."""
    try:
        act()
    except REFUSED as refused:
        form.full_clean()
        form.add_error("at" if "at" in form.fields else None, _why(refused))
        return False
    return True


def _why(refused: Exception) -> str:
    if isinstance(refused, NoSuchHour):
        return _(
            "On %(day)s the clocks go forward, and %(hour)s does not exist. Choose another hour."
        ) % {
            "day": in_words(refused.local, "j F Y"),
            "hour": in_words(refused.local, moments.HOUR),
        }
    if isinstance(refused, Past):
        return _("%(day)s, %(hour)s is over. Choose a time that is still to come.") % {
            "day": in_words(refused.local, "j F Y"),
            "hour": in_words(refused.local, moments.HOUR),
        }
    if isinstance(refused, TooEarly):
        return _("Choose a first day from %(day)s on. The meetings before it stay as planned.") % {
            "day": in_words(refused.earliest, "j F Y"),
        }
    if isinstance(refused, NeverMeets):
        return _("No day within two years fits. Choose another day or rhythm.")
    if isinstance(refused, actions.HeldElsewhere):
        return _("Whoever facilitates cannot be there then. Choose another time, or somebody else.")
    return _("Another meeting is at this place at this time. Choose another hour or place.")


def _begins(wish: Wish) -> Wish:
    return to_come(wish, now=clock.now())


def _takes_over(one: Meeting, wish: Wish) -> Wish:
    return taking_over(wish, earliest=earliest(one), now=min(clock.now(), one.starts_at))


def _form(place: dict[str, Any], *answers: Any, **more: Any) -> PlanForm:
    names, venues = "here" in place, place["venues"]
    return PlanForm(*answers, group=place["group"], names=names, venues=venues, **more)


def _ahead(form: PlanForm, fit: Callable[[Wish], Wish]) -> dict[str, Any]:
    """The next six dates of what the form says, or why there are none."""
    if not form.is_bound or not form.is_valid():
        return {"dates": [], "why": "", "missing": form.is_bound}
    wish = form.wish()
    try:
        first = fit(wish).first_on
        dates = next_dates(wish, now=clock.now())
    except UNFIT as refused:
        return {"dates": [], "why": _why(refused)}
    return {
        "dates": [(each, twice(each, wish.zone)) for each in dates],
        "why": "",
        "later": first != wish.first_on,
        "city": moments.city(ZoneInfo(wish.zone)),
    }


def _place(request: Request, key: str) -> dict[str, Any]:
    """The group, for those who plan in it; a coordinator need not be a member."""
    seen = Group.objects.visible_to(request.user).filter(closed_at=None)
    group = get_object_or_404(seen, key=key)
    if not policy.may_plan(request.user, group):
        raise Http404
    inside = Membership.objects.of(request.user).filter(group=group).exists()
    place = {"group": group, "venues": open_to(request.user)}
    if not inside:
        return place | {"frame": "meetings/outside.html"}
    return place | {"here": here(request.user, key), "frame": "groups/inside.html"}


def _zone() -> str:
    organisation = Organisation.ours()
    return organisation.zone if organisation else "UTC"
