"""Sheets that say on which days somebody came, and the page that confirms them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beside.kernel import clock
from beside.meetings import actions, policy, proving
from beside.meetings.forms import ConfirmForm, ProofForm
from beside.meetings.models import Proof
from beside.meetings.views.finding import read_or_write
from beside.people import throttle
from beside.people.forms import too_often
from beside.people.http import Request
from beside.people.models import Organisation

TRIES = throttle.Limit("proof", 20, 15 * 60)


@read_or_write
def proofs(request: Request) -> HttpResponse:
    """Choose days and a name; the answer is the sheet itself, shown this once."""
    days = policy.days_came(request.user)
    form = ProofForm(
        request.POST or None, days=days, person=request.user, use_required_attribute=False
    )
    if request.method == "POST" and form.is_valid():
        return _sheet(request, form.cleaned_data)
    made = Proof.objects.visible_to(request.user).order_by("-made_at")
    page = {"form": form if days or form.is_bound else None, "proofs": made}
    return render(request, "meetings/proofs.html", page)


def _sheet(request: Request, said: dict[str, Any]) -> HttpResponse:
    code = actions.prove(said["days"], said["name"], said["ticket"], by=request.user)
    path = reverse("meetings:proof")
    page = {
        "name": said["name"],
        "days": sorted(said["days"]),
        "code": code,
        "made": clock.now(),
        "organisation": Organisation.ours(),
        "address": settings.PUBLIC_URL + path if settings.PUBLIC_URL else _here(request, path),
    }
    return render(request, "meetings/proof_sheet.html", page)


@require_POST
def take_back(request: Request, key: str) -> HttpResponse:
    """Nobody can have this sheet confirmed any more."""
    proof = get_object_or_404(Proof.objects.visible_to(request.user), key=key)
    actions.take_back_proof(proof, by=request.user)
    messages.success(request, _("Taken back. Whoever asks is told that we cannot confirm it."))
    return redirect("meetings:proofs")


@login_not_required
@read_or_write
def proof(request: HttpRequest) -> HttpResponse:
    """Whoever holds a sheet has it confirmed: the days and the organisation, no group."""
    form = ConfirmForm(request.POST or None, use_required_attribute=False)
    page: dict[str, Any] = {"form": form, "organisation": Organisation.ours()}
    if request.method == "POST" and form.is_valid():
        wait = throttle.count(TRIES, throttle.address(request))
        if wait:
            form.add_error("code", too_often(wait))
            return render(request, "meetings/proof.html", page, status=429)
        page["asked"] = True
        page["days"] = proving.confirmed(form.cleaned_data["code"], form.cleaned_data["name"])
        page["name"] = form.cleaned_data["name"]
    return render(request, "meetings/proof.html", page)


def _here(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)
