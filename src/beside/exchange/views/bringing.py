"""What a coordinator sees of what came in from elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beside.exchange import actions, policy, previews
from beside.exchange.forms import BringForm
from beside.exchange.models import Import, Row, Waiting
from beside.people.http import Request
from beside.people.models import Organisation

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


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: Request) -> HttpResponse:
    """Send a listing; nothing changes yet."""
    if not policy.may_import(request.user):
        raise Http404
    ours = Organisation.ours()
    first = {"zone": ours.zone if ours else ""}
    form = BringForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        raw = form.cleaned_data["file"]
        waiting = actions.hold(raw, form.how(), file=form.file_name, by=request.user)
        return redirect("exchange:preview", key=waiting.key)
    return render(request, "exchange/bring.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: Request, key: str) -> HttpResponse:
    """What a file would do, from where it is brought in or put away."""
    waiting = get_object_or_404(Waiting.objects.visible_to(request.user), key=key)
    if waiting.became:
        return redirect("exchange:report", number=waiting.became.number)
    if request.POST.get("what") == "put away":
        actions.put_away(waiting, by=request.user)
        messages.success(request, _("The file is put away. Nothing was changed."))
        return redirect("exchange:imports")
    seen = request.POST.get("seen", "")
    if request.method == "POST":
        try:
            done = actions.bring_waiting(waiting, seen=seen, by=request.user)
        except Waiting.DoesNotExist:
            raise Http404 from None
        except actions.Otherwise:
            pass  # the page says so, and shows what it would do now
        else:
            messages.success(request, _("It is brought in. You can undo it here."))
            return redirect("exchange:report", number=done.number)
    page = {"waiting": waiting, "preview": previews.of(waiting), "changed": bool(seen)}
    return render(request, "exchange/preview.html", page)
