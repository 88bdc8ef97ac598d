"""How it is safe to reach me."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from beside.people import actions, gateway, throttle
from beside.people.entering import NEXT, onward
from beside.people.forms import Address, Code, Number, Reach, too_often
from beside.people.http import Request
from beside.people.models import Contact


def _mine(request: Request) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: Request) -> HttpResponse:
    """The address or number for notes, what may be sent there, or a form for one."""
    contact = Contact.objects.visible_to(request.user).first()
    forms = _forms(request)
    kind, form = next(((kind, form) for kind, form in forms.items() if form.is_bound), ("", None))
    if form is not None and form.is_valid():
        (address,) = form.cleaned_data.values()
        wait = _wait(request, address)
        if not wait:
            actions.add_contact(address=address, kind=kind, by=request.user)
            return _again(request)
        form.add_error(None, too_often(wait))
    page = {
        "contact": contact,
        "form": forms[Contact.Kind.EMAIL],
        "number_form": forms.get(Contact.Kind.TEXT),
        "code_form": Code(use_required_attribute=False),
        "reach_form": Reach(initial={"safe_for": contact.safe_for}) if contact else None,
        "onward": onward(request, ""),
    }
    return render(request, "people/reach.html", page)


def _forms(request: Request) -> dict[str, Form]:
    """One for each way that there is; only the one that was sent is filled in."""
    ways: dict[str, type[Form]] = {Contact.Kind.EMAIL: Address}
    if gateway.is_set():
        ways[Contact.Kind.TEXT] = Number
    sent = request.POST.get("kind", Contact.Kind.EMAIL) if request.method == "POST" else ""
    return {
        kind: way(request.POST if kind == sent else None, use_required_attribute=False)
        for kind, way in ways.items()
    }


@require_POST
def verify(request: Request) -> HttpResponse:
    """Is this the code that was sent?"""
    form, good = Code(request.POST), False
    if form.is_valid():
        good = actions.verify_contact(
            _mine(request), code=form.cleaned_data["code"], by=request.user
        )
    if not good:
        messages.warning(request, _("That is not the code, or it is too old. Have another sent."))
        return _again(request)
    messages.success(request, _("Thank you. Notes may go there now."))
    return redirect(onward(request, "/me/"))


@require_POST
def again(request: Request) -> HttpResponse:
    """Another code."""
    contact = _mine(request)
    wait = _wait(request, contact.address)
    if wait:
        messages.warning(request, too_often(wait))
    else:
        actions.ask_for_code(contact, by=request.user)
        messages.success(request, _("A new code is on its way."))
    return _again(request)


@require_POST
def change(request: Request) -> HttpResponse:
    """How much may be said there."""
    form = Reach(request.POST)
    if form.is_valid():
        actions.set_reach(_mine(request), **form.cleaned_data, by=request.user)
        messages.success(request, _("Kept."))
    return _again(request)


@require_POST
def remove(request: Request) -> HttpResponse:
    """Forget the address."""
    actions.remove_contact(_mine(request), by=request.user)
    messages.success(request, _("It is forgotten. You are reached only here now."))
    return redirect("people:me")


def _wait(request: Request, address: str) -> int:
    """How long before a code may go there: of one person, and to one inbox or telephone.

    Many accounts are quickly made, and whoever has that telephone never asked for any.
    """
    there = f"to:{address.strip().lower()}"
    mine = throttle.count(throttle.LETTERS, f"letters:{request.user.pk}")
    return mine or throttle.count(throttle.LETTERS, there)


def _again(request: Request) -> HttpResponse:
    onto = onward(request, "")
    response = redirect("people:reach")
    if onto:
        response["Location"] += f"?{urlencode({NEXT: onto})}"
    return response
