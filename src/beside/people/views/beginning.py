"""The first hour: naming the organisation, once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods

from beside.people import actions, begin, stay
from beside.people.entering import enter
from beside.people.forms import Begin, FirstStep
from beside.people.models import AgeBand
from beside.people.views.joining import PASSPHRASES
from beside.people.words import SUGGESTED, suggest_sign_in


@login_not_required
@PASSPHRASES
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """The first coordinator names the organisation and joins; afterwards there is no such page."""
    token = request.POST.get("token") or request.GET.get("token") or ""
    if not begin.is_open(token):
        raise Http404
    ours = Begin(request.POST or None, prefix="ours", use_required_attribute=False)
    fresh = {"sign_in": suggest_sign_in(), "age_band": AgeBand.TWENTY_SIX}
    mine = FirstStep(request.POST or None, initial=fresh, use_required_attribute=False)
    if request.method == "POST" and all([ours.is_valid(), mine.is_valid()]):
        try:
            person = actions.begin(organisation=ours.cleaned_data, person=mine.first_step())
        except actions.NotTheFirst as late:
            raise Http404 from late
        enter(request, person, shared=mine.cleaned_data["shared_device"])
        request.session[stay.CODES_DUE] = _next_step()
        return redirect("people:codes")
    page = {"ours": ours, "mine": mine, "token": token, "names": SUGGESTED}
    return render(request, "people/begin.html", page)


def _next_step() -> str:
    """Confirming the crisis lines comes next, where that page exists."""
    try:
        return reverse("signposts:confirm")
    except NoReverseMatch:
        return "/today/"
