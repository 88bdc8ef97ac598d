"""What a coordinator sees of what came in from elsewhere."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from beside.exchange import actions, policy
from beside.exchange.models import Import, Row
from beside.people.http import Request

SHOWN = 200


@require_safe
def imports(request: Request) -> HttpResponse:
    """Every import, the newest first."""
    if not policy.may_import(request.user):
        raise Http404
    found = Import.objects.visible_to(request.user).order_by("-number")[:SHOWN]
    return render(request, "exchange/imports.html", {"imports": found})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Request, number: int) -> HttpResponse:
    """One import: what was refused and why, what was changed; and taking it back."""
    done = get_object_or_404(Import.objects.visible_to(request.user), number=number)
    if request.method == "POST":
        actions.undo(done, by=request.user)
        return redirect("exchange:report", number=number)
    rows = Row.objects.visible_to(request.user).filter(of=done).defer("before").order_by("number")
    page = {
        "done": done,
        "refused": rows.filter(what=Row.What.REFUSED)[:SHOWN],
        "changed": rows.exclude(what=Row.What.REFUSED)[:SHOWN],
        "may_undo": policy.may_undo(request.user, done),
    }
    return render(request, "exchange/report.html", page)
