"""The desk, and the pages on which members tell us something and are answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beside.care import actions, pages, policy, sealed
from beside.care.forms import CloseForm, HoursForm, ReportForm, WordsForm
from beside.care.hours import has_duty_worker, hours_of
from beside.care.models import Concern, Duty, Hand, Letter, Report
from beside.care.words import Came, How, State
from beside.forum.keeping import keeps_words
from beside.forum.models import Post
from beside.forum.policy import persona_in
from beside.groups.models import Group, Persona
from beside.ledger.models import Delay
from beside.meetings.models import Greeting
from beside.people import throttle
from beside.people.forms import too_often
from beside.people.http import Request

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
TELLING = throttle.Limit("telling", 30, 3600)
MORE = gettext_lazy("Would you like to say more?")
WHERE = gettext_lazy("The address, and how somebody gets in; or what you see around you.")
SAY_MORE = gettext_lazy("You need not. Whoever looks after it reads it.")


# For everybody -----------------------------------------------------------------------------------


@require_POST
def ask(request: Request, group_key: str) -> HttpResponse:
    """ "I need a facilitator": one press, no form."""
    group = get_object_or_404(Group.objects.of(request.user), key=group_key)
    return redirect("care:report", actions.ask_for_facilitator(group, by=request.user).key)


@keeps_words
@read_or_write
def tell(request: Request, post_key: str) -> HttpResponse:
    """Tell somebody about a post; "I'm worried about them" comes here without a form."""
    seen = Post.objects.visible_to(request.user).select_related("group", "topic", "persona")
    post = get_object_or_404(seen, key=post_key, withdrawn_at=None)
    back = reverse("forum:topic", args=[post.group.key, post.topic.key])
    page = {"words": post.words, "group": post.group, "back": back}
    return _tell(request, partial(actions.report, post), page)


@keeps_words
@read_or_write
def tell_of_greeting(request: Request, greeting_key: str) -> HttpResponse:
    """Tell somebody about words that were written around a visit."""
    seen = Greeting.objects.visible_to(request.user).select_related("booking__meeting__group")
    greeting = get_object_or_404(seen, key=greeting_key)
    if not policy.may_report_greeting(request.user, greeting):
        raise Http404
    meeting, booking = greeting.booking.meeting, greeting.booking
    back = reverse("meetings:visit", args=[meeting.group.key, meeting.key])
    if booking.persona_id not in _own_names(request):
        back = reverse("meetings:greet", args=[meeting.group.key, booking.key])
    page = {"words": greeting.words, "group": meeting.group, "back": back, "few_read_it": True}
    return _tell(request, partial(actions.report_greeting, greeting), page)


@keeps_words
@read_or_write
def where(request: Request, group_key: str) -> HttpResponse:
    """Say where one is now, so that help can be sent."""
    group = get_object_or_404(Group.objects.of(request.user), key=group_key)
    if not policy.may_say_where(request.user, group):
        raise Http404
    form = WordsForm(request.POST or None, label=_("Where are you now?"), hint=WHERE)
    if request.method == "POST" and form.is_valid() and _may_write(request, form):
        told = actions.say_where(group, form.cleaned_data["words"], by=request.user)
        return redirect("care:report", told.key)
    here, there = pages.place(request), hours_of(group.pk)
    page = {
        "group": group,
        "form": form,
        "title": here.title,
        "until": here.hour(there.duty_until) if there.on_duty and there.duty_until else "",
    }
    return render(request, "care/where.html", page, status=422 if form.errors else 200)


@keeps_words
@read_or_write
def report(request: Request, key: str) -> HttpResponse:
    """What somebody told us, where it stands, and the answer."""
    mine = Report.objects.visible_to(request.user).select_related("group")
    report = get_object_or_404(mine, key=key)
    form = WordsForm(request.POST or None, label=MORE, hint=SAY_MORE)
    if request.method == "POST" and form.is_valid() and _may_write(request, form):
        told = actions.add_words(report, form.cleaned_data["words"], by=request.user)
        anew = _("It was answered already, so this was told anew. Somebody will answer you again.")
        same = told.key == key
        messages.success(request, _("Added. Whoever looks after it reads it.") if same else anew)
        return redirect("care:report", told.key)
    page = {
        "report": report,
        "words": sealed.words_of(report),
        "answer": sealed.answer_of(report),
        "reads": pages.place(request).who_reads(hours_of(report.group_id)),
        "form": form,
    }
    return render(request, "care/report.html#state" if request.htmx else "care/report.html", page)


@keeps_words
@read_or_write
def letter(request: Request, key: str) -> HttpResponse:
    """What somebody who looks after one wrote, and room to answer."""
    wanted = Letter.objects.visible_to(request.user).filter(person=request.user)
    letter = get_object_or_404(wanted, key=key)
    form = WordsForm(request.POST or None, label=_("Write back"))
    if request.method == "POST" and form.is_valid() and _may_write(request, form):
        actions.write_back(letter, form.cleaned_data["words"], by=request.user)
        return redirect("care:letter", key)
    said = [(each, sealed.letter_words(each)) for each in pages.conversation(letter)]
    page = {"letter": letter, "said": said, "form": form}
    return render(request, "care/letter.html#said" if request.htmx else "care/letter.html", page)


# The desk ----------------------------------------------------------------------------------------


@require_safe
def desk(request: Request) -> HttpResponse:
    """What needs a person, and who is there."""
    _require_desk(request)
    page = pages.desk(request, request.user)
    page["form"] = _hours_form(request, page["held"], for_all=page["for_all"])
    return render(request, "care/desk.html#needs" if request.htmx else "care/desk.html", page)


@require_POST
def hours(request: Request) -> HttpResponse:
    """Say when one reads."""
    _require_desk(request)
    page = pages.desk(request, request.user)
    form = _hours_form(request, page["held"], for_all=page["for_all"])
    if form.is_valid():
        try:
            for start, end in form.spans(page["place"].zone):
                actions.offer_hours(form.group, start, end, by=request.user)
        except actions.HoursTaken:
            form.add_error("start", _("Somebody is there at that time already."))
        else:
            messages.success(request, _("Thank you. The group's pages say so."))
            return redirect("care:desk")
    return render(request, "care/desk.html", page | {"form": form}, status=422)


@require_POST
def not_there(request: Request, key: str) -> HttpResponse:
    """Not be there after all."""
    duty = get_object_or_404(Duty.objects.visible_to(request.user), key=key)
    actions.take_back_hours(duty, by=request.user)
    messages.success(request, _("Taken back. Nobody asks why."))
    return redirect("care:desk")


@require_safe
def concern(request: Request, key: str) -> HttpResponse:
    """One concern: what happened, why it is here, and what can be done."""
    concern = _concern(request, key)
    part = "care/concern.html#said" if request.htmx else "care/concern.html"
    return render(request, part, _inside(request, concern))


@require_POST
def take_up(request: Request, key: str) -> HttpResponse:
    """Look after it."""
    actions.take_up(_concern(request, key), by=request.user)
    return redirect("care:concern", key)


@require_POST
def bring_in(request: Request, key: str) -> HttpResponse:
    """Bring in the duty worker."""
    concern = _concern(request, key)
    given = actions.bring_in(concern, by=request.user)
    said = _("The %(title)s has it already.")
    if given and hours_of(concern.group_id).on_duty:
        said = _("The %(title)s sees it too now.")
    elif given:
        said = _("It is on the desk of the %(title)s now.")
    messages.success(request, said % {"title": pages.brought_in(request)})
    return redirect("care:concern", key)


@keeps_words
@require_POST
def write(request: Request, key: str) -> HttpResponse:
    """Write to the one it is about; whoever does looks after it."""
    concern = _concern(request, key)
    form = WordsForm(request.POST, auto_id="them_%s", label=_("Write to them"))
    if not form.is_valid():
        return _again(request, concern, to_them=form)
    actions.take_up(concern, by=request.user)
    if actions.write_to(concern, form.cleaned_data["words"], by=request.user) is None:
        messages.warning(request, _("They are no longer here; nothing was sent."))
    return redirect("care:concern", key)


@keeps_words
@require_POST
def note(request: Request, key: str) -> HttpResponse:
    """Write something down for the next."""
    concern = _concern(request, key)
    form = WordsForm(request.POST, auto_id="note_%s", label=_("A note for whoever comes next"))
    if not form.is_valid():
        return _again(request, concern, to_next=form)
    actions.add_note(concern, form.cleaned_data["words"], by=request.user)
    return redirect("care:concern", key)


@keeps_words
@require_POST
def close(request: Request, key: str) -> HttpResponse:
    """Close it with an answer."""
    concern = _concern(request, key)
    form = CloseForm(request.POST, auto_id="close_%s", asked=_is_asked(concern))
    if not form.is_valid():
        return _again(request, concern, closing=form)
    actions.take_up(concern, by=request.user)
    actions.close(concern, form.cleaned_data["words"], by=request.user)
    messages.success(request, _("Closed. Whoever told us has your answer."))
    return redirect("care:desk")


@require_POST
def ask_later(request: Request, key: str) -> HttpResponse:
    """Ask that what was done is read later by the one it is about."""
    concern, why = _concern(request, key), request.POST.get("why", "")
    if why in Delay.Why.values:
        actions.ask_later(concern, why, by=request.user)
        messages.success(request, _("Asked. It holds once a second person has agreed."))
    else:
        messages.warning(request, _("Please choose why."))
    return redirect("care:concern", key)


@require_POST
def agree_later(request: Request, key: str) -> HttpResponse:
    """Agree to that, as the second person."""
    concern = _concern(request, key)
    if not policy.may_agree_later(request.user, concern):
        raise Http404
    actions.agree_later(concern, by=request.user)
    messages.success(request, _("Two of you have agreed. It is looked at again in 30 days."))
    return redirect("care:concern", key)


def _tell(request: Request, report: Callable[..., Report], page: dict[str, Any]) -> HttpResponse:
    """The page on which something is told; `report` keeps it."""
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_write(request, form):
        said = form.cleaned_data
        return redirect("care:report", report(said["kind"], said["words"], by=request.user).key)
    page |= {"form": form, "has_worker": has_duty_worker()}
    return render(request, "care/tell.html", page, status=422 if form.errors else 200)


def _own_names(request: Request) -> set[int]:
    return set(Persona.objects.worn_by(request.user).values_list("pk", flat=True))


def _may_write(request: Request, form: Form) -> bool:
    """Whether this is not far more in an hour than anybody could read; asking is never counted."""
    wait = throttle.count(TELLING, f"telling:{request.user.pk}")
    if wait:
        form.add_error(None, too_often(wait))
    return not wait


def _require_desk(request: Request) -> None:
    if not policy.has_desk(request.user):
        raise Http404


def _hours_form(request: Request, held: list[Group], *, for_all: bool) -> HoursForm:
    given = request.POST if request.method == "POST" else None
    return HoursForm(given, groups=held, for_all=for_all)


def _concern(request: Request, key: str) -> Concern:
    seen = Concern.objects.visible_to(request.user).select_related("group")
    return get_object_or_404(seen, key=key)


def _is_asked(concern: Concern) -> bool:
    """Whether somebody waits for an answer."""
    return concern.told_by > 0 or concern.came in {Came.ASKED, Came.WHERE}


def _inside(request: Request, concern: Concern, **forms: WordsForm) -> dict[str, Any]:
    here = pages.place(request)
    hand = Hand.objects.live(request.user).get(concern=concern)
    return {
        "concern": concern,
        "inside": actions.read(concern, by=request.user),
        "clock": pages.in_words(concern, here),
        "mine": hand.took_at is not None,
        "is_open": concern.state == State.OPEN,
        "may_call": hand.how == How.FACILITATES,
        "on_duty": hours_of(concern.group_id).on_duty,
        "title": pages.brought_in(request),
        "sees_it": persona_in(request.user, concern.group) is not None
        if concern.post
        else hand.how == How.FACILITATES,
        "asked": _is_asked(concern),
        "later": pages.later(concern, request.user),
        "to_them": forms.get("to_them") or WordsForm(auto_id="them_%s", label=_("Write to them")),
        "to_next": forms.get("to_next")
        or WordsForm(auto_id="note_%s", label=_("A note for whoever comes next")),
        "closing": forms.get("closing") or CloseForm(auto_id="close_%s", asked=_is_asked(concern)),
    }


def _again(request: Request, concern: Concern, **forms: WordsForm) -> HttpResponse:
    return render(request, "care/concern.html", _inside(request, concern, **forms), status=422)
