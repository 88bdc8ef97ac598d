"""Getting help now: open to everybody, about nobody, and there without a connection."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beside.look.context import page
from beside.look.middleware import findable
from beside.people import stay
from beside.people.http import Request, who
from beside.people.models import Organisation
from beside.signposts import actions, danger, policy
from beside.signposts.countries import Country
from beside.signposts.forms import Confirming, OwnLine, country_from
from beside.signposts.models import Line, lines_for, young_lines_for

FALLBACK = Country.GB.value
KEPT_FILES = ("signposts/help.css", "look/mark.svg")


@login_not_required
@findable
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Where to turn, for the country asked for, else the organisation's."""
    ours = Organisation.ours()
    country = country_from(
        request.GET.get("country", ""), otherwise=ours.country if ours else FALLBACK
    )
    found = {
        "organisation": ours,
        "country": country,
        "place": dict(Country.choices).get(country, country),
        "countries": Country.choices,
        "lines": lines_for(country),
        "own_device": _own_device(request),
    }
    return render(request, "signposts/help.html", found)


@login_not_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The copy for when there is no connection: every country, nothing about anybody."""
    ours = Organisation.ours()
    by_country: dict[str, list[Line]] = {}
    for line in Line.objects.shown():
        by_country.setdefault(line.country, []).append(line)
    first = ours.country if ours else FALLBACK
    sections = [(code, name, by_country.get(code, [])) for code, name in Country.choices]
    sections.sort(key=lambda section: section[0] != first)
    return render(request, "signposts/kept.html", {"organisation": ours, "sections": sections})


@login_not_required
@findable
@require_safe
def noticed(request: HttpRequest) -> HttpResponse:
    """The whole list of what is noticed in published words, and what follows from it."""
    rules = {
        "high": [rule for rule in danger.ENGLISH if rule.level is danger.Level.HIGH],
        "care": [rule for rule in danger.ENGLISH if rule.level is danger.Level.CARE],
    }
    return render(request, "signposts/noticed.html", {"rules": rules, "languages": danger.RULES})


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Request) -> HttpResponse:
    """A coordinator answers for each line of the country, one by one."""
    if not policy.may_confirm(request.user):
        raise Http404
    ours = Organisation.ours()
    country = country_from(
        request.GET.get("country", ""), otherwise=ours.country if ours else FALLBACK
    )
    lines = lines_for(country)
    form = Confirming(lines, request.POST or None)
    if form.is_valid():
        right, wrong = form.answered("right"), form.answered("wrong")
        actions.confirm_lines(right=right, wrong=wrong, by=request.user)
        return redirect(f"{reverse('signposts:confirm')}?country={country}")
    found = {
        "rows": [(line, form[line.key]) for line in lines],
        "form": form,
        "place": dict(Country.choices).get(country, country),
        "country": country,
        "countries": Country.choices,
        "organisation": ours,
    }
    return render(request, "signposts/confirm.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """A coordinator adds a line of the organisation's own."""
    if not policy.may_confirm(request.user):
        raise Http404
    ours = Organisation.ours()
    begun = {"country": ours.country if ours else FALLBACK, "kind": Line.Kind.WARMLINE}
    form = OwnLine(request.POST or None, initial=begun)
    if form.is_valid():
        line = actions.add_line(form.save(commit=False), by=request.user)
        return redirect(f"{reverse('signposts:confirm')}?country={line.country}")
    return render(request, "signposts/add.html", {"form": form})


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the help page; served from the top so that it may answer for it."""
    look = page(request)
    files = [*look["font_sheets"], *look["font_files"], *look["sheets"], *KEPT_FILES]
    keeps = {
        "help": reverse("signposts:help"),
        "page": reverse("signposts:kept"),
        "files": [static(name) for name in files],
    }
    response = render(
        request,
        "signposts/service-worker.js",
        {"as_json": json.dumps(keeps)},
        content_type="text/javascript",
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser may put on a home screen: a neutral name and no word about groups."""
    icon = {"src": static("look/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    words = {
        "name": "Beside",
        "short_name": "Beside",
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "background_color": "#fbf7f0",
        "theme_color": "#1f5e54",
        "icons": [icon],
    }
    return JsonResponse(words, content_type="application/manifest+json")


def bar(request: HttpRequest, thing: object) -> SafeString | str:
    """The line of the help bar: the first crisis line of the organisation's country."""
    here = Line.objects.shown().filter(country__in=Organisation.objects.values("country"))
    line = here.filter(kind=Line.Kind.CRISIS).exclude(dial="").first()
    if line is None:
        return ""
    return format_html(
        '<p class="line"><b>{}</b> {}</p>',
        _("Need to talk to someone now?"),
        format_html(
            _('{place}: {name} on <a href="{href}" dir="ltr">{dial}</a>, {hours}.'),
            place=line.get_country_display(),
            name=line.name,
            href=line.call_href,
            dial=line.dial,
            hours=_in_a_sentence(line.hours_in_words),
        ),
    )


def for_young(request: HttpRequest, thing: object) -> SafeString | str:
    """Where somebody turns who is too young to join: the country's own lines for them, if any."""
    ours = Organisation.ours()
    lines = young_lines_for(ours.country) if ours else []
    page = {"lines": lines, "organisation": ours}
    return render_to_string("signposts/for_young.html", page, request) if lines else ""


def keeper(request: HttpRequest, thing: object) -> SafeString | str:
    """Keeps the help page for people who said that this device is theirs alone."""
    if not _own_device(request):
        return ""
    return format_html(
        '<script type="module" src="{}" data-keep-now></script>', static("signposts/keep.js")
    )


def _country(request: HttpRequest, ours: Organisation | None) -> str:
    return country_from(
        request.GET.get("country", ""), otherwise=ours.country if ours else FALLBACK
    )


def _own_device(request: HttpRequest) -> bool:
    return who(request) is not None and not stay.is_shared(request)


def _in_a_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
