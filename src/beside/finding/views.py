"""Finding a group: without an account, without a script, and nothing that was asked is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beside.finding import looking, matching, places, reasons, results
from beside.finding.forms import USUALLY, FindForm, near
from beside.finding.matching import Way, Wish
from beside.finding.models import Occasion
from beside.groups import zones
from beside.groups.words import language_in_words
from beside.look.templatetags.look import field
from beside.people.models import Organisation

SELECTED = SafeString(" selected")
BOXES = {"experience": "", "way": "", "day": "chips", "part": "chips", "safety": "", "access": "",
         "language": "chips", "km": ""}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One look for a group: the questions, and where and on whose clock."""

    form: FindForm
    wish: Wish
    zone: ZoneInfo
    place: str
    unknown: str  # a place that no group of ours is at


@login_not_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The finder, or only its list for a page that is open already."""
    asked = _asked(request)
    count, shown, last = looking.look(asked.wish, asked.zone, request.GET.get("after", ""))
    told = {
        "asked": asked,
        "form": asked.form,
        "drawn": _drawn(asked.form),
        "count": count,
        "results": results.tell(shown, asked.wish, zone=asked.zone, place=asked.place),
        "more": _address(request.GET, after=last) if last else "",
        "instead": [] if count else _instead(request.GET, asked),
        "nearly": _nearly(request.GET, asked.unknown),
        "city": reasons.city(asked.zone),
        "zone_options": _zone_options(asked.zone.key, get_language()),
        "knows_zone": zones.of_reader(request) is not None,
    }
    part = "#found" if request.htmx else ""  # type: ignore[attr-defined]
    response = render(request, f"finding/find.html{part}", told)
    if part:
        # What a browser remembers: the questions, never a position.
        response.headers["HX-Replace-Url"] = _address(request.GET, near="", after="")
    return zones.remember(request, response)


def _drawn(form: FindForm) -> dict[str, SafeString]:
    """The questions with boxes to tick, which look the same for everybody who ticked the same."""
    spoken = tuple(form.fields["language"].choices)  # type: ignore[attr-defined]
    said = {name: form.cleaned_data.get(name) or [] for name in BOXES}
    said["km"] = [said["km"] or str(USUALLY)]
    return {
        name: _question(name, str(form.fields[name].label), tuple(said[name]), spoken)
        for name in BOXES
    }


@lru_cache(maxsize=512)
def _question(
    name: str,
    _label: str,
    ticked: tuple[str, ...],
    spoken: tuple[tuple[str, str], ...],
) -> SafeString:
    """One question, drawn once for each way it is answered and each language of its label."""
    form = FindForm(MultiValueDict({name: list(ticked)}), languages=list(spoken))
    return field(form[name], look=BOXES[name])


@lru_cache(maxsize=64)
def _zone_options(chosen: str, language: str | None) -> SafeString:
    """Some 400 cities by part of the world, written once for each that is chosen and a language."""
    cities = [("", [("UTC", _("Universal time"))])] if chosen == "UTC" else []
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (
                area,
                format_html_join(
                    "",
                    '<option value="{}"{}>{}</option>',
                    ((zone, SELECTED if zone == chosen else "", city) for zone, city in places),
                ),
            )
            for area, places in [*cities, *zones.choices()]
        ),
    )


def _asked(request: HttpRequest) -> Asked:
    ours = Organisation.ours()
    zone = zones.of_reader(request) or ZoneInfo(ours.zone if ours else "UTC")
    given = request.GET.copy()
    given.setdefault("km", str(USUALLY))
    form = FindForm(given, languages=_languages())
    form.is_valid()  # what could not be understood is left out, and the rest is answered
    typed = form.cleaned_data.get("place", "")
    known = places.find(typed) if typed else None
    point = near(form.cleaned_data.get("near", ""))
    if known is not None:
        point = known.point
    return Asked(
        form=form,
        wish=form.wish(point),
        zone=zone,
        place=known.name if known else "",
        unknown=typed if typed and known is None else "",
    )


def _languages() -> list[tuple[str, str]]:
    """The languages that listed groups speak, each by its own name."""
    spoken = Occasion.objects.values_list("languages", flat=True).distinct()
    codes = {code for each in spoken for code in each}
    return sorted(((code, language_in_words(code)) for code in codes), key=lambda pair: pair[1])


def _address(given: QueryDict, **changed: str | list[str]) -> str:
    """The address of the same look with some answers changed; an empty one is left out."""
    query = given.copy()
    for name, value in changed.items():
        query.setlist(name, [value] if isinstance(value, str) else value)
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    words = query.urlencode()
    return f"?{words}" if words else "?"


def _nearly(given: QueryDict, unknown: str) -> list[tuple[str, str]]:
    names = places.nearly(unknown) if unknown else []
    return [(name, _address(given, place=name, after="")) for name in names]


def _instead(given: QueryDict, asked: Asked) -> list[tuple[str, str]]:
    """Where nothing fits: two other ways, in words with their number, and their addresses."""
    counts = partial(looking.counts, zone=asked.zone)
    return [
        (_in_words(way, asked), _address(given, after="", **_changed(way)))
        for way in matching.other_ways(counts, asked.wish)
    ]


def _changed(way: Way) -> dict[str, str | list[str]]:
    """How the address of another way differs."""
    named: dict[str, dict[str, str | list[str]]] = {
        "experiences": {"experience": ""},
        "ways": {"way": ""},
        "days": {"day": ""},
        "parts": {"part": ""},
        "languages": {"language": ""},
        "safety": {"safety": ""},
        "access": {"access": ""},
        "km": {"km": "50"},
        "home": {"way": ["call", "writing"], "day": "", "part": "", "place": "", "near": ""},
        "all": dict.fromkeys(FindForm.base_fields, ""),
    }
    return named[way.dropped[0]]


def _in_words(way: Way, asked: Asked) -> str:
    groups = ngettext("%(n)d group", "%(n)d groups", way.count) % {"n": way.count}
    named = {
        "experiences": _("%(groups)s, if it may be for something else"),
        "ways": _("%(groups)s, if you could meet in another way"),
        "days": _("%(groups)s on other days"),
        "parts": _("%(groups)s at other times of the day"),
        "languages": _("%(groups)s in other languages"),
        "safety": _("%(groups)s, if others may come too"),
        "access": _("%(groups)s, if you could ask about access first"),
        "km": _("%(groups)s within 50 km"),
        "home": _("%(groups)s from home, in a call or in writing"),
        "all": _("%(groups)s in all"),
    }
    return named[way.dropped[0]] % {"groups": groups}
