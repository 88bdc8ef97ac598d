"""What people see of a group, from outside and from inside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beside.groups import actions, policy, zones
from beside.groups.agreement import fixed_part
from beside.groups.forms import AgreementForm, NameForm, OpenForm, WordsForm
from beside.groups.here import here, latest_agreement
from beside.groups.models import Group, Membership, Persona
from beside.groups.words import Entry, Part, Standing
from beside.look.middleware import findable
from beside.people.http import Request, who
from beside.people.models import Organisation, Person, Profile

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
DECLINED = gettext_lazy(
    "Thank you for asking. There is no place in this group for you this time. "
    "Other groups may fit better, and a facilitator is glad that you looked."
)


# From outside ------------------------------------------------------------------------------------


@login_not_required
@findable
@require_safe
def face(request: HttpRequest, slug: str) -> HttpResponse:
    """A group as anybody may know it."""
    person = who(request)
    group = get_object_or_404(Group.objects.visible_to(person), slug=slug)
    zone = zones.of_reader(request)
    page = {
        "group": group,
        "standing": _standing(person, group),
        "zones": zones.choices(),
        "zone": zone,
    }
    return zones.remember(request, render(request, "groups/face.html", page))


@login_not_required
@findable
@require_safe
def first_visit(request: HttpRequest) -> HttpResponse:
    """What a first visit is like, for somebody who hesitates."""
    organisation = Organisation.ours()
    title = organisation.duty_worker_title if organisation else _("duty worker")
    return render(request, "groups/first_visit.html", {"fixed": fixed_part(title)})


@login_not_required
@read_or_write
def join(request: HttpRequest, key: str) -> HttpResponse:
    """Become a member, or ask to: choose who to be here."""
    person = who(request)
    group = get_object_or_404(Group.objects.visible_to(person), key=key)
    if person is None:
        return redirect(f"/join/?next={request.path}")
    if policy.is_member(person, group):
        return redirect("groups:talk", key=key)
    known = Persona.objects.worn_by(person).filter(group=group).first()
    if not policy.may_take_name_and_join(person, group):
        return render(request, "groups/no_place.html", no_place(person, group))
    form = NameForm(request.POST or None, initial=suggested(person))
    if request.method == "POST" and (known or form.is_valid()):
        answer = _join(request, group, person, form, known)
        if answer is not None:
            return answer
    return render(request, "groups/join.html", {"group": group, "form": form, "known": known})


def _join(
    request: HttpRequest, group: Group, person: Person, form: NameForm, known: Persona | None
) -> HttpResponse | None:
    try:
        if known is None:
            said = form.cleaned_data
            actions.be_known(group, said["name"], said["pebble"], by=person)
        membership = actions.join(group, by=person)
    except actions.NameTaken:
        form.taken()
        return None
    except actions.Full:
        return render(request, "groups/no_place.html", no_place(person, group))
    if membership.standing == Standing.ASKED:
        messages.success(request, _("You have asked. A facilitator reads it and answers you here."))
        return redirect("groups:face", slug=group.slug)
    messages.success(request, _("You are in. Before anything else: this is what we agreed on."))
    return redirect("groups:agreement", key=group.key)


def suggested(person: Person) -> dict[str, Any]:
    """The name and pebble somebody chose for themselves, as a suggestion for a group."""
    profile = Profile.objects.visible_to(person).first()
    return {"name": profile.name, "pebble": profile.pebble} if profile else {"pebble": 1}


def no_place(person: Person, group: Group) -> dict[str, Any]:
    """Why somebody cannot come: their age, or the ordinary "no place this time"."""
    return {"group": group, "of_age": policy.is_of_age(person, group)}


def _standing(person: Person | None, group: Group) -> str:
    """ "member", "asked" or nothing: where the reader stands with this group."""
    if person is None:
        return ""
    worn = Persona.objects.worn_by(person).filter(group=group)
    now = Membership.objects.filter(persona__in=worn, until=None).first()
    return now.standing if now else ""


# From inside -------------------------------------------------------------------------------------


@require_safe
def mine(request: Request) -> HttpResponse:
    """My groups, and who I am in each."""
    worn = Persona.objects.worn_by(request.user)
    standing = Membership.objects.filter(persona__in=worn, until=None, group__closed_at=None)
    rows = standing.select_related("group", "persona").order_by("group__name")
    page = {"memberships": rows, "may_open": policy.may_open_group(request.user)}
    return render(request, "groups/mine.html", page)


@read_or_write
def open_group(request: Request) -> HttpResponse:
    """A coordinator opens a group, and facilitates it until somebody else does."""
    if not policy.may_open_group(request.user):
        raise Http404
    form = OpenForm(request.POST or None, initial={"entry": Entry.OPEN, "visits": True})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        name = said.pop("known_as")
        group = actions.open_group(**said, languages=[_language()], by=request.user)
        profile = Profile.objects.visible_to(request.user).first()
        actions.begin(group, name, profile.pebble if profile else 1, by=request.user)
        messages.success(request, _("It is open. Next: your agreement, and a first meeting."))
        return redirect("groups:talk", key=group.key)
    return render(request, "groups/open.html", {"form": form})


@require_POST
def change_part(request: Request, key: str, persona: str) -> HttpResponse:
    """A coordinator who is here says who facilitates and who greets."""
    place = here(request.user, key)
    membership = _membership(request.user, place.group, persona, Standing.MEMBER)
    part = request.POST.get("part", "")
    if part not in Part.values or not policy.may_change_part(request.user, membership):
        raise Http404
    actions.change_part(membership, part, by=request.user)
    messages.success(request, _("Done, and written down."))
    return redirect("groups:people", key=key)


@require_safe
def talk(request: Request, key: str) -> HttpResponse:
    """Inside a group: what is said, and what comes next."""
    return render(request, "groups/talk.html", {"here": here(request.user, key)})


@read_or_write
def agreement(request: Request, key: str) -> HttpResponse:
    """What the group agreed on, with the part that always holds; members and visitors say yes."""
    group = get_object_or_404(Group.objects.visible_to(request.user), key=key)
    persona = Persona.objects.worn_by(request.user).filter(group=group).first()
    words = latest_agreement(group, persona)
    member = policy.is_member(request.user, group)
    if words is None and not member:
        raise Http404
    if request.method == "POST" and words is not None:
        actions.accept_agreement(words, by=request.user)
        messages.success(request, _("Thank you. It holds for all of us."))
        return redirect("groups:talk" if member else "groups:agreement", key=key)
    page: dict[str, Any] = {
        "group": group,
        "agreement": words,
        "fixed": fixed_part(_duty_worker()),
        "here": here(request.user, key) if member else None,
    }
    return render(request, "groups/agreement.html", page)


@read_or_write
def write_agreement(request: Request, key: str) -> HttpResponse:
    """A facilitator writes down what the group agreed."""
    place = here(request.user, key)
    if not policy.may_write_agreement(request.user, place.group):
        raise Http404
    form = AgreementForm(
        request.POST or None,
        initial={"words": place.agreement.words if place.agreement else ""},
        label=_("Our words"),
        hint=_("A line for each thing you agreed on. Everybody reads it and says yes again."),
    )
    if request.method == "POST" and form.is_valid():
        actions.write_agreement(place.group, form.cleaned_data["words"], by=request.user)
        messages.success(request, _("Written down. Members see it at the door."))
        return redirect("groups:agreement", key=key)
    page = {"here": place, "form": form, "fixed": fixed_part(_duty_worker())}
    return render(request, "groups/write_agreement.html", page)


@require_safe
def people(request: Request, key: str) -> HttpResponse:
    """Who is here. Nobody is counted, and nobody stands above anybody."""
    place = here(request.user, key)
    seen = Membership.objects.visible_to(request.user).filter(group=place.group, until=None)
    rows = seen.select_related("persona")
    members = list(rows.filter(standing=Standing.MEMBER).order_by("persona__name"))
    others = [each for each in members if each.role != Part.FACILITATOR]
    page = {
        "here": place,
        "members": members,
        "removable": others if place.facilitates else [],
        "parts": Part.choices if policy.coordinates(request.user) else [],
        "knows": place.membership.knows_people,
        "asking": rows.filter(standing=Standing.ASKED) if place.facilitates else rows.none(),
        "decline_form": WordsForm(
            label=_("A few kind words for them"), required=False, initial={"words": DECLINED}
        ),
    }
    return render(request, "groups/people.html", page)


@require_POST
def answer_asking(request: Request, key: str, persona: str) -> HttpResponse:
    """A facilitator lets somebody in who asked, or tells them kindly that there is no place."""
    place = here(request.user, key)
    asking = _membership(request.user, place.group, persona, Standing.ASKED)
    try:
        if request.POST.get("answer") == "admit":
            actions.admit(asking, by=request.user)
            messages.success(request, _("They are in, and see it the next time they look."))
        else:
            form = WordsForm(request.POST, required=False)
            words = form.cleaned_data["words"] if form.is_valid() else ""
            actions.decline(asking, words, by=request.user)
            messages.success(request, _("They read your words the next time they look."))
    except actions.Full:
        messages.warning(request, _("Every place is taken. They still wait for your answer."))
    return redirect("groups:people", key=key)


@require_POST
def know(request: Request, key: str, persona: str) -> HttpResponse:
    """Somebody who greets has talked with a newcomer."""
    place = here(request.user, key)
    if not place.greets:
        raise Http404
    newcomer = _membership(request.user, place.group, persona, Standing.MEMBER).persona
    actions.know(newcomer, by=request.user)
    messages.success(request, _("They see now who else is here."))
    return redirect("groups:people", key=key)


@read_or_write
def remove(request: Request, key: str, persona: str) -> HttpResponse:
    """A facilitator ends somebody's membership, with a reason."""
    place = here(request.user, key)
    membership = _membership(request.user, place.group, persona, Standing.MEMBER)
    if not policy.may_remove(request.user, membership):
        raise Http404
    form = WordsForm(
        request.POST or None,
        label=_("Why?"),
        hint=_("They read this, and it is kept in the record of decisions."),
    )
    if request.method == "POST" and form.is_valid():
        actions.remove(membership, form.cleaned_data["words"], by=request.user)
        messages.success(request, _("Done, and written down. They can no longer come in."))
        return redirect("groups:people", key=key)
    page = {"here": place, "form": form, "somebody": membership.persona}
    return render(request, "groups/remove.html", page)


@read_or_write
def leave(request: Request, key: str) -> HttpResponse:
    """Leave this group; what happens is said first, once."""
    place = here(request.user, key)
    if request.method == "POST":
        actions.leave(place.group, by=request.user)
        messages.success(request, _("You have left. You may come back at any time."))
        return redirect("groups:mine")
    return render(request, "groups/leave.html", {"here": place})


def _membership(person: Person, group: Group, persona: str, standing: Standing) -> Membership:
    seen = Membership.objects.visible_to(person).select_related("group", "persona")
    return get_object_or_404(seen, group=group, persona__key=persona, standing=standing, until=None)


def _language() -> str:
    organisation = Organisation.ours()
    return organisation.language if organisation else "en"


def _duty_worker() -> str:
    organisation = Organisation.ours()
    return organisation.duty_worker_title if organisation else _("duty worker")
