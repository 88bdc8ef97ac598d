"""The first step: a form, and codes shown once."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from beside.people import actions, policy, stay, throttle
from beside.people import codes as of_codes
from beside.people.entering import NEXT, enter, onward
from beside.people.forms import LETTER, FirstStep, too_often
from beside.people.http import Request, who
from beside.people.models import AgeBand, Organisation, Person
from beside.people.words import SUGGESTED, suggest_sign_in

MARK = "instead_of"  # the set of codes that a form asks to replace
PASSPHRASES = sensitive_post_parameters("passphrase", "current", "password", "code")


@login_not_required
@PASSPHRASES
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Take a first step."""
    ours = Organisation.ours()
    if who(request):
        return redirect(onward(request, "/today/"))
    if ours is None:
        return render(request, "people/not_yet.html")
    fresh = {"sign_in": suggest_sign_in()}
    form = FirstStep(request.POST or None, initial=fresh, use_required_attribute=False)
    if _is_younger(form):
        return render(request, "people/younger.html", {"organisation": ours})
    if form.is_bound and form.is_valid():
        person = _new_person(request, form)
        if person is not None:
            return _welcome(request, form, person)
    page = {"form": form, "organisation": ours, "names": SUGGESTED, "next": onward(request, "")}
    return render(request, "people/join.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: Request) -> HttpResponse:
    """Recovery codes: made and shown once by a press, and asked about until they are kept.

    They are nowhere in the clear but in that one answer. Loaded again, gone back to or sent twice
    it makes no others: the page says that they were shown, and offers another set.
    """
    onto = request.session.get(stay.CODES_DUE)
    if onto is None:
        return redirect("people:me")
    if request.method != "POST":
        return render(request, "people/codes.html", {"mark": of_codes.mark(request.user)})
    if MARK in request.POST:
        return show_codes(request)
    del request.session[stay.CODES_DUE]
    return redirect(onto)


def show_codes(request: Request) -> HttpResponse:
    """Make the codes and show them, unless a form that came before this one did."""
    mark = request.POST.get(MARK, "")
    try:
        fresh = actions.new_recovery_codes(instead_of=mark, by=request.user)
    except actions.CodesMadeMeanwhile:
        return redirect("people:codes")
    return render(request, "people/codes.html", {"codes": fresh})


def _is_younger(form: FirstStep) -> bool:
    band = form["age_band"].value() if form.is_bound else None
    return band in AgeBand.values and not policy.old_enough(str(band))


def _new_person(request: HttpRequest, form: FirstStep) -> Person | None:
    """Whoever joins now; or, when the same form came twice, whoever joined by it a moment ago."""
    said, here = form.cleaned_data, throttle.address(request)
    wait = throttle.waits([(throttle.JOINING, here)])
    if wait:
        form.add_error(None, too_often(wait))
        return None
    try:
        person: AbstractBaseUser | None = actions.join(**form.first_step())
    except actions.SignInTaken:
        counted, person = throttle.guess(request, said["sign_in"]), None
        if not throttle.waits(counted):
            person = authenticate(request, username=said["sign_in"], password=said["passphrase"])
            if throttle.settle(counted, right=person is not None):
                person = None
    # Counted once the passphrase is hashed: others who join from there wait for no hash.
    throttle.count(throttle.JOINING, here)
    if isinstance(person, Person):
        return person
    form.offer_another_sign_in()
    return None


def _welcome(request: HttpRequest, form: FirstStep, person: Person) -> HttpResponse:
    onto = onward(request, "/today/")
    if form.cleaned_data["reach"] == LETTER:
        onto = f"{reverse('people:reach')}?{urlencode({NEXT: onto})}"
    enter(request, person, shared=form.cleaned_data["shared_device"])
    request.session[stay.CODES_DUE] = onto
    return redirect("people:codes")
